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

namespace characters {

/// Characters that are a kind of their own, in the order of their bits from `kDash` on.
inline constexpr char kMarks[] = "-_.+/~@:% ";

struct Table {
  std::uint8_t bit[128] = {};  ///< 0: of no kind, else the number of its bit and 1.

  consteval Table() {
    for (std::uint8_t i = 0; i < 26; ++i) {
      bit['a' + i] = bit['A' + i] = i < 6 ? 2 : 3;
    }
    for (std::uint8_t i = 0; i < 10; ++i) {
      bit['0' + i] = 1;
      bit[static_cast<unsigned char>(kMarks[i])] = static_cast<std::uint8_t>(i + 4);
    }
  }
};
inline constexpr Table kTable;

}  // namespace characters

/// The kind of `c`; 0 for what no pattern holds.
constexpr Characters characters_of(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80) {
    return kForeign;
  }
  return static_cast<Characters>(1U << characters::kTable.bit[byte] >> 1U);
}

}  // namespace afterglow::redact
