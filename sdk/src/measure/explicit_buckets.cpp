// Histograms with explicit bounds: bucket i counts (bounds[i-1], bounds[i]].

#include <cstring>

#include "measure/aggregation.h"

namespace afterglow::measure {
namespace {

// The first bound that is not below the value; the bucket after all bounds for what is above.
std::size_t bucket_of(std::span<const double> bounds, double value) {
  std::size_t low = 0;
  std::size_t high = bounds.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (bounds[middle] < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::uint32_t cell_bytes(const Buckets& buckets) {
  return aligned(sizeof(ExplicitCell) + (buckets.bounds.size() + 1) * sizeof(std::uint32_t));
}

bool prepare(const CellContext&, void* cell, Number, Rejection& reason) {
  reason = Rejection::CountFull;
  return static_cast<ExplicitCell*>(cell)->summary.count != kMaxCount;
}

void record(const CellContext& context, void* cell, Number value) {
  auto& histogram = *static_cast<ExplicitCell*>(cell);
  ++histogram.counts()[bucket_of(context.buckets.bounds, value.real)];
  add(histogram.summary, value.real, context.saturated);
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
    .prepare = prepare,
    .record = record,
    .merge = merge,
};

}  // namespace afterglow::measure
