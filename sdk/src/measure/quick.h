#pragma once

// What a bound instrument measures, where no question is open: one stream, one point, and a number
// that only adds up. False, and nothing done, for everything else; then `record` decides.

#include <bit>

#include "measure/explicit_cell.h"
#include "measure/streams.h"

namespace afterglow::measure {

/// Count what was added to a point that is not the overflow point.
inline void count_quick(Table& table, Point& point) {
  point.content = Content::Live;
  ++table.counts.aggregated;
}

/// An integer that is simple into a sum of integers.
inline bool add_quickly(Table& table, const BoundPoints& bound, std::int64_t value) {
  if (bound.generation != table.generation) {
    return false;
  }
  auto& point = *table.at<Point>(bound.points[0]);
  auto& sum = reinterpret_cast<NumberCell*>(cells_of(point))[point.live_cell].value.integer;
  std::int64_t added = 0;
  if (__builtin_add_overflow(sum, value, &added)) {
    return false;
  }
  sum = added;
  count_quick(table, point);
  return true;
}

/// The bits of a number of the instrument into a distribution.
inline bool record_quickly(Table& table, const BoundPoints& bound, std::uint64_t bits) {
  if (bound.generation != table.generation) {
    return false;
  }
  auto& point = *table.at<Point>(bound.points[0]);
  const auto& stream = *table.at<Stream>(point.stream);
  const double value = stream.instrument.is_double()
                           ? std::bit_cast<double>(bits)
                           : static_cast<double>(static_cast<std::int64_t>(bits));
  auto& cell =
      *reinterpret_cast<ExplicitCell*>(cells_of(point) + point.live_cell * stream.cell_bytes);
  if (!add_simply(cell.summary, value)) {
    return false;
  }
  ++cell.counts()[bucket_of(stream.aggregated.buckets.bounds, value)];
  count_quick(table, point);
  return true;
}

}  // namespace afterglow::measure
