#pragma once

// Percent-encoding (RFC 3986, section 2.1), as headers and environment variables carry it: `%2C` is
// a comma. Escapes are read with digits of either case.

#include <cstddef>
#include <span>
#include <string_view>

namespace afterglow::text {

/// Bytes of an escape: '%' and two hexadecimal digits.
inline constexpr std::size_t kPercentEscapeLength = 3;

/// The byte that the escape at the beginning of `text` stands for, 0 to 255; -1 when `text` begins
/// with anything but '%' and two hexadecimal digits.
[[nodiscard]] int percent_escape(std::string_view text);

/// Decode `text` in place; `length` becomes the length of the result, which is never longer. False
/// when a '%' is not followed by two hexadecimal digits: then `text` and `length` are as they were.
/// The result may hold any byte, NUL included, and need not be UTF-8.
[[nodiscard]] bool percent_decode_strict(std::span<char> text, std::size_t& length);

}  // namespace afterglow::text
