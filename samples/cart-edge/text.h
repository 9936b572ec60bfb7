#pragma once

// Text without a heap: a fixed-size string that drops what does not fit, and the few questions this
// sample asks of a request line.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace cart {

template <std::size_t Capacity>
class Text {
 public:
  constexpr Text() = default;

  [[nodiscard]] std::string_view view() const { return {data_, size_}; }
  void clear() { size_ = 0; }

  void append(std::string_view text) {
    const std::size_t room = Capacity - size_;
    const std::size_t count = text.size() < room ? text.size() : room;
    if (count != 0) {
      std::memcpy(data_ + size_, text.data(), count);
    }
    size_ += count;
  }

  void append_number(std::uint64_t number) {
    char digits[20];
    std::size_t first = sizeof digits;
    do {
      digits[--first] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    append({digits + first, sizeof digits - first});
  }

 private:
  char data_[Capacity] = {};
  std::size_t size_ = 0;
};

// `substr`, and `starts_with` through it, checks its bounds and would link printf for the message.
// These do without.

constexpr bool begins_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::string_view(text.data(), prefix.size()) == prefix;
}

/// `text` before the first `mark`, or all of it.
constexpr std::string_view before(std::string_view text, char mark) {
  const std::size_t end = text.find(mark);
  return {text.data(), end == text.npos ? text.size() : end};
}

/// `text` after the first `mark`, or nothing.
constexpr std::string_view after(std::string_view text, char mark) {
  const std::size_t at = text.find(mark);
  return at == text.npos ? std::string_view{}
                         : std::string_view{text.data() + at + 1, text.size() - at - 1};
}

constexpr std::string_view path_of(std::string_view target) {
  return before(target, '?');
}

/// True when one of the query's parts is exactly `part`, such as "slow=1".
constexpr bool query_has(std::string_view target, std::string_view part) {
  for (std::string_view rest = after(target, '?'); !rest.empty(); rest = after(rest, '&')) {
    if (before(rest, '&') == part) {
      return true;
    }
  }
  return false;
}

/// Letters, digits, '-' and '_', at least one.
constexpr bool is_name(std::string_view text) {
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
      return false;
    }
  }
  return !text.empty();
}

/// The methods of RFC 9110 and PATCH: what `http.request.method` may say.
constexpr bool is_known_method(std::string_view method) {
  constexpr std::string_view kMethods[] = {"GET",     "HEAD",  "POST",    "PUT",  "DELETE",
                                           "CONNECT", "TRACE", "OPTIONS", "PATCH"};
  for (const std::string_view known : kMethods) {
    if (method == known) {
      return true;
    }
  }
  return false;
}

/// How often `needle` occurs.
constexpr std::size_t count_of(std::string_view text, std::string_view needle) {
  std::size_t count = 0;
  for (std::size_t at = text.find(needle); at != text.npos; at = text.find(needle, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace cart
