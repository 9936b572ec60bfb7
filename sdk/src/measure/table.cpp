// Recording: what each measurement does once its streams and points are there. What makes them is
// in `streams.cpp` and `points.cpp`.

#include "measure/table.h"

#include "measure/streams.h"

namespace afterglow::measure {
namespace {

// Of integers: nothing needs to be called.
void add_integer(Table& table, Point& point, std::int64_t value) {
  auto& sum = reinterpret_cast<NumberCell*>(cells_of(point))[point.live_cell].value.integer;
  sum = add_saturating(sum, value, table.counts.saturated);
}

bool record_in_cell(Table& table, Stream& stream, Point& point, Number value) {
  const Aggregation& aggregation = *stream.aggregated.aggregation;
  if (aggregation.kind == AggregationKind::Sum && !aggregation.takes_doubles) {
    add_integer(table, point, value.integer);
    return true;
  }
  Rejection reason{};
  if (aggregation.record(table.context(stream), cell_of(stream, point, CellRole::Live), value,
                         reason)) {
    return true;
  }
  reject(table, reason);
  return false;
}

}  // namespace

Stream* find_streams(const Table& table, const Instrument& instrument) {
  if (table.index.empty()) {
    return nullptr;
  }
  const std::uint32_t hash = hash_of_streams(instrument);
  const auto mask = static_cast<std::uint32_t>(table.index.size()) - 1;
  for (std::uint32_t slot = hash & mask; table.index[slot] != 0; slot = (slot + 1) & mask) {
    const auto* entry = table.at<Indexed>(table.index[slot]);
    if (entry->hash == hash && entry->stream == 0 &&
        table.at<Stream>(table.index[slot])->instrument.identity() == instrument.identity()) {
      return table.at<Stream>(table.index[slot]);
    }
  }
  return nullptr;
}

std::uint32_t hash_of_point(const Table& table, const Stream& stream, std::uint64_t hash) {
  return static_cast<std::uint32_t>(mix(hash, table.region.offset_of(&stream)));
}

Point* find_point(const Table& table, const Stream& stream, const AttributeSet& set,
                  std::uint64_t set_hash) {
  const std::uint32_t hash = hash_of_point(table, stream, set_hash);
  const Offset of_stream = table.region.offset_of(&stream);
  const auto mask = static_cast<std::uint32_t>(table.index.size()) - 1;
  for (std::uint32_t slot = hash & mask; table.index[slot] != 0; slot = (slot + 1) & mask) {
    const auto* entry = table.at<Indexed>(table.index[slot]);
    if (entry->hash != hash || entry->stream != of_stream) {
      continue;
    }
    auto* point = table.at<Point>(table.index[slot]);
    if (point->attribute_count == set.count &&
        equals(set, table.at<std::byte>(point->attributes))) {
      return point;
    }
  }
  return nullptr;
}

bool is_rejected(Table& table, const Stream& stream, Number value) {
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

void record_at(Table& table, Stream& stream, Point& point, Number value,
               const ExemplarSource* source) {
  if (stream.aggregated.aggregation->takes_doubles && !stream.instrument.is_double()) {
    value.real = static_cast<double>(value.integer);
  }
  if (!record_in_cell(table, stream, point, value)) {
    return;
  }
  point.content = Content::Live;
  ++table.counts.aggregated;
  table.counts.overflowed += point.is_overflow ? 1 : 0;
  if (source != nullptr) {
    source->offer(table, stream, point, value, *source);
  }
}

void record(Table& table, const Instrument& instrument, Number value, Attributes attributes,
            const ExemplarSource* source) {
  Stream* stream = find_streams(table, instrument);
  if (stream == nullptr) {
    stream = make_streams(table, instrument);
  }
  if (stream == nullptr) {
    return reject(table, Rejection::NoMemory);
  }
  attributes = table.passed(attributes);
  for (; stream != nullptr; stream = next_of_instrument(table, *stream)) {
    if (!is_rejected(table, *stream, value)) {
      record_at(table, *stream, point_of(table, *stream, attributes), value, source);
    }
  }
}

Point& point_of(Table& table, Stream& stream, Attributes attributes) {
  // Nearly all sets count whole; no stored one is equal to one that does not.
  if (stream.keeps_all_keys && attributes.size() <= kMaxAttributes) {
    const AttributeSet set(attributes);
    Point* const found = find_point(table, stream, set, hash_of(set, table.options.seed));
    if (found != nullptr) {
      return *found;
    }
  }
  return find_or_make_point(table, stream, attributes);
}

void record(Table& table, const BoundPoints& bound, Number value, const ExemplarSource* source) {
  if (bound.generation != table.generation || !bound.has_streams) {
    return reject(table,
                  bound.generation != table.generation ? Rejection::Stale : Rejection::NoMemory);
  }
  for (const Offset offset : bound.points) {
    if (offset == 0) {
      return;
    }
    const Offset of_stream = table.at<Indexed>(offset)->stream;
    auto& stream =
        *table.at<Stream>(of_stream != 0 ? of_stream : offset);  // a dropped one is its own
    if (!is_rejected(table, stream, value)) {
      record_at(table, stream, *table.at<Point>(offset), value, source);
    }
  }
}

}  // namespace afterglow::measure
