#include "rapidjson_peer.h"
#include "scenario.h"
#include "stage.h"

namespace afterglow::bench {
namespace {

// --- spans of 530 bytes, by us and by RapidJSON's Writer -----------------------------------------

// A trace is exported once its root has ended, so the bare root goes along. The resource, which the
// first flush renders, does not belong to this scenario.
void record_for_encoding() {
  Telemetry& fresh = start_over();
  fresh.start_span("GET /cart", {.kind = SpanKind::Server}).end();
  fresh.flush();
  root() = fresh.start_span("GET /cart", {.kind = SpanKind::Server});
  repeat([] { start_child_with_5_attributes().end(); });
  root().end();
}

void flush() {
  telemetry().flush();
}

bool all_encoded() {
  const SignalReport books = telemetry().report().traces;
  return books.exported == kOperations + 2 && books.waiting == 0 && !encoded().empty();
}

// What we wrote is the text that it has to write.
void read_for_rapidjson() {
  record_for_encoding();
  flush();
  peer::read_spans(encoded());
}

bool same_text() {
  return peer::written() == encoded() && !encoded().empty();
}

void copy_written() {
  copy(peer::written());
}

// --- growing documents ---------------------------------------------------------------------------

template <std::uint32_t Count>
void record_spans() {
  start_over(plain_config(), Room::Thousands).start_span("GET /cart").end();
  telemetry().flush();
  root() = telemetry().start_span("GET /cart");
  for (std::uint32_t i = 1; i < Count; ++i) {
    start_child_with_5_attributes().end();
  }
  root().set_attribute("cart.items", 3).end();
}

template <std::uint32_t Count>
void record_logs() {
  start_over(plain_config(), Room::Thousands).start_span("GET /cart").end();
  telemetry().flush();
  root() = telemetry().start_span("GET /cart");
  for (std::uint32_t i = 0; i < Count; ++i) {
    root().log(Severity::Info, "cart rendered", {{"cart.items", 3}, {"cache.hit", true}});
  }
}

constexpr Counter kVisits{"cart.visits", "{visit}"};

// Point by point another attribute set, of the same length.
template <std::uint32_t Count>
void measure_points() {
  Config config = plain_config();
  config.metrics.pages = 4096;
  start_over(config, Room::Thousands).start_span("GET /cart").end();
  telemetry().flush();
  for (std::uint32_t i = 0; i < Count; ++i) {
    telemetry().add(kVisits, 1, {{"cart.id", 10'000 + i}});
  }
  telemetry().export_metrics_next();
}

template <std::uint32_t Count>
bool spans_left() {
  const SignalReport books = telemetry().report().traces;
  return books.exported == Count + 1 && books.waiting == 0 && books.dropped() == 0;
}

template <std::uint32_t Count>
bool logs_left() {
  const SignalReport books = telemetry().report().logs;
  return books.exported == Count && books.waiting == 0 && books.dropped() == 0;
}

template <std::uint32_t Count>
bool points_left() {
  const SignalReport books = telemetry().report().metrics;
  return books.exported == Count && telemetry().report().measurements.overflowed == 0;
}

constexpr Floor kCopyOfEncoded{"memcpy of the bytes", copy_encoded};
constexpr Floor kCopyOfWritten{"memcpy of the bytes", copy_written};

template <std::uint32_t Count>
constexpr Scenario spans(const char* name) {
  return {name, record_spans<Count>, flush, spans_left<Count>, kCopyOfEncoded, Count};
}
template <std::uint32_t Count>
constexpr Scenario logs(const char* name) {
  return {name, record_logs<Count>, flush, logs_left<Count>, kCopyOfEncoded, Count};
}
template <std::uint32_t Count>
constexpr Scenario points(const char* name) {
  return {name, measure_points<Count>, flush, points_left<Count>, kCopyOfEncoded, Count};
}

constexpr Scenario kScenarios[] = {
    {"encode_span_530_bytes", record_for_encoding, flush, all_encoded, kCopyOfEncoded},
    {"encode_span_530_bytes_rapidjson", read_for_rapidjson, peer::write_spans, same_text,
     kCopyOfWritten},
    spans<1>("encode_1_span"),
    spans<10>("encode_10_spans"),
    spans<100>("encode_100_spans"),
    spans<1000>("encode_1000_spans"),
    spans<10'000>("encode_10000_spans"),
    logs<1>("encode_1_log"),
    logs<10>("encode_10_logs"),
    logs<100>("encode_100_logs"),
    logs<1000>("encode_1000_logs"),
    logs<10'000>("encode_10000_logs"),
    points<1>("encode_1_point"),
    points<10>("encode_10_points"),
    points<100>("encode_100_points"),
    points<1000>("encode_1000_points"),
    points<10'000>("encode_10000_points"),
};

}  // namespace

std::span<const Scenario> encode_scenarios() {
  return kScenarios;
}

}  // namespace afterglow::bench
