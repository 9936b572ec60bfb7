// The arithmetic of thresholds: the specification's table, the ends, the rounding.

#include <afterglow/threshold.h>
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "trace.h"

namespace {

using namespace afterglow;
using sampling::kWhole;

std::string digits(std::uint64_t threshold) {
  std::string text;
  for (int shift = 52; shift >= 0; shift -= 4) {
    text += "0123456789abcdef"[threshold >> shift & 0xF];
  }
  while (text.size() > 1 && text.back() == '0') {
    text.pop_back();
  }
  return text;
}

struct Row {
  double one_in;
  const char* three;
  const char* four;
  const char* five;
};

TEST_CASE("thresholds of 1-in-N at three, four and five digits are the specification's") {
  const Row rows[] = {
      {1, "0", "0", "0"},
      {2, "8", "8", "8"},
      {3, "aab", "aaab", "aaaab"},
      {4, "c", "c", "c"},
      {5, "ccd", "cccd", "ccccd"},
      {8, "e", "e", "e"},
      {10, "e66", "e666", "e6666"},
      {16, "f", "f", "f"},
      {100, "fd71", "fd70a", "fd70a4"},
      {1000, "ffbe7", "ffbe77", "ffbe76d"},
      {10000, "fff972", "fff9724", "fff97247"},
      {100000, "ffff584", "ffff583a", "ffff583a5"},
      {1000000, "ffffef4", "ffffef39", "ffffef391"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.one_in);
    CHECK(digits(threshold_of(1 / row.one_in, 3)) == row.three);
    CHECK(digits(threshold_of(1 / row.one_in)) == row.four);
    CHECK(digits(threshold_of(1 / row.one_in, 5)) == row.five);
  }
}

TEST_CASE("ratios at and beyond their ends") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const double smallest = std::ldexp(1.0, -56);
  for (const double all : {1.0, 1.5, 1e300, kInfinity, std::nan("")}) {
    CAPTURE(all);
    CHECK(threshold_of(all) == kThresholdOfAll);
  }
  for (const double none :
       {0.0, -0.0, -0.5, -kInfinity, smallest / 2, std::numeric_limits<double>::denorm_min()}) {
    CAPTURE(none);
    CHECK(threshold_of(none) == kThresholdOfNothing);
  }
  for (unsigned precision = 0; precision <= 20; ++precision) {
    CAPTURE(precision);
    CHECK(threshold_of(smallest, precision) == kWhole - 1);  // never rounded to nothing
    CHECK(threshold_of(std::nextafter(1.0, 0.0), precision) <= kWhole >> 48U);
    CHECK(threshold_of(0.0, precision) == kThresholdOfNothing);
  }
  CHECK(threshold_of(0.3, 14) == kWhole - static_cast<std::uint64_t>(0.3 * double(kWhole)));
  static_assert(threshold_of(0.01) == 0xfd70a000000000);  // while compiling, too
}

TEST_CASE("four digits are off by less than one in ten thousand, and order is kept") {
  constexpr unsigned kSeed = 1;
  std::mt19937_64 random(kSeed);
  std::uniform_real_distribution<double> exponent(-50.0, 0.0);
  for (int i = 0; i < 10000; ++i) {
    const double ratio = std::exp2(exponent(random));
    const double other = std::exp2(exponent(random));
    CAPTURE(ratio);
    const std::uint64_t threshold = threshold_of(ratio);
    CHECK(threshold < kThresholdOfNothing);
    const double actual = static_cast<double>(kWhole - threshold) / static_cast<double>(kWhole);
    if (std::abs(actual / ratio - 1) > 1.3e-4 && ratio > 0x1p-40) {
      FAIL_CHECK("off by " << actual / ratio - 1);
    }
    CHECK((threshold <= threshold_of(other)) ==
          (ratio >= other || threshold == threshold_of(other)));
  }
}

TEST_CASE("an adjusted count is one over the probability") {
  CHECK(adjusted_count(0) == 1.0);
  CHECK(adjusted_count(kWhole / 2) == 2.0);
  CHECK(adjusted_count(kWhole - 1) == static_cast<double>(kWhole));
  CHECK(adjusted_count(threshold_of(0.001)) == doctest::Approx(1000.012874769029).epsilon(1e-12));
}

TEST_CASE("randomness is the low seven bytes") {
  CHECK(randomness_of(sampling::id_with_randomness(0x0123456789abcd, 0xFF)) == 0x0123456789abcd);
  CHECK(randomness_of(sampling::id_with_randomness(kWhole - 1, 0x00)) == kWhole - 1);
  const sampling::Trace trace(0x42);
  CHECK(trace.summary().randomness == 0x42);  // unless the SDK says otherwise
  CHECK_FALSE(trace.summary().has_randomness);
}

}  // namespace
