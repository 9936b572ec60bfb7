// Sums of 64-bit integers. Beyond the range they stay at its end, and that is counted: a wrapped
// total would be a wrong one that looks right.

#include <limits>

#include "measure/aggregation.h"

namespace afterglow::measure {
namespace {

std::int64_t add_saturating(std::int64_t a, std::int64_t b, std::uint32_t& saturated) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) {
    return sum;
  }
  ++saturated;
  return b > 0 ? std::numeric_limits<std::int64_t>::max()
               : std::numeric_limits<std::int64_t>::min();
}

void add_to(const CellContext& context, void* cell, std::int64_t value) {
  auto& sum = static_cast<NumberCell*>(cell)->value.integer;
  sum = add_saturating(sum, value, context.saturated);
}

}  // namespace

const Aggregation kSumOfIntegers = {
    .kind = AggregationKind::Sum,
    .takes_doubles = false,
    .cell_bytes = [](const Buckets&) -> std::uint32_t { return sizeof(NumberCell); },
    .reset = [](const CellContext&,
                void* cell) { static_cast<NumberCell*>(cell)->value.integer = 0; },
    .prepare = nullptr,
    .record = [](const CellContext& context, void* cell,
                 Number value) { add_to(context, cell, value.integer); },
    .merge =
        [](const CellContext& context, void* cell, void* older) {
          add_to(context, cell, static_cast<NumberCell*>(older)->value.integer);
          return true;
        },
};

}  // namespace afterglow::measure
