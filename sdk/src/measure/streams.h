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

Observed& observed_of(const Stream& stream, Point& point);

/// The cells of a point stand behind it.
inline std::byte* cells_of(Point& point) {
  static_assert(sizeof(Point) % 8 == 0);
  return reinterpret_cast<std::byte*>(&point + 1);
}
/// Without attributes, as the overflow point is.
std::uint32_t point_bytes(const Stream& stream);

inline Stream* next_of_instrument(const Table& table, const Stream& stream) {
  return stream.next_of_instrument == 0 ? nullptr : table.at<Stream>(stream.next_of_instrument);
}

bool index_has_room(const Table& table);
void add_to_index(Table& table, std::uint32_t hash, Offset offset);

/// The streams that an instrument has already; else null.
Stream* find_streams(const Table& table, const Instrument& instrument);
/// Make them: null, when there is no memory for them.
Stream* make_streams(Table& table, const Instrument& instrument);
/// Bits of the identity that are well mixed.
inline std::uint32_t hash_of_streams(const Instrument& instrument) {
  return static_cast<std::uint32_t>(instrument.identity());
}

/// The point of a set that is there already; else null.
Point* find_point(const Table& table, const Stream& stream, const AttributeSet& set,
                  std::uint64_t hash);
/// The same with the set's hash, for the index.
std::uint32_t hash_of_point(const Table& table, const Stream& stream, std::uint64_t hash);

/// Can the stream not take the value? Counts why.
inline bool is_rejected(Table& table, const Stream& stream, const Number& value) {
  const bool is_double = stream.instrument.is_double();
  Rejection reason = Rejection::Negative;
  if (stream.is_dropped) {
    reason = Rejection::ByView;
  } else if (is_double && value.real - value.real != 0) {
    reason = Rejection::NotFinite;
  } else if (!stream.is_monotonic || (is_double ? value.real >= 0 : value.integer >= 0)) {
    return false;
  }
  reject(table, reason);
  return true;
}
/// Add a measurement that was not rejected to a point.
void record_at(Table& table, Stream& stream, Point& point, const Number& value,
               const ExemplarSource* source);

}  // namespace afterglow::measure
