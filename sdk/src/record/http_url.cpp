#include "record/http_url.h"

#include <cstddef>

#include "redact/pass.h"
#include "redact/url.h"

namespace afterglow::record {
namespace {

// The first `count` bytes of `text`, which loses them.
std::string_view take(std::string_view& text, std::size_t count) {
  const std::size_t taken = count < text.size() ? count : text.size();
  const std::string_view head(text.data(), taken);
  text.remove_prefix(taken);
  return head;
}

std::string_view take_until(std::string_view& text, std::string_view ends) {
  return take(text, text.find_first_of(ends));
}

bool is_host_character(char c) {
  const char letter = static_cast<char>(c | 0x20);
  return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_';
}

bool is_host(std::string_view text, bool is_bracketed) {
  for (const char c : text) {
    if (!is_host_character(c) && !(is_bracketed && (c == ':' || c == '%'))) {
      return false;
    }
  }
  return !text.empty();
}

// False for what is no port.
bool read_port(std::string_view digits, std::uint16_t& port) {
  std::uint32_t number = 0;
  for (const char c : digits) {
    number = number * 10 + static_cast<std::uint32_t>(c - '0');
    if (c < '0' || c > '9' || number > UINT16_MAX) {
      return false;
    }
  }
  port = static_cast<std::uint16_t>(number);
  return true;
}

// `host`, `host:port`, `[::1]:port`.
void read_authority(std::string_view authority, UrlParts& parts) {
  const bool is_bracketed = !authority.empty() && authority.front() == '[';
  if (is_bracketed) {
    authority.remove_prefix(1);
  }
  const std::string_view host = take_until(authority, is_bracketed ? "]" : ":");
  if (is_bracketed) {
    if (authority.empty()) {
      return;
    }
    authority.remove_prefix(1);
  }
  if (!authority.empty()) {
    if (authority.front() != ':') {
      return;
    }
    authority.remove_prefix(1);
  }
  if (is_host(host, is_bracketed) && read_port(authority, parts.port)) {
    parts.host = host;
  }
}

}  // namespace

UrlParts split_url(std::string_view url) {
  UrlParts parts;
  const std::size_t mark = url.find("://");
  if (mark < url.find_first_of("/?#")) {
    parts.scheme = take(url, mark);
    url.remove_prefix(3);
    std::string_view authority = take_until(url, "/\\?#");
    if (redact::may_be_user_info(authority, url)) {
      parts.path = redact::kMask;
      return parts;
    }
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
      authority.remove_prefix(at + 1);
    }
    if (url.find('@') == std::string_view::npos) {  // else it may be the begin of a user's name
      read_authority(authority, parts);
    }
  }
  parts.path = take_until(url, "?#");
  if (!url.empty() && url.front() == '?') {
    url.remove_prefix(1);
    parts.query = take_until(url, "#");
  }
  return parts;
}

std::uint16_t port_of_scheme(std::string_view scheme) {
  return scheme == "https" ? 443 : scheme == "http" ? 80 : 0;
}

}  // namespace afterglow::record
