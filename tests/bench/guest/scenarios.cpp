#include <afterglow/host.h>

#include <cstring>

#include "samplers.h"
#include "scenario.h"
#include "stage.h"

namespace afterglow::bench {
namespace {

namespace sc = afterglow::semconv;

template <class F>
void repeat(F operation) {
  for (std::uint32_t i = 0; i < kOperations; ++i) {
    operation();
  }
}

// --- floors --------------------------------------------------------------------------------------

void two_clock_reads() {
  repeat([] {
    host::monotonic_clock();
    host::monotonic_clock();
  });
}

void three_clock_reads() {
  repeat([] {
    host::monotonic_clock();
    host::monotonic_clock();
    host::monotonic_clock();
  });
}

// The compiler must believe that somebody looks at the copy.
void copy(std::string_view text) {
  static char destination[256 * 1024];
  std::memcpy(destination, text.data(), text.size());
  asm volatile("" : : "r"(destination) : "memory");
}

void copy_encoded() {
  copy(encoded());
}

// --- spans ---------------------------------------------------------------------------------------

void open_root() {
  root() = start_over().start_span("GET /cart", {.kind = SpanKind::Server});
}

void open_unsampled_root() {
  root() = start_over(kAlwaysOff).start_span("GET /cart", {.kind = SpanKind::Server});
}

bool all_recorded() {
  const SignalReport books = telemetry().report().traces;
  return books.recorded == kOperations + 1 && books.waiting == kOperations && books.open == 1;
}

bool nothing_recorded() {
  const SignalReport books = telemetry().report().traces;
  return books.recorded == 0 && root().context().is_valid();
}

void span_bare() {
  repeat([] { root().start_child("render").end(); });
}

Span start_child_with_5_attributes() {
  return root().start_child("GET cart", {.kind = SpanKind::Client},
                            {{sc::http::kRequestMethod, "GET"},
                             {sc::server::kAddress, "carts.internal"},
                             {sc::server::kPort, 8443},
                             {sc::http::kResponseStatusCode, 200},
                             {"retry", false}});
}

void span_5_attributes_1_event() {
  repeat([] {
    Span span = start_child_with_5_attributes();
    span.add_event("cache.miss", {{"cart.items", 3}});
    span.end();
  });
}

// --- redaction -----------------------------------------------------------------------------------

constexpr ValueRule kEveryPattern[] = {{ValuePattern::BearerToken, RedactAction::Mask},
                                       {ValuePattern::JsonWebToken, RedactAction::Mask},
                                       {ValuePattern::Email, RedactAction::Mask},
                                       {ValuePattern::PaymentCard, RedactAction::Mask},
                                       {ValuePattern::Ipv4, RedactAction::Mask},
                                       {ValuePattern::Ipv6, RedactAction::Mask},
                                       {ValuePattern::LongHex, RedactAction::Mask},
                                       {ValuePattern::LongBase64, RedactAction::Mask}};
constexpr RedactionPolicy kByValue{.values = kEveryPattern};
constinit char sentence[1024] = {};

constexpr KeyRule kThreeKeys[] = {{KeyMatch::Exact, "user.email", RedactAction::Mask},
                                  {KeyMatch::Exact, "client.address", RedactAction::IpPrefix},
                                  {KeyMatch::Prefix, "cart.note.", RedactAction::Truncate, 20}};
constexpr RedactionPolicy kByKey{.keys = kThreeKeys};

void open_root_with_key_rules() {
  root() = start_over(kAlwaysOn, kByKey).start_span("GET /cart", {.kind = SpanKind::Server});
}

void open_root_without_policy() {
  root() = start_over(kAlwaysOn, kNoRedaction).start_span("GET /cart", {.kind = SpanKind::Server});
}

// Of a value that is looked at and kept, little is stored.
void open_root_of_patterns() {
  constexpr std::uint32_t kStored = 16;
  constexpr std::string_view kWords = "the cart of visitor 4711 has 3 items: ok. ";
  for (std::size_t i = 0; i < sizeof sentence; ++i) {
    sentence[i] = kWords[i % kWords.size()];
  }
  root() = start_over(kAlwaysOn, kByValue, kStored).start_span("GET /cart");
}

void span_http_request() {
  repeat([] {
    Span span = root().start_child("GET", {.kind = SpanKind::Client});
    span.set_http_request(
        {.method = "GET",
         .url = "https://carts.internal/shops/7/carts/0a1b2c3d?visitor=4711&page=2&token=abcdef"});
    span.set_http_response({.status = 200});
    span.end();
  });
}

void span_value_1_kib() {
  repeat([] {
    root()
        .start_child("a")
        .set_attribute("note", std::string_view(sentence, sizeof sentence))
        .end();
  });
}

bool all_kept() {
  return all_recorded() && telemetry().report().redactions.total() == 0;
}

// --- encode --------------------------------------------------------------------------------------

// A trace is exported once its root has ended, so the bare root goes along. The resource, which the
// first flush renders, does not belong to this scenario.
void record_for_encoding() {
  open_root();
  root().end();
  telemetry().flush();
  root() = telemetry().start_span("GET /cart", {.kind = SpanKind::Server});
  repeat([] { start_child_with_5_attributes().end(); });
  root().end();
}

void encode() {
  telemetry().flush();
}

bool all_encoded() {
  const SignalReport books = telemetry().report().traces;
  return books.exported == kOperations + 2 && books.waiting == 0 && !encoded().empty();
}

// --- propagation ---------------------------------------------------------------------------------

struct Headers {
  std::string_view traceparent;
  std::string_view tracestate;

  template <class F>
  void for_each(std::string_view name, F f) const {
    if (name == "traceparent" || name == "tracestate") {
      f(name == "traceparent" ? traceparent : tracestate);
    }
  }
  void set(std::string_view name, std::string_view value) {
    (name == "traceparent" ? traceparent : tracestate) = value;
  }
};

constexpr Headers kIncoming{
    .traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    .tracestate =
        "dd=s:1;t.dm:-4,nr=0-0-1349956-41346604,es=s:0.25,rojo=00f067aa0ba902b7,"
        "congo=t61rcWkgMzE"};
constinit Headers outgoing{};

void open_root_of_caller() {
  Telemetry& fresh = start_over();
  root() = fresh.start_span("GET /cart", {.parent = fresh.extract(kIncoming)});
}

void extract_inject() {
  repeat([] {
    const RemoteParent parent = telemetry().extract(kIncoming);
    root().inject(outgoing);
  });
}

bool all_propagated() {
  const bool all_free_but_root = telemetry().free_pages() == telemetry().page_count() - 1;
  const RemoteParent parent = telemetry().extract(kIncoming);
  return parent.context().trace_state == kIncoming.tracestate &&
         outgoing.tracestate == kIncoming.tracestate && all_free_but_root;
}

void copy_headers_twice() {
  repeat([] {
    for (int i = 0; i < 2; ++i) {
      copy(kIncoming.traceparent);
      copy(kIncoming.tracestate);
    }
  });
}

// --- metrics -------------------------------------------------------------------------------------

constexpr Counter kLookups{"cart.cache.lookups", "{lookup}"};
constexpr Histogram kTimes{"cart.time", "s"};
constinit Bound<Counter<std::int64_t>> bound_lookups;
constinit Bound<Histogram<double>> bound_times;

void measure_first() {
  Telemetry& fresh = start_over();
  fresh.add(kLookups, 1, {{"cache.hit", true}});
  fresh.record(kTimes, 1, {{"cache.hit", true}});
  bound_lookups = fresh.bind(kLookups, {{"cache.hit", true}});
  bound_times = fresh.bind(kTimes, {{"cache.hit", true}});
}

void counter_add() {
  repeat([] { telemetry().add(kLookups, 1, {{"cache.hit", true}}); });
}

void counter_add_bound() {
  repeat([] { bound_lookups.add(1); });
}

void histogram_record() {
  repeat([] { telemetry().record(kTimes, 40, {{"cache.hit", true}}); });
}

void histogram_record_bound() {
  repeat([] { bound_times.record(40); });
}

bool all_measured() {
  return telemetry().report().measurements.aggregated == kOperations + 2;
}

constexpr Floor kTwoClockReads{"two clock reads", two_clock_reads};
constexpr Floor kThreeClockReads{"three clock reads", three_clock_reads};
constexpr Floor kCopyOfEncoded{"memcpy of the bytes", copy_encoded};
constexpr Floor kCopyOfHeaders{"memcpy of the headers", copy_headers_twice};

constexpr Scenario kScenarios[] = {
    {"sampler_always_on", forget_decisions, ask_always_on, all_decided},
    {"sampler_ratio", forget_decisions, ask_ratio, all_decided},
    {"sampler_parent_based", forget_decisions, ask_parent_based, all_decided},
    {"sampler_probability", forget_decisions, ask_probability, all_decided},
    {"sampler_rules", forget_decisions, ask_rules, all_decided},
    {"sampler_user", forget_decisions, ask_user, all_decided},
    {"sampler_always_record", forget_decisions, ask_always_record, all_decided},
    {"sampler_adaptive", forget_decisions, ask_adaptive, all_decided},
    {"span_bare", open_root, span_bare, all_recorded, kTwoClockReads},
    {"span_5_attributes_1_event", open_root, span_5_attributes_1_event, all_recorded,
     kThreeClockReads},
    {"span_5_attributes_1_event_no_policy", open_root_without_policy, span_5_attributes_1_event,
     all_recorded, kThreeClockReads},
    {"span_5_attributes_1_event_key_rules", open_root_with_key_rules, span_5_attributes_1_event,
     all_recorded, kThreeClockReads},
    {"span_http_request", open_root, span_http_request, all_recorded, kTwoClockReads},
    {"span_value_1_kib_all_patterns", open_root_of_patterns, span_value_1_kib, all_kept,
     kTwoClockReads},
    {"span_unsampled", open_unsampled_root, span_bare, nothing_recorded},
    {"encode_span_530_bytes", record_for_encoding, encode, all_encoded, kCopyOfEncoded},
    {"counter_add", measure_first, counter_add, all_measured},
    {"counter_add_bound", measure_first, counter_add_bound, all_measured},
    {"histogram_record", measure_first, histogram_record, all_measured},
    {"histogram_record_bound", measure_first, histogram_record_bound, all_measured},
    {"extract_inject", open_root_of_caller, extract_inject, all_propagated, kCopyOfHeaders},
};

}  // namespace

std::span<const Scenario> scenarios() {
  return kScenarios;
}

}  // namespace afterglow::bench
