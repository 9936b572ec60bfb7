#include "measure/observe.h"

#include <new>

#include "measure/streams.h"

namespace afterglow::measure {
namespace {

struct Callback {
  Offset next;
  Instrument instrument;
  ObserveCallback<std::int64_t> of_integers;  // one of the two
  ObserveCallback<double> of_doubles;
  void* context;
};

bool is_less(const Stream& stream, Number a, Number b) {
  return stream.instrument.is_double() ? a.real < b.real : a.integer < b.integer;
}

Number difference(const Stream& stream, Number a, Number b) {
  if (stream.instrument.is_double()) {
    return {.real = a.real - b.real};
  }
  return {.integer = a.integer - b.integer};  // both are totals of a counter: not negative
}

// Sums take every finite number.
void add_up(Table& table, const Stream& stream, void* cell, Number value) {
  Rejection none{};
  stream.aggregated.aggregation->record(table.context(stream), cell, value, none);
}

// From the total of this round to the cells. A counter that fell began anew at zero.
void conclude(Table& table, const Stream& stream, Point& point, Observed& observed,
              std::uint64_t since) {
  const bool began_anew = stream.is_monotonic && is_less(stream, observed.current, observed.last);
  if (stream.temporality == Temporality::Cumulative) {
    static_cast<NumberCell*>(cell_of(stream, point, CellRole::Live))->value = observed.current;
    point.start_unix_nano = began_anew ? since : point.start_unix_nano;
  } else {
    add_up(table, stream, cell_of(stream, point, CellRole::Live),
           began_anew ? observed.current : difference(stream, observed.current, observed.last));
  }
  observed.last = observed.current;
  point.content = Content::Live;
}

void conclude_round(Table& table) {
  for (Offset of_stream = table.first_stream; of_stream != 0;) {
    const auto& stream = *table.at<Stream>(of_stream);
    of_stream = stream.next;
    const bool is_sum = !stream.is_dropped && stream.instrument.is_observable() &&
                        stream.aggregated.aggregation->kind == AggregationKind::Sum;
    for (Offset offset = is_sum ? stream.first_point : 0; offset != 0;) {
      auto& point = *table.at<Point>(offset);
      Observed& observed = observed_of(stream, point);
      if (observed.round == table.observation_round) {
        conclude(table, stream, point, observed, table.interval_start_unix_nano);
      }
      offset = point.next;
    }
  }
}

void run_callbacks(Table& table) {
  ++table.observation_round;
  for (Offset offset = table.first_callback; offset != 0;) {
    const auto& callback = *table.at<Callback>(offset);
    Observation observation{table, callback.instrument};
    if (callback.of_integers != nullptr) {
      Observer<std::int64_t> observer(observation);
      callback.of_integers(observer, callback.context);
    } else {
      Observer<double> observer(observation);
      callback.of_doubles(observer, callback.context);
    }
    offset = callback.next;
  }
  conclude_round(table);
}

// What several sets are folded into adds up; else the last value of a set counts.
void observe_sum(Table& table, Stream& stream, Point& point, Number value) {
  const bool adds_up = point.is_overflow || !stream.keeps_all_keys;
  Observed& observed = observed_of(stream, point);
  if (adds_up && observed.round == table.observation_round) {
    add_up(table, stream, &observed.current, value);
  } else {
    observed.current = value;
  }
  ++table.counts.aggregated;
  table.counts.overflowed += point.is_overflow ? 1 : 0;
}

void observe(Table& table, const Instrument& instrument, Number value, Attributes attributes) {
  Stream* stream = streams_of(table, instrument);
  if (stream == nullptr) {
    return reject(table, Rejection::NoMemory);
  }
  attributes = table.passed(attributes);
  for (; stream != nullptr; stream = next_of_instrument(table, *stream)) {
    if (is_rejected(table, *stream, value)) {
      continue;
    }
    Point& point = point_of(table, *stream, attributes);
    if (stream->aggregated.aggregation->kind == AggregationKind::Sum) {
      observe_sum(table, *stream, point, value);
    } else {
      record_at(table, *stream, point, value, nullptr);
    }
    observed_of(*stream, point).round = table.observation_round;
  }
}

void add_callback(Table& table, const Callback& callback) {
  const Offset offset =
      callback.instrument.is_observable() ? table.region.allocate(sizeof(Callback)) : 0;
  if (offset == 0) {
    ++table.counts.lost_callbacks;
    return;
  }
  new (table.at<std::byte>(offset)) Callback(callback);
  if (table.last_callback != 0) {
    table.at<Callback>(table.last_callback)->next = offset;
  } else {
    table.first_callback = offset;
  }
  table.last_callback = offset;
  table.run_callbacks = run_callbacks;
}

}  // namespace

void observe(Observation& observation, std::int64_t value, Attributes attributes) {
  observe(observation.table, observation.instrument, Number{.integer = value}, attributes);
}

void observe(Observation& observation, double value, Attributes attributes) {
  observe(observation.table, observation.instrument, Number{.real = value}, attributes);
}

void register_callback(Table& table, const Instrument& instrument,
                       ObserveCallback<std::int64_t> callback, void* context) {
  add_callback(table, {0, instrument, callback, nullptr, context});
}

void register_callback(Table& table, const Instrument& instrument, ObserveCallback<double> callback,
                       void* context) {
  add_callback(table, {0, instrument, nullptr, callback, context});
}

}  // namespace afterglow::measure
