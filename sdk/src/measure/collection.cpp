#include "measure/collection.h"

#include "measure/streams.h"

namespace afterglow::measure {
namespace {

bool was_observed(const Table& table, const Stream& stream, Point& point) {
  return !stream.instrument.is_observable() ||
         observed_of(stream, point).round == table.observation_round;
}

// Merge the cell in flight into the live one; false when that lost it.
bool return_flight(Table& table, const Stream& stream, Point& point) {
  const Aggregation& aggregation = *stream.aggregated.aggregation;
  const CellContext context = table.context(stream);
  bool merged = true;
  if (point.content != Content::Live) {
    point.live_cell ^= 1U;  // what was in flight is live again
    point.content = Content::Live;
  } else {
    merged = aggregation.merge(context, cell_of(stream, point, CellRole::Live),
                               cell_of(stream, point, CellRole::Flight));
  }
  if (merged) {
    point.start_unix_nano = point.flight_start_unix_nano;
    return_exemplars(table, point);
  }
  return merged;
}

void settle_point(Table& table, const Stream& stream, Point& point, Settlement settlement,
                  Settled& settled) {
  ++settled.points;
  if (settlement == Settlement::Return && !return_flight(table, stream, point)) {
    ++settled.lost;
  }
  free_flight_exemplars(table, point);
  stream.aggregated.aggregation->reset(table.context(stream),
                                       cell_of(stream, point, CellRole::Flight));
  point.batch = 0;
}

}  // namespace

Collection::Collection(Table& table, Reader reader, std::uint64_t now_unix_nano)
    : table_(table), reader_(reader), now_(now_unix_nano) {
  if (now_ <= table.interval_start_unix_nano) {
    now_ = table.interval_start_unix_nano + 1;
  }
  if (table.run_callbacks != nullptr) {
    table.run_callbacks(table);
  }
  if (reader == Reader::Push) {
    table.interval_start_unix_nano = now_;
  }
}

Collection::Collection(Table& table, Offset told, std::uint64_t now_unix_nano)
    : table_(table),
      reader_(Reader::Pull),
      now_(now_unix_nano),
      stream_(table.at<Stream>(table.at<Point>(told)->stream)),
      point_(table.at<Point>(told)) {}

const PointView* Collection::next() {
  while (advance()) {
    if (look_at(*stream_, *point_)) {
      return &view_;
    }
  }
  return nullptr;
}

// To the next point of this stream, or the first of the next that has any.
bool Collection::advance() {
  Offset next = point_ != nullptr ? point_->next : 0;
  while (next == 0) {
    const Offset stream = stream_ != nullptr ? stream_->next : table_.first_stream;
    if (stream == 0) {
      return false;
    }
    stream_ = table_.at<Stream>(stream);
    next = stream_->first_point;
  }
  point_ = table_.at<Point>(next);
  return true;
}

bool Collection::look_at(const Stream& stream, Point& point) {
  const bool is_delta = stream.temporality == Temporality::Delta;
  view_ = {.table = &table_,
           .stream = &stream,
           .point = &point,
           .cell = cell_of(stream, point, CellRole::Live),
           .temporality = Temporality::Cumulative,
           .start_unix_nano = point.start_unix_nano,
           .unix_nano = now_,
           .exemplars = point.live_exemplars};
  const bool is_told = point.content != Content::None && was_observed(table_, stream, point);
  if (!is_delta) {
    return is_told;
  }
  if (reader_ == Reader::Pull || point.batch != 0) {
    return false;
  }
  if (point.content != Content::Live) {
    point.start_unix_nano = now_;  // nothing happened until now
    return false;
  }
  view_.temporality = Temporality::Delta;
  return stream.aggregated.aggregation->kind != AggregationKind::LastValue || is_told;
}

void Collection::take(std::uint8_t batch) {
  if (view_.temporality != Temporality::Delta || point_->content != Content::Live) {
    return;
  }
  point_->batch = batch;
  point_->flight_start_unix_nano = point_->start_unix_nano;
  point_->start_unix_nano = now_;
  point_->live_cell ^= 1U;
  point_->content = Content::Earlier;
  take_exemplars(*point_);
}

Settled settle(Table& table, std::uint8_t batch, Settlement settlement) {
  Settled settled;
  for (Offset of_stream = table.first_stream; of_stream != 0;) {
    const auto& stream = *table.at<Stream>(of_stream);
    for (Offset offset = stream.first_point; offset != 0;) {
      auto& point = *table.at<Point>(offset);
      if (batch != 0 && point.batch == batch) {
        settle_point(table, stream, point, settlement, settled);
      }
      offset = point.next;
    }
    of_stream = stream.next;
  }
  return settled;
}

}  // namespace afterglow::measure
