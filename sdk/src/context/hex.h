#pragma once

// Lower-case hexadecimal digits, as W3C Trace Context and B3 write ids: upper case is invalid.

#include <cstdint>
#include <span>

namespace afterglow::context {

/// 0 to 15, or -1 for what is no lower-case digit.
constexpr int lower_hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Read `2 * out.size()` digits; the caller has checked that they are there. False at the first
/// that is none: then `out` holds a part.
[[nodiscard]] constexpr bool read_lower_hex(const char* digits, std::span<std::uint8_t> out) {
  for (std::uint8_t& byte : out) {
    const int high = lower_hex_value(*digits++);
    const int low = lower_hex_value(*digits++);
    if (high < 0 || low < 0) {
      return false;
    }
    byte = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

}  // namespace afterglow::context
