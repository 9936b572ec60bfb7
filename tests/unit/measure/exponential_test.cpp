// Exponential histograms: the exact bucket of each value, and buckets that merge as values spread.

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "measure/exponential_index.h"
#include "measure/metering.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;
using measure::exponential_index;
using measure::Settlement;

constexpr ExponentialHistogram kSizes{"sizes", "By"};
constexpr ExponentialHistogram kFew{"few", "By", {.max_size = 4}};
constexpr ExponentialHistogram kTwo{"two", "By", {.max_size = 2, .max_scale = 5}};
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLeast = std::numeric_limits<double>::denorm_min();
constexpr double kGreatest = std::numeric_limits<double>::max();

// 2^(fraction / 2^scale) for a fraction below 2^scale, from square roots: independent of the code
// under test, which squares.
long double bound_in_octave(std::uint32_t fraction, int scale) {
  long double root = 2;
  long double bound = 1;
  for (int bit = scale - 1; bit >= 0; --bit) {
    root = std::sqrt(root);
    bound *= (fraction >> bit & 1U) != 0 ? root : 1;
  }
  return bound;
}

// Check the two doubles around bound `index` of `scale`: the lower one is in the bucket below it,
// the upper one in the bucket above. False when long double cannot tell on which side they are.
bool check_around(std::int32_t index, int scale) {
  const std::int32_t exponent = index >> scale;
  const auto fraction = static_cast<std::uint32_t>(index) & ((1U << scale) - 1U);
  const long double bound = bound_in_octave(fraction, scale);
  auto below = static_cast<double>(bound);
  if (below > bound) {
    below = std::nextafter(below, 0.0);
  }
  const double above = std::nextafter(below, 4.0);
  const long double uncertain = 64 * std::numeric_limits<long double>::epsilon();
  if (fraction != 0 && (bound - below < uncertain || above - bound < uncertain)) {
    return false;
  }
  CAPTURE(index);
  CAPTURE(scale);
  REQUIRE(exponential_index(std::ldexp(below, exponent), scale) == index - 1);
  REQUIRE(exponential_index(std::ldexp(above, exponent), scale) == index);
  return true;
}

TEST_CASE("values beside a bound fall on its two sides, at every scale") {
  std::mt19937 random(20);
  for (int scale = 1; scale <= 20; ++scale) {
    const std::uint32_t in_octave = 1U << scale;
    int told = 0;
    for (std::uint32_t i = 0; i < 400; ++i) {
      const std::uint32_t fraction =
          in_octave <= 400 ? i % in_octave : static_cast<std::uint32_t>(random()) % in_octave;
      const auto exponent = static_cast<std::int32_t>(random() % 2000) - 1000;
      told += check_around(exponent * (1 << scale) + static_cast<std::int32_t>(fraction), scale);
    }
    CHECK(told > 200);
  }
}

TEST_CASE("powers of two are upper bounds") {
  for (int scale = -10; scale <= 20; ++scale) {
    for (int exponent = -1074; exponent <= 1023; ++exponent) {
      const double power = std::ldexp(1.0, exponent);
      const std::int32_t expected =
          scale >= 0 ? exponent * (1 << scale) - 1 : (exponent - 1) >> -scale;
      REQUIRE(exponential_index(power, scale) == expected);
      if (exponent >= -1022) {
        REQUIRE(exponential_index(std::nextafter(power, kInfinity), scale) ==
                (scale >= 0 ? expected + 1 : exponent >> -scale));
      }
    }
  }
}

TEST_CASE("the specification's examples") {
  CHECK(exponential_index(1, 0) == -1);
  CHECK(exponential_index(1.5, 0) == 0);
  CHECK(exponential_index(2, 0) == 0);
  CHECK(exponential_index(4, 0) == 1);
  CHECK(exponential_index(5, 0) == 2);
  CHECK(exponential_index(0.5, 0) == -2);
  CHECK(exponential_index(4, -1) == 0);  // (1, 4]
  CHECK(exponential_index(4.1, -1) == 1);
  CHECK(exponential_index(1, -1) == -1);
  CHECK(exponential_index(3, 1) == 3);    // (2^1.5, 4]
  CHECK(exponential_index(2.8, 1) == 2);  // (2, 2^1.5]
  CHECK(exponential_index(kGreatest, 0) == 1023);
  CHECK(exponential_index(kGreatest, 20) == (1024 << 20) - 1);
  CHECK(exponential_index(kGreatest, -10) == 0);
  CHECK(exponential_index(kLeast, 0) == -1075);
  CHECK(exponential_index(kLeast * 3, 0) == -1073);
  CHECK(exponential_index(kLeast * 3, 1) == -2145);  // log2 3 = 1.58: (-1074 + 1) * 2 + 1
  CHECK(exponential_index(kLeast, -10) == -2);
  CHECK(exponential_index(std::numeric_limits<double>::min(), 0) == -1023);
}

TEST_CASE("the index never falls as values grow, and each scale is half of the next") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const double value = std::bit_cast<double>(random() & 0x7FFF'FFFF'FFFF'FFFF);
    if (!std::isfinite(value) || value == 0) {
      continue;
    }
    const double next = std::nextafter(value, kInfinity);
    std::int32_t finer = exponential_index(value, 20);
    for (int scale = 19; scale >= -10; --scale) {
      finer >>= 1;
      REQUIRE(exponential_index(value, scale) == finer);
    }
    if (std::isfinite(next)) {
      const std::int32_t step = exponential_index(next, 20) - exponential_index(value, 20);
      REQUIRE((step == 0 || step == 1));
    }
  }
}

Told only(Metering& metering, std::uint8_t batch = 1) {
  const std::vector<Told> all = metering.collect(1000, batch);
  REQUIRE(all.size() == 1);
  return all[0];
}

TEST_CASE("one value has the finest scale") {
  Metering m;
  m.record(kSizes, 1.5);
  m.record(kSizes, 1.5);
  const Told told = only(m);
  CHECK(told.scale == 20);
  CHECK(told.first == exponential_index(1.5, 20));
  CHECK(told.counts == std::vector<std::uint32_t>{2});
  CHECK(told.summary.count == 2);
  CHECK(told.summary.sum == 3);
  CHECK(told.zeros == 0);
  CHECK(told.negatives.empty());
}

TEST_CASE("the scale falls only as far as it must") {
  Metering m;
  m.record(kFew, 1);
  m.record(kFew, 2);
  m.record(kFew, 4);  // indexes -1, 0, 1 at scale 0; -1, 1, 3 at scale 1 are five buckets
  Told told = only(m);
  CHECK(told.scale == 0);
  CHECK(told.first == -1);
  CHECK(told.counts == std::vector<std::uint32_t>{1, 1, 1});
  m.settle(Settlement::Forget);
  m.record(kFew, 4);
  m.record(kFew, 2);
  m.record(kFew, 1);
  m.record(kFew, 16);  // indexes -1, 0, 1, 3: five buckets; at scale -1: -1, 0, 0, 1
  told = only(m);
  CHECK(told.scale == -1);
  CHECK(told.first == -1);
  CHECK(told.counts == std::vector<std::uint32_t>{1, 2, 1});
}

TEST_CASE("each delta begins at the finest scale again") {
  Metering m;
  m.record(kFew, 1);
  m.record(kFew, 1e9);
  m.record(kFew, 1e18);
  CHECK(only(m).scale < 0);
  m.settle(Settlement::Forget);
  for (int round = 0; round < 2; ++round) {  // one cell, then the other
    m.record(kFew, 1.5);
    CHECK(only(m).scale == 20);
    m.settle(Settlement::Forget);
  }
}

TEST_CASE("two buckets hold everything from the least to the greatest") {
  Metering m;
  for (const double value : {1.0, kGreatest, kLeast, 1.5, 0.5}) {
    m.record(kTwo, value);
  }
  const Told told = only(m);
  CHECK(told.scale == -11);
  CHECK(told.first == -1);
  CHECK(told.counts == std::vector<std::uint32_t>{3, 2});
  CHECK(told.summary.min == kLeast);
  CHECK(told.summary.max == kGreatest);
}

TEST_CASE("negative values have their own buckets, of the same scale; zeros are counted") {
  Metering m;
  m.record(kFew, -2);
  m.record(kFew, 0.0);
  m.record(kFew, -0.0);
  m.record(kFew, -1.5);
  Told told = only(m);
  CHECK(told.zeros == 2);
  CHECK(told.counts.empty());
  CHECK(told.scale == 3);  // log2 1.5 = 0.585: buckets 4 and 7
  CHECK(told.first_negative == 4);
  CHECK(told.negatives == std::vector<std::uint32_t>{1, 0, 0, 1});
  CHECK(told.summary.min == -2);
  CHECK(told.summary.max == 0);
  CHECK(told.summary.count == 4);
  m.settle(Settlement::Forget);
  m.record(kFew, -2);
  m.record(kFew, 1);
  m.record(kFew, 1024);  // this lowers the scale of both
  told = only(m);
  CHECK(told.scale == -2);
  CHECK(told.counts == std::vector<std::uint32_t>{1, 0, 0, 1});
  CHECK(told.first == -1);
  CHECK(told.negatives == std::vector<std::uint32_t>{1});
  CHECK(told.first_negative == 0);
}

TEST_CASE("no negative value without memory for its buckets") {
  Metering m(2200);
  m.record(kSizes, 1);
  m.record(kSizes, -1);
  CHECK(m.rejected(measure::Rejection::NoMemory) == 1);
  CHECK(m.balanced());
  CHECK(only(m).summary.count == 1);
}

// What the buckets say of where the values are: within half a bucket's width.
void check_against(const Told& told, const std::vector<double>& values) {
  std::map<std::int32_t, std::uint32_t> positive;
  std::map<std::int32_t, std::uint32_t> negative;
  std::uint32_t zeros = 0;
  for (const double value : values) {
    if (value == 0) {
      ++zeros;
    } else {
      ++(value > 0 ? positive : negative)[exponential_index(std::fabs(value), told.scale)];
    }
  }
  const auto check = [](const std::map<std::int32_t, std::uint32_t>& expected, std::int32_t first,
                        const std::vector<std::uint32_t>& counts) {
    std::map<std::int32_t, std::uint32_t> found;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] != 0) {
        found[first + static_cast<std::int32_t>(i)] = counts[i];
      }
    }
    REQUIRE(found == expected);
  };
  check(positive, told.first, told.counts);
  check(negative, told.first_negative, told.negatives);
  REQUIRE(told.zeros == zeros);
  REQUIRE(told.summary.count == values.size());
}

// Could they all be one scale finer?
bool could_be_finer(const Told& told, const std::vector<double>& values, std::int64_t max_size) {
  const auto span = [&](bool positive) {
    std::int64_t low = INT64_MAX;
    std::int64_t high = INT64_MIN;
    for (const double value : values) {
      if (value != 0 && (value > 0) == positive) {
        const std::int64_t index = exponential_index(std::fabs(value), told.scale + 1);
        low = std::min(low, index);
        high = std::max(high, index);
      }
    }
    return low > high ? 0 : high - low + 1;
  };
  return told.scale < 20 && span(true) <= max_size && span(false) <= max_size;
}

TEST_CASE("random values: the best scale, exact counts, bounded relative error, also merged") {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    Metering m(256 * 1024);
    std::vector<double> values;
    const double spread = std::ldexp(1.0, static_cast<int>(seed % 8));
    std::normal_distribution<double> normal(0, spread);
    const std::size_t count = 1 + random() % 300;
    for (std::size_t i = 0; i < count; ++i) {
      if (random() % 50 == 0) {  // refused deltas are merged
        (void)m.collect(i + 1);
      }
      if (random() % 50 == 0) {
        m.settle(Settlement::Return);
      }
      const double value = random() % 20 == 0 ? 0
                           : seed % 3 == 0    ? normal(random)
                                              : std::exp(normal(random));
      values.push_back(value);
      m.record(kSizes, value);
    }
    m.settle(Settlement::Return);
    const Told told = only(m);
    check_against(told, values);
    REQUIRE_FALSE(could_be_finer(told, values, 160));
    // The relative error of a bucket's middle is at most (base - 1) / (base + 1).
    const double base = std::pow(2.0, std::pow(2.0, -told.scale));
    const double allowed = (base - 1) / (base + 1);
    for (const double value : values) {
      if (value > 0 && told.scale <= 10) {
        const double lower = std::pow(base, exponential_index(value, told.scale));
        const double estimate = lower * 2 * base / (1 + base);  // the harmonic mean of the bounds
        REQUIRE(std::fabs(estimate - value) <= allowed * value * (1 + 1e-9));
      }
    }
  }
}

}  // namespace
