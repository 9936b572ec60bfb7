#pragma once

// Lower-case hexadecimal digits, as W3C Trace Context and B3 write ids: upper case is invalid.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow::context {

/// 0 to 15, or -1 for what is no lower-case digit.
constexpr int lower_hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Read all of `digits`, two for each byte of `out`. False when there are more or fewer, or one is
/// none: then `out` may hold a part.
[[nodiscard]] constexpr bool read_lower_hex(std::string_view digits, std::span<std::uint8_t> out) {
  if (digits.size() != 2 * out.size()) {
    return false;
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = lower_hex_value(digits[2 * i]);
    const int low = lower_hex_value(digits[2 * i + 1]);
    if (high < 0 || low < 0) {
      return false;
    }
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

}  // namespace afterglow::context
