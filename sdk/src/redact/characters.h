#pragma once

// What kinds of characters there are for the value patterns: each byte is of one kind.

#include <cstdint>

namespace afterglow::redact {

/// A set of kinds.
using Characters = std::uint16_t;

inline constexpr Characters kDigit = 1U << 0U;
inline constexpr Characters kHexLetter = 1U << 1U;
inline constexpr Characters kOtherLetter = 1U << 2U;
inline constexpr Characters kDash = 1U << 3U;
inline constexpr Characters kUnderscore = 1U << 4U;
inline constexpr Characters kDot = 1U << 5U;
inline constexpr Characters kPlus = 1U << 6U;
inline constexpr Characters kSlash = 1U << 7U;
inline constexpr Characters kTilde = 1U << 8U;
inline constexpr Characters kAt = 1U << 9U;
inline constexpr Characters kColon = 1U << 10U;
inline constexpr Characters kPercent = 1U << 11U;
inline constexpr Characters kSpace = 1U << 12U;
inline constexpr Characters kForeign = 1U << 13U;  ///< A byte of a character beyond ASCII.

/// The kind of `c`; 0 for what no pattern holds.
constexpr Characters characters_of(char c) {
  if (static_cast<unsigned char>(c) >= 0x80) {
    return kForeign;
  }
  if (c >= '0' && c <= '9') {
    return kDigit;
  }
  const char letter = static_cast<char>(c | 0x20);
  if (letter >= 'a' && letter <= 'z') {
    return letter <= 'f' ? kHexLetter : kOtherLetter;
  }
  switch (c) {
    case '-':
      return kDash;
    case '_':
      return kUnderscore;
    case '.':
      return kDot;
    case '+':
      return kPlus;
    case '/':
      return kSlash;
    case '~':
      return kTilde;
    case '@':
      return kAt;
    case ':':
      return kColon;
    case '%':
      return kPercent;
    case ' ':
      return kSpace;
    default:
      return 0;
  }
}

}  // namespace afterglow::redact
