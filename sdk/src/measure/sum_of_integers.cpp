// Sums of 64-bit integers. Beyond the range they stay at its end, and that is counted: a wrapped
// total would be a wrong one that looks right.

#include "measure/aggregation.h"

namespace afterglow::measure {
namespace {

bool add_to(const CellContext& context, void* cell, std::int64_t value) {
  auto& sum = static_cast<NumberCell*>(cell)->value.integer;
  sum = add_saturating(sum, value, context.saturated);
  return true;
}

}  // namespace

const Aggregation kSumOfIntegers = {
    .kind = AggregationKind::Sum,
    .takes_doubles = false,
    .cell_bytes = [](const Buckets&) -> std::uint32_t { return sizeof(NumberCell); },
    .reset = [](const CellContext&,
                void* cell) { static_cast<NumberCell*>(cell)->value.integer = 0; },
    .record = [](const CellContext& context, void* cell, Number value,
                 Rejection&) { return add_to(context, cell, value.integer); },
    .merge =
        [](const CellContext& context, void* cell, void* older) {
          return add_to(context, cell, static_cast<NumberCell*>(older)->value.integer);
        },
};

}  // namespace afterglow::measure
