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

constexpr std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

/// True when one of the query's parts is exactly `part`, such as "slow=1".
constexpr bool query_has(std::string_view target, std::string_view part) {
  const std::size_t mark = target.find('?');
  std::string_view rest = mark == target.npos ? "" : target.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view first = rest.substr(0, rest.find('&'));
    if (first == part) {
      return true;
    }
    rest.remove_prefix(first.size() < rest.size() ? first.size() + 1 : rest.size());
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
