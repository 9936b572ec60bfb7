#pragma once

// Lower-case hexadecimal digits, as W3C Trace Context and B3 write ids: upper case is invalid.

#include <afterglow/context.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
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

/// The four bytes of eight digits. Of what are none it makes something: turned back into digits it
/// is not the same.
constexpr std::uint32_t four_of_hex(std::uint64_t digits) {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
  const std::uint64_t letters = digits >> 6U & kOnes;
  const std::uint64_t nibbles = (digits & kOnes * 0x0F) + letters * 9;
  std::uint64_t lanes = (nibbles << 4U | nibbles >> 8U) & 0x00FF'00FF'00FF'00FF;
  lanes = (lanes | lanes >> 8U) & 0x0000'FFFF'0000'FFFF;
  return static_cast<std::uint32_t>(lanes | lanes >> 16U);
}
static_assert(four_of_hex(0x66'66'39'61'61'39'31'30) == 0xFF'A9'9A'01);

/// Read all of `digits`, two for each byte of `out`, which has a multiple of four. False when there
/// are more or fewer, or one is none: then `out` may hold a part.
[[nodiscard]] inline bool read_lower_hex(std::string_view digits, std::span<std::uint8_t> out) {
  if (digits.size() != 2 * out.size()) {
    return false;
  }
  for (std::size_t i = 0; i + 4 <= out.size(); i += 4) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, digits.data() + 2 * i, sizeof eight);
    const std::uint32_t four = four_of_hex(eight);
    if (afterglow::detail::hex_of(four) != eight) {
      return false;
    }
    std::memcpy(out.data() + i, &four, sizeof four);
  }
  return true;
}

/// Read one byte of two digits.
[[nodiscard]] constexpr bool read_lower_hex(char high, char low, std::uint8_t& out) {
  const int value = lower_hex_value(high) * 16 + lower_hex_value(low);
  out = static_cast<std::uint8_t>(value);
  return lower_hex_value(high) >= 0 && lower_hex_value(low) >= 0;
}

}  // namespace afterglow::context
