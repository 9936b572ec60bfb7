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
    if (decimal.digits < kFull) {
      decimal.digits = decimal.digits * 10 + static_cast<std::uint64_t>(text.front() - '0');
      decimal.exponent += places;
    } else {
      decimal.exponent += places + 1;
    }
    text.remove_prefix(1);
  }
  return text.size() != before;
}

bool take(std::string_view& text, char c) {
  const bool is_there = !text.empty() && text.front() == c;
  text.remove_prefix(is_there ? 1 : 0);
  return is_there;
}

// The letter e and what is behind it: "e-3". An exponent beyond any double is as good as the
// largest here.
bool take_exponent(std::string_view& text, std::int32_t& exponent) {
  constexpr std::uint64_t kMost = 1'000'000;
  if (!take(text, 'e') && !take(text, 'E')) {
    return true;
  }
  const bool is_negative = take(text, '-');
  if (!is_negative) {
    (void)take(text, '+');
  }
  Decimal value;
  if (!take_digits(text, value, 0)) {
    return false;
  }
  const auto places = static_cast<std::int32_t>(value.digits < kMost ? value.digits : kMost);
  exponent += is_negative ? -places : places;
  return true;
}

// Powers of ten up to 10^22 are exact, so that one division rounds once.
double value_of(const Decimal& decimal) {
  constexpr std::int32_t kExact = 22;
  constexpr std::int32_t kTiny = -60;  // below 2^-56 times any digits, nothing is ever kept
  if (decimal.digits == 0 || decimal.exponent < kTiny) {
    return 0;
  }
  if (decimal.exponent > 0) {
    return 2;  // or more
  }
  auto value = static_cast<double>(decimal.digits);
  double power = 1;
  for (std::int32_t place = decimal.exponent; place != 0; ++place) {
    power *= 10;
    if (place % kExact == -1) {
      value /= power;
      power = 1;
    }
  }
  return value / power;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_space(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

bool is_word(std::string_view text, std::string_view lower_case) {
  return detail::equals_ignoring_case(text, lower_case);
}

std::uint8_t place_of(std::string_view text, std::string_view list) {
  std::string_view member;
  for (std::uint8_t place = 0; next_member(list, member); ++place) {
    if (is_word(text, member)) {
      return place;
    }
  }
  return kNoPlace;
}

std::string_view word_at(std::string_view list, std::uint8_t place) {
  std::string_view member;
  do {
    (void)next_member(list, member);
  } while (place-- != 0);
  return member;
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

bool parse_ratio(std::string_view text, double& ratio) {
  Decimal decimal;
  bool has_digits = take_digits(text, decimal, 0);
  if (take(text, '.')) {
    has_digits = take_digits(text, decimal, -1) || has_digits;
  }
  if (!has_digits || !take_exponent(text, decimal.exponent) || !text.empty()) {
    return false;
  }
  const double value = value_of(decimal);
  if (value > 1) {
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
  const bool is_last = comma == std::string_view::npos;
  member = trimmed({list.data(), is_last ? list.size() : comma});
  list = is_last ? std::string_view()
                 : std::string_view(list.data() + comma + 1, list.size() - comma - 1);
  return true;
}

}  // namespace afterglow::config
