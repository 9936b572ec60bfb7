#include "config/words.h"

#include <afterglow/ascii.h>

namespace afterglow::config {
namespace {

constexpr bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A decimal fraction as it is read: `digits` * 10^`exponent`. Digits beyond the nineteenth cannot
// change a double and only count as places.
struct Decimal {
  std::uint64_t digits = 0;
  std::int64_t exponent = 0;
  bool any = false;

  void take(char c, bool is_fraction) {
    constexpr std::uint64_t kFull = UINT64_MAX / 10 - 1;
    any = true;
    if (digits < kFull) {
      digits = digits * 10 + static_cast<std::uint64_t>(c - '0');
      exponent -= is_fraction ? 1 : 0;
    } else {
      exponent += is_fraction ? 0 : 1;
    }
  }
};

std::string_view take_digits(std::string_view text, Decimal& decimal, bool is_fraction) {
  while (!text.empty() && is_digit(text.front())) {
    decimal.take(text.front(), is_fraction);
    text.remove_prefix(1);
  }
  return text;
}

// "-3" after the letter e. An exponent beyond any double is as good as the largest here.
bool parse_exponent(std::string_view text, std::int64_t& exponent) {
  constexpr std::int64_t kMost = 1'000'000;
  const bool is_negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    text.remove_prefix(1);
  }
  if (text.empty()) {
    return false;
  }
  std::int64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) {
      return false;
    }
    value = value < kMost ? value * 10 + (c - '0') : value;
  }
  exponent += is_negative ? -value : value;
  return true;
}

// Powers of ten up to 10^22 are exact, so that one division rounds once.
double power_of_ten(std::int64_t exponent) {
  double power = 1;
  for (std::int64_t i = 0; i < exponent; ++i) {
    power *= 10;
  }
  return power;
}

double value_of(const Decimal& decimal) {
  constexpr std::int64_t kExact = 22;
  constexpr std::int64_t kTiny = -60;  // below 2^-56 times any digits, nothing is ever kept
  if (decimal.digits == 0 || decimal.exponent < kTiny) {
    return 0;
  }
  auto value = static_cast<double>(decimal.digits);
  std::int64_t exponent = decimal.exponent;
  if (exponent > 0) {
    return exponent > kExact ? 2 : value * power_of_ten(exponent);
  }
  for (; exponent < -kExact; exponent += kExact) {
    value /= power_of_ten(kExact);
  }
  return value / power_of_ten(-exponent);
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

bool parse_number(std::string_view text, std::uint32_t& number) {
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) {
      return false;
    }
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
    if (value > UINT32_MAX) {
      return false;
    }
  }
  if (text.empty()) {
    return false;
  }
  number = static_cast<std::uint32_t>(value);
  return true;
}

bool parse_ratio(std::string_view text, double& ratio) {
  Decimal decimal;
  text = take_digits(text, decimal, false);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    text = take_digits(text, decimal, true);
  }
  if (!decimal.any) {
    return false;
  }
  if (!text.empty()) {
    if (text.front() != 'e' && text.front() != 'E') {
      return false;
    }
    text.remove_prefix(1);
    if (!parse_exponent(text, decimal.exponent)) {
      return false;
    }
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
  if (comma == std::string_view::npos) {
    member = trimmed(list);
    list = {};
    return true;
  }
  member = trimmed({list.data(), comma});
  list.remove_prefix(comma + 1);
  return true;
}

}  // namespace afterglow::config
