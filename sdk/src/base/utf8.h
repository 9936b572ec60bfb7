#pragma once

// UTF-8 as it comes in from the outside: usually valid, never to be trusted.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace afterglow::text {

/// One step through a text.
struct CodePoint {
  std::uint32_t length;  ///< Bytes: 1 to 4 when valid, else 1 to 3.
  bool valid;            ///< False: replace these bytes by one U+FFFD.
};

/// The code point at `at`, which must be before `end`. Overlong forms, surrogates and values above
/// U+10FFFF are invalid. Of an invalid sequence, `length` is its longest part that could have begun
/// a code point (Unicode's recommended practice for U+FFFD), and at least one byte.
[[nodiscard]] CodePoint next_code_point(const char* at, const char* end);

/// Bytes of the longest prefix of `text` with at most `max_characters` code points. Never cuts a
/// code point; each invalid byte counts as one character.
[[nodiscard]] std::size_t truncate(std::string_view text, std::size_t max_characters);

/// Whether all of `text` is valid UTF-8.
[[nodiscard]] bool is_valid(std::string_view text);

}  // namespace afterglow::text
