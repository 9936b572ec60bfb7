#pragma once

// Exemplars: single measurements that point at a span. They live in a pool of fixed size, are
// collected with the interval they fall into and are best effort: when the pool is empty, none is
// kept. A histogram with explicit bounds keeps the last one of each bucket; other points choose
// among all that are offered, each with the same chance. Specification: metrics SDK, "Exemplar".

#include <afterglow/context.h>

#include <cstdint>

#include "measure/aggregation.h"
#include "measure/region.h"

namespace afterglow::encode {
class JsonWriter;
}  // namespace afterglow::encode

namespace afterglow::measure {

struct PointView;
struct Table;
struct Stream;
struct Point;

struct Exemplar {
  Offset next;
  std::uint32_t place;  // the bucket or the place in the reservoir
  Number value;
  std::uint64_t unix_nano;
  TraceId trace_id;
  SpanId span_id;
};

struct ExemplarPool {
  Offset first_free = 0;
  std::uint64_t random = 0;
};

/// Where a measurement was made. Filter before: for `trace_based`, pass one only for a sampled
/// span. The clock is read once for each exemplar that is kept.
struct ExemplarSource {
  TraceId trace_id;
  SpanId span_id;
  std::uint64_t (*now_unix_nano)(const void* context);
  const void* context;
  /// `offer_exemplar` and `encode::write_exemplars`: only who makes a source links them.
  void (*offer)(Table& table, const Stream& stream, Point& point, Number value,
                const ExemplarSource& source);
  void (*write)(encode::JsonWriter& out, const PointView& point);
};

/// Keep, replace or pass over: for `ExemplarSource::offer`.
void offer_exemplar(Table& table, const Stream& stream, Point& point, Number value,
                    const ExemplarSource& source);

void set_up_exemplars(Table& table);
/// The live ones go in flight.
void take_exemplars(Point& point);
/// Give back those in flight.
void free_flight_exemplars(Table& table, Point& point);
/// Those in flight are live again, but for places that were taken meanwhile.
void return_exemplars(Table& table, Point& point);

}  // namespace afterglow::measure
