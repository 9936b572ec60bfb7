// How a table and its points come to be, and sets that are bound.

#include <bit>

#include "measure/streams.h"

namespace afterglow::measure {
namespace {

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
    stream.aggregated.aggregation->reset(table.context(stream),
                                         cells_of(*point) + i * stream.cell_bytes);
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

void reject(Table& table, Rejection reason) {
  ++table.counts.rejected[static_cast<std::size_t>(reason)];
}

void* cell_of(const Stream& stream, Point& point, CellRole role) {
  const std::uint32_t cell = role == CellRole::Live ? point.live_cell : 1U - point.live_cell;
  return cells_of(point) + cell * stream.cell_bytes;
}

Point& point_of(Table& table, Stream& stream, Attributes attributes,
                const std::uint64_t* hash_of_whole) {
  constexpr AttributeKeys kAll;
  if (attributes.size() > kMaxAttributes) {
    return overflow_of(table, stream);
  }
  const AttributeSet set(attributes, stream.view != nullptr ? stream.view->attribute_keys : kAll);
  const bool is_whole = hash_of_whole != nullptr && set.count == attributes.size();
  const std::uint64_t hash = is_whole ? *hash_of_whole : hash_of(set, table.options.seed);
  Point* const found = is_whole ? nullptr : find_point(table, stream, set, hash);
  if (found != nullptr) {
    return *found;
  }
  const StoredSet stored = store(set, nullptr);
  Point* point = has_room(table, stream) ? make_point(table, stream, stored.bytes) : nullptr;
  if (point == nullptr) {
    return overflow_of(table, stream);
  }
  point->hash = hash_of_point(table, stream, hash);
  point->attribute_count = static_cast<std::uint16_t>(set.count);
  store(set, table.at<std::byte>(point->attributes));
  if (stored.format_double != nullptr) {
    table.format_double = stored.format_double;
  }
  add_to_index(table, point->hash, table.region.offset_of(point));
  return *point;
}

// What the quick ways of `quick.h` need to know of a single stream that is not dropped.
static void choose_way(BoundPoints& bound, const Stream& stream) {
  const Aggregation& aggregation = *stream.aggregated.aggregation;
  bound.is_distribution = aggregation.kind == AggregationKind::ExplicitBuckets;
  if (aggregation.kind == AggregationKind::Sum && !aggregation.takes_doubles) {
    bound.simple_above = stream.is_monotonic ? -1 : std::numeric_limits<std::int64_t>::min();
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
  const auto* only = count == 1 ? table.at<Point>(bound.points[0]) : nullptr;
  if (only != nullptr && only->stream != 0 && !only->is_overflow) {
    choose_way(bound, *table.at<Stream>(only->stream));
  }
  return bound;
}

void record(Table& table, const BoundPoints& bound, const Number& value,
            const ExemplarSource* source) {
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
