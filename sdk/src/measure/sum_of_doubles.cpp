// Sums of finite doubles, which stay finite.

#include "measure/aggregation.h"

namespace afterglow::measure {
namespace {

void add_to(const CellContext& context, void* cell, double value) {
  auto& sum = static_cast<NumberCell*>(cell)->value.real;
  sum = add_saturating(sum, value, context.saturated);
}

}  // namespace

const Aggregation kSumOfDoubles = {
    .kind = AggregationKind::Sum,
    .takes_doubles = true,
    .cell_bytes = [](const Buckets&) -> std::uint32_t { return sizeof(NumberCell); },
    .reset = [](const CellContext&, void* cell) { static_cast<NumberCell*>(cell)->value.real = 0; },
    .prepare = nullptr,
    .record = [](const CellContext& context, void* cell,
                 Number value) { add_to(context, cell, value.real); },
    .merge =
        [](const CellContext& context, void* cell, void* older) {
          add_to(context, cell, static_cast<NumberCell*>(older)->value.real);
          return true;
        },
};

}  // namespace afterglow::measure
