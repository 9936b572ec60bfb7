#include "measure/table.h"

#include <bit>

#include "measure/streams.h"

namespace afterglow::measure {
namespace {

constexpr std::uint64_t kMultiplier = 0x9E37'79B9'7F4A'7C15;

std::uint32_t hash_of_point(const Table& table, const Stream& stream, const SetSummary& set) {
  const std::uint64_t mixed =
      (set.hash ^ table.region.offset_of(&stream)) * kMultiplier + set.count;
  return static_cast<std::uint32_t>(mixed >> 32U);
}

Point* find_point(const Table& table, Offset stream, std::uint32_t hash, const SetSummary& summary,
                  const AttributeSet& set) {
  const auto mask = static_cast<std::uint32_t>(table.index.size()) - 1;
  for (std::uint32_t slot = hash & mask; table.index[slot] != 0; slot = (slot + 1) & mask) {
    const auto* entry = table.at<Indexed>(table.index[slot]);
    if (entry->hash != hash || entry->stream != stream) {
      continue;
    }
    auto* point = table.at<Point>(table.index[slot]);
    if (point->attribute_count == summary.count &&
        equals(set, summary.count, table.at<std::byte>(point->attributes))) {
      return point;
    }
  }
  return nullptr;
}

void append_point(Table& table, Stream& stream, Offset offset) {
  if (stream.last_point != 0) {
    table.at<Point>(stream.last_point)->next = offset;
  } else {
    stream.first_point = offset;
  }
  stream.last_point = offset;
  ++stream.points;
}

Point* make_point(Table& table, Stream& stream, std::uint64_t attribute_bytes) {
  const Offset offset = table.region.allocate(point_bytes(stream) + attribute_bytes);
  if (offset == 0) {
    return nullptr;
  }
  auto* point = table.at<Point>(offset);
  point->stream = table.region.offset_of(&stream);
  point->attributes = offset + point_bytes(stream);
  point->start_unix_nano = stream.temporality == Temporality::Delta ? table.interval_start_unix_nano
                                                                    : table.options.start_unix_nano;
  for (std::uint32_t i = 0; i < stream.cells; ++i) {
    stream.aggregated.aggregation->reset(
        table.context(stream), table.at<std::byte>(cells_of(offset) + i * stream.cell_bytes));
  }
  append_point(table, stream, offset);
  return point;
}

Point& overflow_of(Table& table, Stream& stream) {
  if (stream.overflow == 0) {
    table.region.release_reserve(point_bytes(stream));
    Point* point = make_point(table, stream, 0);  // fits: its memory was reserved
    point->is_overflow = true;
    stream.overflow = table.region.offset_of(point);
  }
  return *table.at<Point>(stream.overflow);
}

bool has_room(const Table& table, const Stream& stream) {
  const std::uint32_t without_overflow = stream.points - (stream.overflow != 0 ? 1 : 0);
  return without_overflow + 1 < stream.cardinality_limit && index_has_room(table);
}

void reject(Table& table, Rejection reason) {
  ++table.counts.measurements;
  ++table.counts.rejected[static_cast<std::size_t>(reason)];
}

}  // namespace

void set_up(Table& table, std::span<std::byte> memory, const TableOptions& options) {
  constexpr std::uint32_t kBytesPerEntry = 96;
  const std::uint32_t generation = table.generation + 1;
  table = {};
  table.region = Region(memory);
  table.options = options;
  table.generation = generation;
  table.interval_start_unix_nano = options.start_unix_nano;
  const std::uint32_t entries = std::bit_ceil(table.region.size() / kBytesPerEntry + 1);
  if (const Offset index = table.region.allocate(std::uint64_t{entries} * sizeof(Offset));
      index != 0) {
    table.index = {table.at<Offset>(index), entries};
  }
  set_up_exemplars(table);
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
  ++table.counts.rejected[static_cast<std::size_t>(reason)];
  return true;
}

Point& point_of(Table& table, Stream& stream, Attributes attributes) {
  constexpr AttributeKeys kAll;
  const AttributeSet set{attributes, stream.view != nullptr ? stream.view->attribute_keys : kAll};
  const SetSummary summary = summarize(set, table.options.seed);
  if (summary.too_large) {
    return overflow_of(table, stream);
  }
  const std::uint32_t hash = hash_of_point(table, stream, summary);
  const Offset of_stream = table.region.offset_of(&stream);
  if (Point* found = find_point(table, of_stream, hash, summary, set); found != nullptr) {
    return *found;
  }
  Point* point = has_room(table, stream) ? make_point(table, stream, summary.bytes) : nullptr;
  if (point == nullptr) {
    return overflow_of(table, stream);
  }
  point->hash = hash;
  point->attribute_count = summary.count;
  store(set, table.at<std::byte>(point->attributes));
  if (summary.format_double != nullptr) {
    table.format_double = summary.format_double;
  }
  add_to_index(table, hash, table.region.offset_of(point));
  return *point;
}

void* cell_of(const Table& table, const Stream& stream, const Point& point, CellRole role) {
  std::uint32_t cell = 2;
  if (role != CellRole::Total) {
    cell = role == CellRole::Live ? point.live_cell : 1U - point.live_cell;
  }
  return table.at<std::byte>(cells_of(table.region.offset_of(&point)) + cell * stream.cell_bytes);
}

void record_at(Table& table, Stream& stream, Point& point, Number value,
               const ExemplarSource* source) {
  const Aggregation& aggregation = *stream.aggregated.aggregation;
  if (aggregation.takes_doubles && !stream.instrument.is_double()) {
    value.real = static_cast<double>(value.integer);
  }
  const CellContext context = table.context(stream);
  void* const live = cell_of(table, stream, point, CellRole::Live);
  void* const total = has_total(stream) ? cell_of(table, stream, point, CellRole::Total) : nullptr;
  Rejection reason{};
  if (aggregation.prepare != nullptr &&
      (!aggregation.prepare(context, live, value, reason) ||
       (total != nullptr && !aggregation.prepare(context, total, value, reason)))) {
    ++table.counts.rejected[static_cast<std::size_t>(reason)];
    return;
  }
  aggregation.record(context, live, value);
  if (total != nullptr) {
    aggregation.record(context, total, value);
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
  Stream* stream = streams_of(table, instrument);
  if (stream == nullptr) {
    return reject(table, Rejection::NoMemory);
  }
  attributes = table.passed(attributes);
  for (; stream != nullptr; stream = next_of_instrument(table, *stream)) {
    ++table.counts.measurements;
    if (!is_rejected(table, *stream, value)) {
      record_at(table, *stream, point_of(table, *stream, attributes), value, source);
    }
  }
}

BoundPoints bind(Table& table, const Instrument& instrument, Attributes attributes) {
  BoundPoints bound{.generation = table.generation};
  attributes = table.passed(attributes);
  std::size_t count = 0;
  for (Stream* stream = streams_of(table, instrument); stream != nullptr;
       stream = next_of_instrument(table, *stream)) {
    bound.has_streams = true;
    bound.points[count++] = stream->is_dropped
                                ? table.region.offset_of(stream)
                                : table.region.offset_of(&point_of(table, *stream, attributes));
  }
  return bound;
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
    ++table.counts.measurements;
    if (!is_rejected(table, stream, value)) {
      record_at(table, stream, *table.at<Point>(offset), value, source);
    }
  }
}

}  // namespace afterglow::measure
