#pragma once

// The body of a request to this service: a JSON array of {"url": "…", "arguments": […]}, read with
// RapidJSON and without a heap. `arguments` is not interpreted but forwarded as it was written,
// byte for byte.

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "url.h"

namespace service {

/// The longest body, and the longest list, that is read.
inline constexpr std::size_t kMaxBodyBytes = 64 * 1024;
inline constexpr std::size_t kMaxCalls = 64;

/// One callback.
struct Call {
  std::string_view text;  ///< Of the URL.
  Url url;
  std::string_view arguments;  ///< A JSON array.
};

struct Calls {
  std::array<Call, kMaxCalls> calls;
  std::size_t count = 0;
};

/// What is wrong with a body. `where` is an offset into it, or the number of an element.
struct Refusal {
  const char* what = nullptr;   ///< Null: nothing is.
  const char* place = nullptr;  ///< "at byte" or "in element".
  std::size_t where = 0;
};

/// Read `body`, of at most `kMaxBodyBytes`. `out` holds views into it; where a URL was written with
/// escapes, its characters are decoded in place.
Refusal read_calls(std::span<char> body, Calls& out);

}  // namespace service
