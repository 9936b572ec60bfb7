#pragma once

// The value patterns. Each is a maximal run of certain characters and a check that looks at the run
// once, and at the gap before it; so finding all of them takes a bounded number of steps for each
// byte, whatever the value. What each pattern means stands beside `ValuePattern`.

#include <afterglow/redaction.h>

#include <cstddef>
#include <string_view>

namespace afterglow::redact {

/// Bytes [begin, end) of a text; nothing when empty.
struct Found {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] bool empty() const { return begin == end; }
};

/// Finds the matches of one pattern in a text, from its begin to its end.
class Finder {
 public:
  /// The text outlives the finder.
  Finder(ValuePattern pattern, std::string_view text)
      : begin_(text.data()), end_(text.data() + text.size()), at_(begin_), pattern_(pattern) {}

  /// The next match; empty when there is none left. Matches do not overlap.
  Found next();

 private:
  const char* begin_;
  const char* end_;
  const char* at_;
  ValuePattern pattern_;
};

/// The set of patterns that could be in `text`, as bits by number, told by one look at each byte:
/// most texts are found free of most patterns here.
unsigned possible_patterns(std::string_view text);

constexpr bool may_have(unsigned possible, ValuePattern pattern) {
  return (possible >> static_cast<unsigned>(pattern) & 1U) != 0;
}

}  // namespace afterglow::redact
