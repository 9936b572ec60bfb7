#pragma once

// The reference of the model test: every measurement in a list, and what a reader must be told of
// it, computed in the simplest way.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "measure/exponential_index.h"
#include "measure/metering.h"

namespace afterglow::test {

using measure::AggregationKind;

inline constexpr double kBounds[] = {-2, 0, 1.5, 8, 100};
inline constexpr Counter kCounter{"counter"};
inline constexpr Counter<double> kCost{"cost"};
inline constexpr UpDownCounter kUpDown{"updown"};
inline constexpr Gauge<double> kGauge{"gauge"};
inline constexpr Histogram kExplicit{"explicit", "", {.bounds = kBounds}};
inline constexpr Histogram<std::int64_t> kIntegers{"integers", "", {.bounds = kBounds}};
inline constexpr ExponentialHistogram kExponential{"exponential", "", {.max_size = 20}};
inline constexpr ObservableCounter kObserved{"observed"};
inline constexpr ObservableUpDownCounter<double> kQueue{"queue"};
inline const Instrument* const kInstruments[] = {&kCounter,     &kCost,     &kUpDown,
                                                 &kGauge,       &kExplicit, &kIntegers,
                                                 &kExponential, &kObserved, &kQueue};
inline constexpr std::size_t kCount = std::size(kInstruments);
inline constexpr std::size_t kFirstObservable = 7;
inline constexpr int kSets = 5;
inline constexpr int kOverflow = -1;

using Values = std::vector<double>;  // eighths, so that sums are exact

struct Flight {
  std::uint8_t batch;
  std::uint64_t start;
  Values values;
};

struct RefPoint {
  Values live;
  Values all;
  std::optional<Flight> flight;
  std::uint64_t start = 0;
  double last_observed = 0;
  bool observed_now = false;
};

struct RefStream {
  std::vector<int> sets;  // with a point of their own, in order of first use
  std::map<int, RefPoint> points;
};

inline AggregationKind kind_of(std::size_t i) {
  return kInstruments[i]->aggregated().aggregation->kind;
}

inline double sum_of(const Values& values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum;
}

inline void check_distribution(const Told& told, std::size_t i, const Values& values) {
  REQUIRE(told.summary.count == values.size());
  REQUIRE(told.summary.sum == sum_of(values));
  REQUIRE(told.summary.min == *std::min_element(values.begin(), values.end()));
  REQUIRE(told.summary.max == *std::max_element(values.begin(), values.end()));
  if (kind_of(i) == AggregationKind::ExplicitBuckets) {
    std::vector<std::uint32_t> counts(std::size(kBounds) + 1);
    for (const double value : values) {
      std::size_t bucket = 0;
      while (bucket < std::size(kBounds) && value > kBounds[bucket]) {
        ++bucket;
      }
      ++counts[bucket];
    }
    REQUIRE(told.counts == counts);
    return;
  }
  std::map<std::int32_t, std::uint32_t> expected[2];
  std::map<std::int32_t, std::uint32_t> found[2];
  std::uint32_t zeros = 0;
  for (const double value : values) {
    if (value == 0) {
      ++zeros;
    } else {
      ++expected[value < 0][measure::exponential_index(std::fabs(value), told.scale)];
    }
  }
  for (int sign = 0; sign < 2; ++sign) {
    const auto& counts = sign == 0 ? told.counts : told.negatives;
    REQUIRE(counts.size() <= 20);
    for (std::size_t at = 0; at < counts.size(); ++at) {
      if (counts[at] != 0) {
        found[sign][(sign == 0 ? told.first : told.first_negative) +
                    static_cast<std::int32_t>(at)] = counts[at];
      }
    }
    REQUIRE(found[sign] == expected[sign]);
  }
  REQUIRE(told.zeros == zeros);
}

inline void check_value(const Told& told, std::size_t i, const Values& values) {
  REQUIRE_FALSE(values.empty());
  const double expected = kind_of(i) == AggregationKind::LastValue ? values.back() : sum_of(values);
  switch (kind_of(i)) {
    case AggregationKind::Sum:
    case AggregationKind::LastValue:
      REQUIRE(static_cast<double>(told.integer) + told.real == expected);
      break;
    default:
      check_distribution(told, i, values);
  }
}

}  // namespace afterglow::test
