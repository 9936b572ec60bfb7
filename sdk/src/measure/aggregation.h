#pragma once

// How measurements become the value of a point. An aggregation is a constant table of functions on
// cells, so that a module links only those its instruments name.
//
// A cell holds one interval of one point. All zero bytes followed by `reset` is an empty cell.

#include <afterglow/instrument.h>

#include <cstdint>
#include <limits>

#include "measure/region.h"

namespace afterglow::measure {

union Number {
  std::int64_t integer;
  double real;
};

/// Why a measurement was not aggregated.
enum class Rejection : std::uint8_t {
  NotFinite,  ///< NaN or infinite.
  Negative,   ///< On a counter.
  CountFull,  ///< The point holds 2^32-1 measurements.
  NoMemory,   ///< The table has no room for the instrument.
  ByView,     ///< A view drops the instrument.
  Stale,      ///< Bound to a table that is no more.
};
inline constexpr std::size_t kRejections = 6;

/// What a cell may use besides itself.
struct CellContext {
  Region& region;
  const Buckets& buckets;
  std::uint32_t& saturated;  ///< Sums that were held at the end of their range.
};

enum class AggregationKind : std::uint8_t { Sum, LastValue, ExplicitBuckets, ExponentialBuckets };

struct Aggregation {
  AggregationKind kind;
  bool takes_doubles;  ///< Integers are converted before.
  std::uint32_t (*cell_bytes)(const Buckets& buckets);
  void (*reset)(const CellContext& context, void* cell);
  /// Add a value. False, why, and nothing done, when the cell cannot take it.
  bool (*record)(const CellContext& context, void* cell, Number value, Rejection& reason);
  /// Add an older cell to `cell`. False, and nothing done, when the count would not fit.
  bool (*merge)(const CellContext& context, void* cell, void* older);
};

/// What one cell of each aggregation holds.
struct NumberCell {
  Number value;
};

inline constexpr std::uint32_t kMaxCount = 0xFFFF'FFFF;

/// Of a distribution. A sum of values that can be negative is not exported, so `min` tells both.
struct Summary {
  double sum;
  double min;
  double max;
  std::uint32_t count;
};

/// Followed by one 32-bit count for each bucket: one more than there are bounds.
struct ExplicitCell {
  Summary summary;

  [[nodiscard]] std::uint32_t* counts() { return reinterpret_cast<std::uint32_t*>(this + 1); }
  [[nodiscard]] const std::uint32_t* counts() const {
    return reinterpret_cast<const std::uint32_t*>(this + 1);
  }
};

/// Used buckets of one sign: the first `length` counts belong to indexes from `first` on.
struct BucketRange {
  std::int32_t first;
  std::uint32_t length;
  Offset counts;  ///< `max_size` 32-bit counts; 0 until there is one to count.
};

struct ExponentialCell {
  Summary summary;
  std::uint32_t zero_count;
  std::int32_t scale;
  BucketRange positive;
  BucketRange negative;
};

/// The sum of integers, held at the ends of their range.
inline std::int64_t add_saturating(std::int64_t a, std::int64_t b, std::uint32_t& saturated) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) {
    return sum;
  }
  ++saturated;
  return b > 0 ? std::numeric_limits<std::int64_t>::max()
               : std::numeric_limits<std::int64_t>::min();
}
/// The sum of finite numbers, held at the largest finite ones.
double add_saturating(double a, double b, std::uint32_t& saturated);
/// Add one measurement, or an older summary.
void add(Summary& summary, double value, std::uint32_t& saturated);
void add(Summary& summary, const Summary& older, std::uint32_t& saturated);

}  // namespace afterglow::measure
