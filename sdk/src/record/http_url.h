#pragma once

// The parts of an HTTP URL, or of a request target, as its receiver would read them.

#include <cstdint>
#include <string_view>

namespace afterglow::record {

/// Views into the URL, but for the path that hides a password.
struct UrlParts {
  std::string_view scheme;
  /// Only of a URL whose host cannot be a piece of a password; of IPv6 without its brackets.
  std::string_view host;
  std::uint16_t port = 0;
  /// "[REDACTED]" where it, and the query, may be the rest of a password that has a slash in it.
  std::string_view path;
  std::string_view query;  ///< Without `?` and fragment.
};

UrlParts split_url(std::string_view url);

/// The port that a scheme means when a URL names none; 0 for others than http and https.
std::uint16_t port_of_scheme(std::string_view scheme);

}  // namespace afterglow::record
