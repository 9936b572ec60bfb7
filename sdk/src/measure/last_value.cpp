// The latest value of a gauge, integer or double.

#include "measure/aggregation.h"

namespace afterglow::measure {

const Aggregation kLastValue = {
    .kind = AggregationKind::LastValue,
    .takes_doubles = false,
    .cell_bytes = [](const Buckets&) -> std::uint32_t { return sizeof(NumberCell); },
    .reset = [](const CellContext&,
                void* cell) { static_cast<NumberCell*>(cell)->value.integer = 0; },
    .prepare = nullptr,
    .record = [](const CellContext&, void* cell,
                 Number value) { static_cast<NumberCell*>(cell)->value = value; },
    .merge = [](const CellContext&, void*, void*) { return true; },  // what is newer stays
};

}  // namespace afterglow::measure
