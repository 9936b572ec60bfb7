#include "config/words.h"

#include <afterglow/ascii.h>

namespace afterglow::config {
namespace {

constexpr bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// A decimal fraction as it is read: `digits` * 10^`exponent`. Digits beyond the nineteenth cannot
// change a double and only count as places.
struct Decimal {
  std::uint64_t digits = 0;
  std::int32_t exponent = 0;
};

// Takes digits off the beginning of `text`, each of which changes the exponent by `places`. False
// when there are none.
bool take_digits(std::string_view& text, Decimal& decimal, std::int32_t places) {
  constexpr std::uint64_t kFull = UINT64_MAX / 10 - 1;
  const std::size_t before = text.size();
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    const bool has_room = decimal.digits < kFull;
    if (has_room) {
      decimal.digits = decimal.digits * 10 + static_cast<std::uint64_t>(text.front() - '0');
    }
    decimal.exponent += has_room ? places : places + 1;
    text.remove_prefix(1);
  }
  return text.size() != before;
}

// Of a lower-case letter also the other case.
bool take(std::string_view& text, char c) {
  const bool is_there = !text.empty() && detail::lower(text.front()) == c;
  text.remove_prefix(is_there ? 1 : 0);
  return is_there;
}

// Powers of ten up to 10^22 are exact, so that the division rounds once.
double value_of(const Decimal& decimal) {
  constexpr std::int32_t kTiny = -60;  // below 2^-56 times any digits, nothing is ever kept
  if (decimal.digits == 0 || decimal.exponent < kTiny) {
    return 0;
  }
  if (decimal.exponent > 0) {
    return 2;  // or more
  }
  double power = 1;
  for (std::int32_t place = decimal.exponent; place != 0; ++place) {
    power *= 10;
  }
  return static_cast<double>(decimal.digits) / power;
}

}  // namespace

void trim(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_space(text.back())) {
    text.remove_suffix(1);
  }
}

std::uint8_t place_of(const std::string_view& text, const char* list) {
  for (std::uint8_t place = 0;; ++place) {
    std::size_t length = 0;
    bool is_same = true;
    for (; *list != ',' && *list != '\0'; ++list, ++length) {
      is_same = is_same && length < text.size() && detail::lower(text[length]) == *list;
    }
    if (is_same && length == text.size()) {
      return place;
    }
    if (*list++ == '\0') {
      return kNoPlace;
    }
  }
}

std::string_view word_at(const char* list, unsigned place) {
  while (place != 0) {
    place -= *list++ == ',' ? 1U : 0U;
  }
  std::size_t length = 0;
  while (list[length] != ',' && list[length] != '\0') {
    ++length;
  }
  return {list, length};
}

bool parse_number(std::string_view text, std::uint32_t& number) {
  Decimal decimal;
  if (!take_digits(text, decimal, 0) || !text.empty() || decimal.exponent != 0 ||
      decimal.digits > UINT32_MAX) {
    return false;
  }
  number = static_cast<std::uint32_t>(decimal.digits);
  return true;
}

// Beyond any double, an exponent is as good as the largest here.
bool parse_ratio(std::string_view text, double& ratio) {
  constexpr std::uint64_t kMost = 1'000'000;
  Decimal decimal;
  bool is_number = take_digits(text, decimal, 0);
  if (take(text, '.')) {
    is_number = take_digits(text, decimal, -1) || is_number;
  }
  if (is_number && take(text, 'e')) {
    const bool is_negative = take(text, '-');
    if (!is_negative) {
      (void)take(text, '+');
    }
    Decimal value;
    is_number = take_digits(text, value, 0);
    const auto places = static_cast<std::int32_t>(value.digits < kMost ? value.digits : kMost);
    decimal.exponent += is_negative ? -places : places;
  }
  const double value = value_of(decimal);
  if (!is_number || !text.empty() || value > 1) {
    return false;
  }
  ratio = value;
  return true;
}

bool next_member(std::string_view& list, std::string_view& member) {
  if (list.data() == nullptr) {
    return false;
  }
  const std::size_t comma = list.find(',');
  if (comma == std::string_view::npos) {
    member = list;
    list = {};
  } else {
    member = {list.data(), comma};
    list.remove_prefix(comma + 1);
  }
  trim(member);
  return true;
}

}  // namespace afterglow::config
