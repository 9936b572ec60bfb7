// Sums of finite doubles, which stay finite.

#include "measure/aggregation.h"

namespace afterglow::measure {
namespace {

bool add_to(const CellContext& context, void* cell, double value) {
  auto& sum = static_cast<NumberCell*>(cell)->value.real;
  sum = add_saturating(sum, value, context.saturated);
  return true;
}

}  // namespace

const Aggregation kSumOfDoubles = {
    .kind = AggregationKind::Sum,
    .takes_doubles = true,
    .cell_bytes = [](const Buckets&) -> std::uint32_t { return sizeof(NumberCell); },
    .reset = [](const CellContext&, void* cell) { static_cast<NumberCell*>(cell)->value.real = 0; },
    .record = [](const CellContext& context, void* cell, Number value,
                 Rejection&) { return add_to(context, cell, value.real); },
    .merge =
        [](const CellContext& context, void* cell, void* older) {
          return add_to(context, cell, static_cast<NumberCell*>(older)->value.real);
        },
};

}  // namespace afterglow::measure
