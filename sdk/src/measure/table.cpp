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

bool record_in_cell(Table& table, Stream& stream, Point& point, const Number& value) {
  Rejection reason{};
  if (stream.aggregated.aggregation->record(
          table.context(stream), cell_of(stream, point, CellRole::Live), value, reason)) {
    return true;
  }
  reject(table, reason);
  return false;
}

// Nearly all sets count whole; no stored one is equal to one that does not.
Point& find_or_make(Table& table, Stream& stream, const Attributes& attributes) {
  if (!stream.keeps_all_keys || attributes.size() > kMaxAttributes) {
    return point_of(table, stream, attributes);
  }
  const AttributeSet set(attributes);
  const std::uint64_t hash = hash_of(set, table.options.seed);
  Point* const found = find_point(table, stream, set, hash);
  return found != nullptr ? *found : point_of(table, stream, attributes, &hash);
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

void record_at(Table& table, Stream& stream, Point& point, const Number& value,
               const ExemplarSource* source) {
  const Aggregation& aggregation = *stream.aggregated.aggregation;
  Number number = value;
  if (aggregation.takes_doubles && !stream.instrument.is_double()) {
    number.real = static_cast<double>(value.integer);
  }
  if (aggregation.kind == AggregationKind::Sum && !aggregation.takes_doubles) {
    add_integer(table, point, number.integer);
  } else if (!record_in_cell(table, stream, point, number)) {
    return;
  }
  point.content = Content::Live;
  ++table.counts.aggregated;
  table.counts.overflowed += point.is_overflow ? 1 : 0;
  if (source != nullptr) {
    source->offer(table, stream, point, number, *source);
  }
}

void record(Table& table, const Instrument& instrument, const Number& value, Attributes attributes,
            const ExemplarSource* source) {
  Stream* stream = find_streams(table, instrument);
  if (stream == nullptr) {
    stream = make_streams(table, instrument);
  }
  if (stream == nullptr) {
    return reject(table, Rejection::NoMemory);
  }
  if (!table.passes_whole(attributes)) {
    attributes = table.options.pass.call(table.options.pass.context, attributes);
  }
  for (; stream != nullptr; stream = next_of_instrument(table, *stream)) {
    if (!is_rejected(table, *stream, value)) {
      record_at(table, *stream, find_or_make(table, *stream, attributes), value, source);
    }
  }
}

}  // namespace afterglow::measure
