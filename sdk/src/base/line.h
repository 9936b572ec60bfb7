#pragma once

// One short line of text, for diagnostics: appends what fits and leaves the rest.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace afterglow::base {

class Line {
 public:
  Line& add(std::string_view text) {
    for (const char c : text) {
      if (length_ < sizeof text_) {
        text_[length_++] = c;
      }
    }
    return *this;
  }

  Line& add(std::int64_t number) {
    char digits[20];
    std::size_t count = 0;
    const bool negative = number < 0;
    std::uint64_t rest =
        negative ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    do {
      digits[count++] = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    if (negative) {
      add("-");
    }
    while (count != 0) {
      add(std::string_view(&digits[--count], 1));
    }
    return *this;
  }

  [[nodiscard]] std::string_view text() const { return {text_, length_}; }

 private:
  char text_[640];  // the longest is the line of all counts
  std::size_t length_ = 0;
};

}  // namespace afterglow::base
