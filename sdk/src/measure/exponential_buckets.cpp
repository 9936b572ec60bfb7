// Exponential histograms: when values span more buckets than there are, pairs of buckets merge and
// the scale falls by one. Buckets of positive values follow the cell; those of negative values get
// their memory when the first one comes.

#include <cstring>

#include "measure/aggregation.h"
#include "measure/exponential_index.h"

namespace afterglow::measure {
namespace {

// One sign of one cell, with its counts.
struct Range {
  BucketRange& range;
  std::uint32_t* counts;

  Range(const Region& region, BucketRange& of)
      : range(of), counts(region.at<std::uint32_t>(of.counts)) {}

  [[nodiscard]] std::int32_t last() const {
    return range.first + static_cast<std::int32_t>(range.length) - 1;
  }

  void merge_pairs(std::uint32_t shift) {
    if (range.length == 0 || shift == 0) {
      return;
    }
    const std::int32_t first = range.first >> shift;
    const std::uint32_t length = static_cast<std::uint32_t>((last() >> shift) - first) + 1;
    for (std::uint32_t i = 0; i < range.length; ++i) {
      const std::uint32_t count = counts[i];
      counts[i] = 0;
      const std::int32_t index = (range.first + static_cast<std::int32_t>(i)) >> shift;
      counts[index - first] += count;
    }
    range.first = first;
    range.length = length;
  }

  // `index` has to fit.
  void add(std::int32_t index, std::uint32_t count) {
    if (range.length == 0) {
      range.first = index;
      range.length = 1;
    }
    if (index < range.first) {
      const auto by = static_cast<std::uint32_t>(range.first - index);
      std::memmove(counts + by, counts, range.length * sizeof *counts);
      std::memset(counts, 0, by * sizeof *counts);
      range.first = index;
      range.length += by;
    }
    const auto at = static_cast<std::uint32_t>(index - range.first);
    range.length = at < range.length ? range.length : at + 1;
    counts[at] += count;
  }
};

// By how much the scale has to fall for a range to hold `low` to `high` as well.
std::uint32_t shift_for(const BucketRange& range, std::int32_t low, std::int32_t high,
                        std::uint32_t max_size) {
  if (range.length != 0) {
    const std::int32_t last = range.first + static_cast<std::int32_t>(range.length) - 1;
    low = low < range.first ? low : range.first;
    high = high > last ? high : last;
  }
  std::uint32_t shift = 0;
  while (static_cast<std::int64_t>(high >> shift) - (low >> shift) >= max_size) {
    ++shift;
  }
  return shift;
}

void lower_scale(const CellContext& context, ExponentialCell& cell, std::uint32_t shift) {
  Range(context.region, cell.positive).merge_pairs(shift);
  Range(context.region, cell.negative).merge_pairs(shift);
  cell.scale -= static_cast<std::int32_t>(shift);
}

// Can the cell count the value? Gets the memory it needs for that.
bool prepare(const CellContext& context, ExponentialCell& cell, Number value, Rejection& reason) {
  if (cell.summary.count == kMaxCount) {
    reason = Rejection::CountFull;
    return false;
  }
  if (value.real < 0 && cell.negative.counts == 0) {
    reason = Rejection::NoMemory;
    cell.negative.counts =
        context.region.allocate(std::uint64_t{context.buckets.max_size} * sizeof(std::uint32_t));
    return cell.negative.counts != 0;
  }
  return true;
}

bool record(const CellContext& context, void* memory, Number value, Rejection& reason) {
  auto& cell = *static_cast<ExponentialCell*>(memory);
  const double real = value.real;
  if (!prepare(context, cell, value, reason)) {
    return false;
  }
  if (real == 0) {
    ++cell.zero_count;
  } else {
    BucketRange& range = real > 0 ? cell.positive : cell.negative;
    const std::int32_t index = exponential_index(real > 0 ? real : -real, cell.scale);
    const std::uint32_t shift = shift_for(range, index, index, context.buckets.max_size);
    lower_scale(context, cell, shift);
    Range(context.region, range).add(index >> shift, 1);
  }
  add(cell.summary, real, context.saturated);
  return true;
}

void take_counts(const CellContext& context, BucketRange& range, BucketRange& older) {
  if (range.counts == 0) {  // nothing was counted here: the other memory will do
    const BucketRange none = range;
    range = older;
    older = none;
    return;
  }
  const Range from(context.region, older);
  Range into(context.region, range);
  for (std::uint32_t i = 0; i < older.length; ++i) {
    if (from.counts[i] != 0) {
      into.add(older.first + static_cast<std::int32_t>(i), from.counts[i]);
    }
  }
}

std::uint32_t shift_to_take(const BucketRange& range, const BucketRange& older,
                            std::uint32_t max_size) {
  if (older.length == 0) {
    return 0;
  }
  const std::int32_t last = older.first + static_cast<std::int32_t>(older.length) - 1;
  return shift_for(range, older.first, last, max_size);
}

bool merge(const CellContext& context, void* memory, void* older_memory) {
  auto& cell = *static_cast<ExponentialCell*>(memory);
  auto& older = *static_cast<ExponentialCell*>(older_memory);
  if (older.summary.count > kMaxCount - cell.summary.count) {
    return false;
  }
  const std::int32_t scale = cell.scale < older.scale ? cell.scale : older.scale;
  lower_scale(context, cell, static_cast<std::uint32_t>(cell.scale - scale));
  lower_scale(context, older, static_cast<std::uint32_t>(older.scale - scale));
  const std::uint32_t max_size = context.buckets.max_size;
  const std::uint32_t for_positive = shift_to_take(cell.positive, older.positive, max_size);
  const std::uint32_t for_negative = shift_to_take(cell.negative, older.negative, max_size);
  const std::uint32_t shift = for_positive > for_negative ? for_positive : for_negative;
  lower_scale(context, cell, shift);
  lower_scale(context, older, shift);
  take_counts(context, cell.positive, older.positive);
  take_counts(context, cell.negative, older.negative);
  cell.zero_count += older.zero_count;
  add(cell.summary, older.summary, context.saturated);
  return true;
}

void clear(const CellContext& context, BucketRange& range) {
  std::memset(context.region.at<std::uint32_t>(range.counts), 0,
              range.length * sizeof(std::uint32_t));
  range.length = 0;
}

void reset(const CellContext& context, void* memory) {
  auto& cell = *static_cast<ExponentialCell*>(memory);
  clear(context, cell.positive);
  clear(context, cell.negative);
  cell.summary = {};
  cell.zero_count = 0;
  // NOLINTNEXTLINE(bugprone-signed-char-misuse): a scale may be negative
  cell.scale = context.buckets.max_scale;
  cell.positive.counts = context.region.offset_of(&cell + 1);
}

}  // namespace

const Aggregation kExponentialBuckets = {
    .kind = AggregationKind::ExponentialBuckets,
    .takes_doubles = true,
    .cell_bytes = [](const Buckets& buckets) -> std::uint32_t {
      return aligned(sizeof(ExponentialCell) + buckets.max_size * sizeof(std::uint32_t));
    },
    .reset = reset,
    .record = record,
    .merge = merge,
};

}  // namespace afterglow::measure
