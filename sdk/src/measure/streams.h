#pragma once

// Streams: how they come to be, and how a point of one lies in memory: the point, its cells, what
// an observable instrument keeps of its last observation, and the stored attributes.

#include <cstdint>

#include "measure/table.h"

namespace afterglow::measure {

/// What a point of an observable instrument remembers.
struct Observed {
  Number last;          ///< The total of the round before; sums only.
  Number current;       ///< What this round has observed; sums only.
  std::uint32_t round;  ///< In which round `current` was observed.
  std::uint32_t unused;
};

Observed& observed_of(const Table& table, const Stream& stream, const Point& point);

constexpr Offset cells_of(Offset point) {
  return point + aligned(sizeof(Point));
}
/// Without attributes, as the overflow point is.
std::uint32_t point_bytes(const Stream& stream);

Stream* next_of_instrument(const Table& table, const Stream& stream);

bool index_has_room(const Table& table);
void add_to_index(Table& table, std::uint32_t hash, Offset offset);

/// Can the stream not take the value? Counts why.
bool is_rejected(Table& table, const Stream& stream, Number value);
/// Add a measurement that was not rejected to a point.
void record_at(Table& table, Stream& stream, Point& point, Number value,
               const ExemplarSource* source);

}  // namespace afterglow::measure
