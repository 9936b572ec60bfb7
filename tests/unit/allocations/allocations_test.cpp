// All memory is lent by the user: no public call allocates, whatever it is given.

#include <afterglow/afterglow.h>
#include <afterglow/log_c.h>
#include <doctest/doctest.h>
#include <fake_host.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "allocation_count.h"

namespace {

using namespace afterglow;
using afterglow::host::fake_host;
using afterglow::host::FakeHost;
using afterglow::test::allocations_of;

constinit Buffer<64 * 1024> memory;

// Headers of one request; `set` keeps what was written last.
struct Headers {
  std::string_view traceparent;
  std::string_view tracestate;
  char written[512] = {};
  std::size_t written_length = 0;

  template <class F>
  void for_each(std::string_view name, F f) const {
    const std::string_view line = name == "traceparent" ? traceparent : tracestate;
    if (!line.empty()) {
      f(line);
    }
  }
  void set(std::string_view /*name*/, std::string_view value) {
    written_length = value.copy(written, sizeof written);
  }
};

constexpr Headers kIncoming{
    .traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    .tracestate = "vendor=one,rojo=00f067aa0ba902b7"};

// Ends and forgets everything: a program has one Telemetry, these tests have many.
FakeHost& fresh_host() {
  fake_host().reset();
  return fake_host();
}

void record_every_type_of_value(Span& span) {
  const bool bools[] = {true, false};
  const std::int64_t ints[] = {1, -2};
  const double doubles[] = {0.5, 1e300};
  const std::string_view texts[] = {"a", "b"};
  const Value mixed[] = {1, "two", 3.0, Value{}};
  const Attribute map[] = {{"inner", mixed}, {"other", true}};
  const std::byte bytes[] = {std::byte{1}, std::byte{2}};
  span.set_attribute("null", Value{}).set_attribute("bool", true).set_attribute("int", 1);
  span.set_attribute("double", 0.1).set_attribute("text", "text");
  span.set_attribute("escaped", "\"\n\xff").set_attribute("bools", bools);
  span.set_attribute("ints", ints).set_attribute("doubles", doubles);
  span.set_attribute("texts", texts).set_attribute("mixed", mixed);
  span.set_attribute("map", std::span<const Attribute>(map));
  span.set_attribute("bytes", Value::bytes(bytes));
  span.set_attribute(DynamicKey{"dynamic \"key\""}, "value");
  span.set_attribute("text", "again");
  span.set_attribute("api_token", "masked");
  span.set_http_request({.method = "GET",
                         .url = "https://user:password@h/a@b.example?token=1",
                         .headers = HttpHeaders(kIncoming)});
  span.set_http_response({.status = 503, .headers = HttpHeaders(kIncoming)});
}

TEST_CASE("the counter sees every way to allocate") {
  static void* volatile sink;
  CHECK(allocations_of([] { sink = std::malloc(1); }) == 1);
  CHECK(allocations_of([] { sink = std::realloc(sink, 100); }) == 1);
  std::free(sink);
  CHECK(allocations_of([] { sink = std::calloc(1, 1); }) == 1);
  std::free(sink);
  CHECK(allocations_of([] { sink = std::aligned_alloc(64, 64); }) == 1);
  std::free(sink);
  CHECK(allocations_of([] { sink = ::operator new(1); }) == 1);
  ::operator delete(sink);
  CHECK(allocations_of([] { sink = ::operator new[](64, std::align_val_t{64}); }) == 1);
  ::operator delete[](sink, std::align_val_t{64});
  CHECK(allocations_of([] {
          std::vector<int> numbers(100);
          sink = numbers.data();
        }) == 1);
}

TEST_CASE("recording a request allocates nothing") {
  fresh_host();
  Telemetry telemetry{memory, {.service_name = "allocations"}};
  Headers outgoing;
  RemoteParent parent;
  Span server;
  Span client;
  const Link links[] = {{.context = {TraceId{{1}}, SpanId{{2}}, 0, false, "vendor=two"}}};
  CHECK(allocations_of([&] { parent = telemetry.extract(kIncoming); }) == 0);
  CHECK(parent.context().is_valid());
  CHECK(allocations_of([&] {
          server = telemetry.start_span("GET /cart",
                                        {.kind = SpanKind::Server,
                                         .parent = static_cast<RemoteParent&&>(parent),
                                         .links = links},
                                        {{"a", 1}});
        }) == 0);
  CHECK(allocations_of([&] { client = server.start_child("GET", {.links = links}); }) == 0);
  CHECK(allocations_of([&] { record_every_type_of_value(client); }) == 0);
  CHECK(allocations_of([&] { client.set_attributes({{"a", 1}, {"b", "two"}}); }) == 0);
  CHECK(allocations_of([&] { client.add_event("event", {{"c", 0.5}}); }) == 0);
  CHECK(allocations_of([&] { client.record_error("timeout", "no answer", {{"d", 1}}); }) == 0);
  CHECK(allocations_of([&] { client.set_status(StatusCode::Error, "no answer"); }) == 0);
  CHECK(allocations_of([&] { client.update_name("GET carts.internal"); }) == 0);
  CHECK(allocations_of([&] { client.inject(outgoing); }) == 0);
  CHECK(std::string_view(outgoing.written, outgoing.written_length) == kIncoming.tracestate);
  CHECK(allocations_of([&] { CHECK(client.context().is_valid()); }) == 0);
  CHECK(allocations_of([&] { CHECK(client.is_recording()); }) == 0);
  CHECK(allocations_of([&] { client.end(); }) == 0);
  CHECK(allocations_of([&] { server = Span{}; }) == 0);
  CHECK(telemetry.report().traces.waiting == 2);
  CHECK(allocations_of([&] { telemetry.shutdown(); }) == 0);
}

TEST_CASE("measuring allocates nothing, from the first measurement to the last document") {
  static constexpr Counter kCount{"count"};
  static constexpr Histogram kTimes{"times", "s"};
  static constexpr ExponentialHistogram kSizes{"sizes", "By"};
  static constexpr Gauge<double> kHeat{"heat"};
  static constexpr ObservableCounter kReads{"reads"};
  FakeHost& host = fresh_host();
  Telemetry telemetry{memory, {.metrics = {.pages = 16, .every_requests = 1}}};
  Span span = telemetry.start_span("work");
  CHECK(allocations_of([&] {
          telemetry.observe(kReads, [](Observer<std::int64_t>& reads, void*) {
            reads.observe(3, {{"disk", "a"}});
          });
        }) == 0);
  for (const host::ScriptedAnswer& answer :
       {host::ScriptedAnswer{}, host::ScriptedAnswer{.http_status = 503},
        host::ScriptedAnswer{.http_status = 504}}) {
    host.answer(answer);
    CHECK(allocations_of([&] {
            telemetry.add(kCount, 1, {{"a", "b"}, {"c", 0.5}});
            telemetry.record(kSizes, 1e9);
            telemetry.record(kSizes, 1e-9);
            telemetry.set(kHeat, 0.1);
            span.record(kTimes, 0.25, {{"a", 1}});
            auto bound = telemetry.bind(kTimes, {{"a", 1}});
            bound.record(2, span);
            telemetry.flush();
          }) == 0);
  }
  CHECK(allocations_of([&] { telemetry.shutdown(); }) == 0);
  CHECK(telemetry.report().measurements.aggregated == 22);
}

TEST_CASE("exporting allocates nothing, whatever the answer") {
  FakeHost& host = fresh_host();
  Telemetry telemetry{memory, {.service_name = "allocations"}};
  const host::ScriptedAnswer answers[] = {
      {},
      {.body = R"({"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}})"},
      {.body = "no JSON"},
      {.http_status = 503},
      {.status = host::Status::Unavailable},
      {.status = host::Status::Queued}};
  for (const host::ScriptedAnswer& answer : answers) {
    Span span = telemetry.start_span("work");
    record_every_type_of_value(span);
    span.end();
    host.answer(answer);
    CHECK(allocations_of([&] { telemetry.flush(); }) == 0);
  }
  CHECK(host.sent_count() == std::size(answers));
  FlushReport report;
  CHECK(allocations_of([&] { report = telemetry.report(); }) == 0);
  CHECK(report.traces.recorded == std::size(answers));
  CHECK(report.traces.balanced());
  Span open = telemetry.start_span("open");
  CHECK(allocations_of([&] { telemetry.shutdown(); }) == 0);
  CHECK(telemetry.report().traces.open == 0);
}

TEST_CASE("logging allocates nothing, and neither does sending it, either way") {
  static constexpr Attribute kMap[] = {{"inner", 1.5}, {"text", "a\n"}};
  for (const ExportWay way : {ExportWay::Otlp, ExportWay::Lines, ExportWay::Log}) {
    fresh_host();
    Telemetry telemetry{memory, {.log = {.per_site = 2, .as_span_events = true}, .logs = way}};
    telemetry.serve_c_log();
    Span span = telemetry.start_span("work");
    CHECK(allocations_of([&] {
            for (int i = 0; i < 4; ++i) {
              span.log(Severity::Error, std::span<const Attribute>(kMap), {{"a", 1}, {"b", "two"}},
                       {.event_name = "event"});
              telemetry.log(Severity::Info, "text", {{DynamicKey("key"), kMap[1].value}});
              afterglow_log_event(AFTERGLOW_WARN, "c", 1, "body", 4);
            }
          }) == 0);
    CHECK(allocations_of([&] { telemetry.flush(); }) == 0);
    const SignalReport logs = telemetry.report().logs;
    CHECK(logs.recorded == 12);
    CHECK(logs.waiting == 0);
    CHECK(logs.dropped(DropReason::RateLimited) == 6);
    span.end();
    CHECK(allocations_of([&] { telemetry.shutdown(); }) == 0);
  }
}

TEST_CASE("the host's hooks allocate nothing") {
  FakeHost& host = fresh_host();
  host.host_traits = {.flush = host::FlushMode::OnHook, .reports_results = true};
  host.default_answer = {.status = host::Status::Queued};
  Telemetry telemetry{memory, {.service_name = "allocations"}};
  telemetry.start_span("work").end();
  FlushReport report;
  CHECK(allocations_of([&] { report = telemetry.flush(); }) == 0);
  CHECK(report.status == FlushStatus::Deferred);
  CHECK(allocations_of([&] { host.response_sent(1); }) == 0);
  CHECK(host.sent_count() == 1);
  CHECK(allocations_of([&] { host.deliver(1, {}); }) == 0);
  CHECK(telemetry.report().traces.exported == 1);
  telemetry.shutdown();
}

TEST_CASE("bad input and full memory allocate nothing") {
  fresh_host();
  static constinit Buffer<8 * 1024> small;
  Telemetry telemetry{small};
  const std::string long_text(100'000, 'x');
  const Headers bad[] = {{.traceparent = long_text},
                         {.traceparent = kIncoming.traceparent, .tracestate = long_text},
                         {.traceparent = std::string_view("\0\0", 2)}};
  for (const Headers& headers : bad) {
    CHECK(allocations_of([&] { (void)telemetry.extract(headers); }) == 0);
  }
  CHECK(allocations_of([&] {
          Span root = telemetry.start_span("root");
          for (int i = 0; i < 1000; ++i) {
            root.start_child("child").set_attribute("text", long_text).add_event(long_text);
          }
        }) == 0);
  CHECK(telemetry.report().traces.dropped() > 0);
  CHECK(allocations_of([&] { telemetry.shutdown(); }) == 0);
  CHECK(telemetry.report().traces.balanced());

  std::byte too_small[64];
  Telemetry disabled{std::span(too_small), {}};
  CHECK(allocations_of([&] { disabled.start_span("work").end(); }) == 0);
  CHECK(allocations_of([&] { disabled.flush(); }) == 0);
}

}  // namespace
