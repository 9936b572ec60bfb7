#include "url.h"

#include <cstddef>

#include "text.h"

namespace service {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_name_char(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
         c == '_';
}

template <class Predicate>
bool all_of(std::string_view text, Predicate predicate) {
  for (const char c : text) {
    if (!predicate(c)) {
      return false;
    }
  }
  return true;
}

/// The first `count` bytes of `text`, which has them, are cut off and returned.
std::string_view take(std::string_view& text, std::size_t count) {
  const std::string_view taken{text.data(), count};
  text.remove_prefix(count);
  return taken;
}

bool take_scheme(std::string_view& text, bool& is_tls) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (cart::begins_with(text, scheme)) {
      is_tls = scheme == "https://";
      text.remove_prefix(scheme.size());
      return true;
    }
  }
  return false;
}

const char* parse_port(std::string_view digits, Url& out) {
  constexpr std::size_t kMaxDigits = 5;
  std::uint32_t port = 0;
  if (digits.empty() || digits.size() > kMaxDigits || !all_of(digits, is_digit)) {
    return "its port is not a number";
  }
  for (const char c : digits) {
    port = port * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (port == 0 || port > UINT16_MAX) {
    return "its port is not between 1 and 65535";
  }
  out.port = static_cast<std::uint16_t>(port);
  out.has_port = true;
  return nullptr;
}

const char* parse_authority(std::string_view text, Url& out) {
  out.authority = text;
  if (text.find('@') != text.npos) {
    return "it names a user";
  }
  const bool is_ipv6 = cart::begins_with(text, "[");
  const std::size_t bracket = text.find(']');
  if (is_ipv6) {
    if (bracket == text.npos) {
      return "its IPv6 address has no end";
    }
    take(text, 1);
    out.host = take(text, bracket - 1);
    take(text, 1);
  } else {
    out.host = take(text, cart::before(text, ':').size());
  }
  const bool valid =
      is_ipv6 ? out.host.find(':') != text.npos &&
                    all_of(out.host, [](char c) { return is_hex_digit(c) || c == ':' || c == '.'; })
              : all_of(out.host, is_name_char);
  if (out.host.empty() || !valid) {
    return "its host is malformed";
  }
  out.is_address = is_ipv6 || all_of(out.host, [](char c) { return is_digit(c) || c == '.'; });
  if (text.empty()) {
    out.port = out.is_tls ? 443 : 80;
    return nullptr;
  }
  return take(text, 1) == ":" ? parse_port(text, out) : "its host is malformed";
}

}  // namespace

const char* parse_url(std::string_view text, Url& out) {
  out = {};
  const char* const begin = text.data();
  if (!take_scheme(text, out.is_tls)) {
    return "it does not begin with http:// or https://";
  }
  std::size_t length = 0;
  while (length < text.size() && text[length] != '/' && text[length] != '?' &&
         text[length] != '#') {
    ++length;
  }
  if (const char* wrong = parse_authority(take(text, length), out)) {
    return wrong;
  }
  out.origin = {begin, static_cast<std::size_t>(text.data() - begin)};
  out.path = text;
  if (text.find('#') != text.npos) {
    return "it has a fragment";
  }
  return all_of(text, [](char c) { return c > 0x20 && c < 0x7f; })
             ? nullptr
             : "its path or query is not percent-encoded";
}

}  // namespace service
