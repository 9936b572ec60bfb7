#include "http_text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace afterglow::embed {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_visible(char c) {
  return c > ' ' && c < '\x7f';
}

/// "." and "..", written plainly or with "%2e".
bool is_dot_segment(std::string_view segment) {
  std::size_t dots = 0;
  while (!segment.empty()) {
    if (segment.front() == '.') {
      segment.remove_prefix(1);
    } else if (same_header_name(segment.substr(0, 3), "%2e")) {
      segment.remove_prefix(3);
    } else {
      return false;
    }
    ++dots;
  }
  return dots == 1 || dots == 2;
}

std::string_view without_scheme(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (same_header_name(url.substr(0, scheme.size()), scheme))
      return url.substr(scheme.size());
  }
  return {};
}

}  // namespace

bool same_header_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool is_header_name(std::string_view name) {
  constexpr std::string_view kNotToken = "\"(),/:;<=>?@[\\]{}";
  return !name.empty() && std::all_of(name.begin(), name.end(), [=](char c) {
    return is_visible(c) && kNotToken.find(c) == std::string_view::npos;
  });
}

bool is_header_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
  });
}

bool is_transport_header(std::string_view name) {
  constexpr std::array<std::string_view, 11> kNames = {
      "host",  "content-length", "content-type",        "content-encoding", "transfer-encoding",
      "te",    "trailer",        "proxy-authorization", "connection",       "upgrade",
      "expect"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [=](std::string_view known) { return same_header_name(known, name); });
}

bool is_request_path(std::string_view path) {
  if (path.empty())
    return true;
  const bool clean = std::all_of(path.begin(), path.end(),
                                 [](char c) { return is_visible(c) && c != '#' && c != '\\'; });
  if (!clean || path.front() != '/')
    return false;
  std::string_view rest = path.substr(1, path.find('?') - 1);
  while (true) {
    const std::size_t end = rest.find('/');
    if (is_dot_segment(rest.substr(0, end)))
      return false;
    if (end == std::string_view::npos)
      return true;
    rest.remove_prefix(end + 1);
  }
}

bool is_base_url(std::string_view url) {
  const std::string_view rest = without_scheme(url);
  return !rest.empty() && rest.front() != '/' && std::all_of(rest.begin(), rest.end(), [](char c) {
    return is_visible(c) && c != '?' && c != '#';
  });
}

bool is_loopback_url(std::string_view url) {
  std::string_view host = without_scheme(url);
  host = host.substr(0, host.find('/'));
  if (host.find('@') != std::string_view::npos)
    host.remove_prefix(host.find('@') + 1);
  if (host.substr(0, 5) == "[::1]" || host.substr(0, 4) == "127.")
    return true;
  return same_header_name(host.substr(0, host.find(':')), "localhost");
}

std::optional<HeaderLines> parse_header_text(std::string_view text) {
  HeaderLines lines;
  while (!text.empty()) {
    const std::size_t name_end = text.find('\0');
    if (name_end == std::string_view::npos)
      return std::nullopt;
    const std::size_t value_end = text.find('\0', name_end + 1);
    if (value_end == std::string_view::npos)
      return std::nullopt;
    const std::string_view name = text.substr(0, name_end);
    const std::string_view value = text.substr(name_end + 1, value_end - name_end - 1);
    if (!is_header_name(name) || !is_header_value(value))
      return std::nullopt;
    lines.emplace_back(name, value);
    text.remove_prefix(value_end + 1);
  }
  return lines;
}

}  // namespace afterglow::embed
