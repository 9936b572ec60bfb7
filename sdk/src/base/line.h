#pragma once

// One short line of text, for diagnostics: appends what fits and leaves the rest.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace afterglow::base {

class Line {
 public:
  Line& add(char c) {
    if (length_ < sizeof text_) {
      text_[length_++] = c;
    }
    return *this;
  }

  Line& add(const char* text) {
    while (*text != '\0') {
      add(*text++);
    }
    return *this;
  }

  Line& add(std::string_view text) {
    for (const char c : text) {
      add(c);
    }
    return *this;
  }

  Line& add(std::int64_t number) {
    char digits[21];
    char* first = digits + sizeof digits - 1;
    *first = '\0';
    std::uint64_t rest =
        number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    do {
      *--first = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    return add(number < 0 ? "-" : "").add(first);
  }

  [[nodiscard]] std::string_view text() const { return {text_, length_}; }

 private:
  char text_[640];  // the longest is the line of all counts
  std::size_t length_ = 0;
};

}  // namespace afterglow::base
