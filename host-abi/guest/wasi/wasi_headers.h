#pragma once

// The headers of a request that came in the way of CGI (RFC 3875): as environment variables whose
// names are HTTP_, then the header's name in upper case, with '_' for '-'.
//
//   telemetry.extract(afterglow::wasi::CgiHeaders{environment});
//
// CGI joins header lines of one name into one value: a duplicated traceparent arrives as one that
// is invalid, and is treated as such.

#include <cstddef>
#include <string_view>

#include "wasi_calls.h"

namespace afterglow::wasi {

/// Reads headers. The environment is borrowed and must outlive the view.
class CgiHeaders {
 public:
  explicit CgiHeaders(const Environment& environment) : environment_(&environment) {}

  /// Call `f(value)` when there is a header of that name.
  template <class F>
  void for_each(std::string_view name, F&& f) const {
    auto look = [&](std::string_view variable, std::string_view value) {
      if (names(variable, name))
        f(value);
    };
    environment_->for_each(look);
  }

 private:
  static constexpr char in_cgi(char c) {
    return c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }

  static constexpr bool names(std::string_view variable, std::string_view header) {
    constexpr std::string_view kPrefix = "HTTP_";
    // Not `starts_with`: its bounds check links the C library's printf.
    if (variable.size() != kPrefix.size() + header.size() || variable.find(kPrefix) != 0)
      return false;
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (variable[kPrefix.size() + i] != in_cgi(header[i]))
        return false;
    }
    return true;
  }

  const Environment* environment_;
};

}  // namespace afterglow::wasi
