// Histograms with explicit bounds.

#include <cstring>

#include "measure/explicit_cell.h"

namespace afterglow::measure {
namespace {

std::uint32_t cell_bytes(const Buckets& buckets) {
  return aligned(sizeof(ExplicitCell) + (buckets.bounds.size() + 1) * sizeof(std::uint32_t));
}

bool record(const CellContext& context, void* cell, Number value, Rejection& reason) {
  auto& histogram = *static_cast<ExplicitCell*>(cell);
  if (histogram.summary.count == kMaxCount) {
    reason = Rejection::CountFull;
    return false;
  }
  ++histogram.counts()[bucket_of(context.buckets.bounds, value.real)];
  if (!add_simply(histogram.summary, value.real)) {
    add(histogram.summary, value.real, context.saturated);
  }
  return true;
}

bool merge(const CellContext& context, void* cell, void* older) {
  auto& histogram = *static_cast<ExplicitCell*>(cell);
  const auto& other = *static_cast<const ExplicitCell*>(older);
  if (other.summary.count > kMaxCount - histogram.summary.count) {
    return false;
  }
  for (std::size_t i = 0; i <= context.buckets.bounds.size(); ++i) {
    histogram.counts()[i] += other.counts()[i];
  }
  add(histogram.summary, other.summary, context.saturated);
  return true;
}

}  // namespace

const Aggregation kExplicitBuckets = {
    .kind = AggregationKind::ExplicitBuckets,
    .takes_doubles = true,
    .cell_bytes = cell_bytes,
    .reset = [](const CellContext& context,
                void* cell) { std::memset(cell, 0, cell_bytes(context.buckets)); },
    .record = record,
    .merge = merge,
};

}  // namespace afterglow::measure
