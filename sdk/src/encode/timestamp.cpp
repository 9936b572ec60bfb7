#include "encode/timestamp.h"

#include <cstddef>

namespace afterglow::encode {
namespace {

struct Date {
  std::uint32_t year;
  std::uint32_t month;
  std::uint32_t day;
};

constexpr std::uint32_t days_of_year(std::uint32_t year) {
  const bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return is_leap ? 366 : 365;
}

// The 64 bits end in 2554: at most 584 years to walk through.
constexpr Date date_of(std::uint64_t days) {
  std::uint32_t year = 1970;
  for (; days >= days_of_year(year); ++year) {
    days -= days_of_year(year);
  }
  const std::uint32_t lengths[] = {31, days_of_year(year) - 337, 31, 30, 31, 30, 31, 31, 30, 31, 30,
                                   31};
  std::uint32_t month = 0;
  for (; days >= lengths[month]; ++month) {
    days -= lengths[month];
  }
  return {year, month + 1, static_cast<std::uint32_t>(days) + 1};
}

static_assert(date_of(0).year == 1970 && date_of(19'782).month == 2 && date_of(19'782).day == 29);

// `value` in the last `width` places before `end`; returns where it begins.
char* put(char* end, std::uint32_t value, int width) {
  for (; width != 0; --width) {
    *--end = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return end;
}

}  // namespace

void write_timestamp(JsonWriter& out, std::uint64_t unix_nano) {
  const std::uint64_t seconds = unix_nano / 1'000'000'000;
  const Date date = date_of(seconds / 86'400);
  const auto second = static_cast<std::uint32_t>(seconds % 86'400);
  char text[] = "\"0000-00-00T00:00:00.000000000Z\"";
  constexpr std::size_t kLength = sizeof text - 1;
  put(text + kLength - 2, static_cast<std::uint32_t>(unix_nano % 1'000'000'000), 9);
  put(text + 20, second % 60, 2);
  put(text + 17, second / 60 % 60, 2);
  put(text + 14, second / 3600, 2);
  put(text + 11, date.day, 2);
  put(text + 8, date.month, 2);
  put(text + 5, date.year, 4);
  out.raw({text, kLength});
}

}  // namespace afterglow::encode
