#pragma once

// Ids in lower-case hexadecimal digits, as W3C Trace Context and B3 write them: upper case is
// invalid.

#include <cstddef>
#include <cstdint>

namespace afterglow::context {

/// 0 to 15, or -1 for what is no lower-case digit.
constexpr int lower_hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Read the `2 * count` digits of an id into `out`; `count` is a multiple of eight. False when
/// one is none, or all are zero: then `out` holds anything.
[[nodiscard]] bool read_id(const char* digits, std::uint8_t* out, std::size_t count);

/// Write the `2 * count` digits of an id; `count` is a multiple of four.
void write_id(const std::uint8_t* id, char* out, std::size_t count);

}  // namespace afterglow::context
