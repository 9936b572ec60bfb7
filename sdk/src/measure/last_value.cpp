// The latest value of a gauge, integer or double.

#include "measure/aggregation.h"

namespace afterglow::measure {

const Aggregation kLastValue = {
    .kind = AggregationKind::LastValue,
    .takes_doubles = false,
    .cell_bytes = [](const Buckets&) -> std::uint32_t { return sizeof(NumberCell); },
    .reset = [](const CellContext&,
                void* cell) { static_cast<NumberCell*>(cell)->value.integer = 0; },
    .record =
        [](const CellContext&, void* cell, Number value, Rejection&) {
          static_cast<NumberCell*>(cell)->value = value;
          return true;
        },
    .merge = [](const CellContext&, void*, void*) { return true; },  // what is newer stays
};

}  // namespace afterglow::measure
