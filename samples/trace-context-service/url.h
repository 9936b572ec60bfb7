#pragma once

// The URLs this service calls, taken apart without copying: http and https, with host names, IPv4
// and IPv6 literals, ports, paths and queries (RFC 3986, RFC 9110). Strict: user information,
// fragments and characters that want percent-encoding are refused.

#include <cstdint>
#include <string_view>

namespace service {

/// Views into the text it was parsed from.
struct Url {
  std::string_view origin;     ///< "https://[::1]:8443"
  std::string_view authority;  ///< "[::1]:8443"
  std::string_view host;       ///< "::1"
  std::string_view path;       ///< With the query. Empty, or begins with '/' or '?'.
  std::uint16_t port = 0;      ///< The scheme's own where the text names none.
  bool is_tls = false;
  bool has_port = false;    ///< Whether `authority` names it.
  bool is_address = false;  ///< `host` is an IP address, not a name.
};

/// Null and `out`, or what is wrong with `text`.
const char* parse_url(std::string_view text, Url& out);

}  // namespace service
