// Log records through whole requests: which span they name, what the filters keep, where they go.

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "fixture.h"
#include "log_fixture.h"

namespace afterglow::test {

TEST_CASE("a record names its span, with the flags it was propagated with") {
  FreshInstance<> fresh;
  fresh.host.wall_nano = 1'700'000'000'000'000'000;
  Span span = fresh.telemetry.start_span(
      "GET", {.parent = fresh.telemetry.extract(TestHeaders{{{"traceparent", kTraceparent}}})});
  span.log(Severity::Error, "cart backend unreachable");
  span.end();
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.requests == 2);
  CHECK(report.status == FlushStatus::Sent);
  CHECK(report.logs.exported == 1);
  CHECK(report.logs.balanced());
  const host::Sent& sent = fresh.host.sent(1);
  CHECK(sent.signal == Signal::Logs);
  CHECK(sent.path == "/v1/logs");
  CHECK(sent.content_type == "application/json");
  const std::string span_id = part(fresh.host.sent(0).body, "\"spanId\":\"", "\"");
  CHECK(
      contains(sent.body, R"("flags":1,"traceId":"0af7651916cd43dd8448eb211c80319c",)" + span_id));
  CHECK(contains(sent.body, R"("severityNumber":17,"severityText":"ERROR","body":)"));
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("outside a span there are no ids") {
  FreshInstance<> fresh;
  fresh.telemetry.log(Severity::Info, "configuration loaded");
  CHECK(fresh.telemetry.flush().logs.exported == 1);
  const std::string_view body = fresh.host.sent(0).body;
  CHECK_FALSE(contains(body, "traceId"));
  CHECK_FALSE(contains(body, "spanId"));
  CHECK_FALSE(contains(body, "flags"));
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("the four steps of each name, and the source's own word") {
  FreshInstance<> fresh;
  for (unsigned number = 0; number <= 25; ++number) {
    fresh.telemetry.log(static_cast<Severity>(number), "s");
  }
  fresh.telemetry.log(Severity::Warn, "s", {}, {.severity_text = "careful"});
  fresh.telemetry.flush();
  const std::string_view body = fresh.host.sent(0).body;
  for (const char* name : {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}) {
    for (const char* step : {"", "2", "3", "4"}) {
      CHECK(contains(body, "\"severityText\":\"" + std::string(name) + step + "\""));
    }
  }
  CHECK(contains(body, R"("severityNumber":13,"severityText":"careful")"));
  CHECK(count(body, "\"severityText\"") == 25);
  CHECK(count(body, "\"severityNumber\"") == 25);  // neither 0 nor 25 is one of OTLP's
}

TEST_CASE("observed now; happened now or when the program says") {
  FreshInstance<> fresh;
  fresh.host.wall_nano = 5000;
  fresh.telemetry.log(Severity::Info, "now");
  fresh.telemetry.log(Severity::Info, "then", {}, {.unix_nano = 12});
  fresh.telemetry.flush();
  CHECK(
      contains(fresh.host.sent(0).body, R"({"timeUnixNano":"5000","observedTimeUnixNano":"5000")"));
  CHECK(contains(fresh.host.sent(0).body, R"({"timeUnixNano":"12","observedTimeUnixNano":"5000")"));
}

TEST_CASE("a record of an open span leaves with the next flush, before its span") {
  FreshInstance<> fresh;
  Span span = fresh.telemetry.start_span("long");
  span.log(Severity::Info, "early");
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.logs.exported == 1);
  CHECK(report.traces.open == 1);
  span.end();
  CHECK(fresh.telemetry.flush().traces.exported == 1);
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("an unsampled trace keeps its pages until its records are sent") {
  FreshInstance<> fresh({.sampler = kAlwaysOff});
  Span span = fresh.telemetry.start_span("unsampled");
  Span child = span.start_child("child");
  child.log(Severity::Info, "kept");
  const SpanContext context = child.context();
  child.end();
  span.end();
  CHECK_FALSE(all_free(fresh.telemetry));
  CHECK(fresh.telemetry.flush().logs.exported == 1);
  CHECK(all_free(fresh.telemetry));
  const std::string_view body = fresh.host.sent(0).body;
  CHECK(fresh.host.sent_count() == 1);
  CHECK(contains(body, R"("flags":)" + std::to_string(context.trace_flags) + ","));
  CHECK_FALSE(context.is_sampled());
  CHECK(contains(body, "\"traceId\":\"" + hex_of(context.trace_id.bytes) + "\",\"spanId\":\"" +
                           hex_of(context.span_id.bytes) + "\""));
}

TEST_CASE("records of an unsampled trace that is still open leave; its ids stay") {
  FreshInstance<> fresh({.sampler = kAlwaysOff});
  Span span = fresh.telemetry.start_span("unsampled");
  span.log(Severity::Info, "one");
  CHECK(fresh.telemetry.flush().logs.exported == 1);
  CHECK_FALSE(all_free(fresh.telemetry));
  SentHeaders headers;
  span.inject(headers);
  CHECK(headers.lines == 1);
  span.end();
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("a span that has ended still names its records, with and without its memory") {
  FreshInstance<> fresh;
  Span span = fresh.telemetry.start_span("root");
  const std::string id = hex_of(span.context().span_id.bytes);
  span.end();
  span.log(Severity::Info, "its memory is there");
  CHECK(fresh.telemetry.flush().logs.exported == 1);
  CHECK(all_free(fresh.telemetry));
  span.log(Severity::Info, "its memory is gone");
  CHECK(fresh.telemetry.flush().logs.exported == 2);
  CHECK(contains(fresh.host.sent(1).body, id));
  CHECK(contains(fresh.host.sent(2).body, id));
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("a span without memory names its records once there is some") {
  FreshInstance<8 * 1024> fresh;
  Span hoard[64];
  for (Span& span : hoard) {
    span = fresh.telemetry.start_span("hoard");
  }
  REQUIRE(fresh.telemetry.free_pages() == 0);
  Span lost = fresh.telemetry.start_span("lost");
  lost.log(Severity::Error, "nowhere to go");
  CHECK(fresh.telemetry.report().logs.dropped(DropReason::NoMemory) == 1);
  for (Span& span : hoard) {
    span.end();
  }
  fresh.telemetry.flush();
  lost.log(Severity::Error, "memory is back");
  CHECK(fresh.telemetry.flush().logs.exported == 1);
  const std::string_view body = fresh.host.sent(fresh.host.sent_count() - 1).body;
  CHECK(contains(body, hex_of(lost.context().span_id.bytes)));
  CHECK(contains(body, "\"flags\":2,"));  // random, and not sampled: it was not recorded
  CHECK(fresh.telemetry.report().logs.balanced());
}

TEST_CASE("inert and moved-from spans say nothing") {
  FreshInstance<> fresh;
  Span inert;
  inert.log(Severity::Fatal, "nobody");
  Span span = fresh.telemetry.start_span("root");
  Span moved = static_cast<Span&&>(span);
  span.log(Severity::Fatal, "nobody");  // NOLINT(bugprone-use-after-move)
  CHECK(fresh.telemetry.report().logs.recorded == 0);
}

TEST_CASE("a disabled SDK counts what it is told, and makes no host call for it") {
  static constexpr host::Pair kOff[] = {{"OTEL_SDK_DISABLED", "true"}};
  FreshInstance<> fresh;
  fresh.host.environment = kOff;
  Span span = fresh.telemetry.start_span("root");
  fresh.host.forget_calls();
  span.log(Severity::Error, "off");
  fresh.telemetry.log(Severity::Error, "off");
  CHECK(fresh.host.calls().empty());
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.logs.dropped(DropReason::Disabled) == 2);
  CHECK(report.logs.recorded == 2);
  CHECK(report.logs.balanced());
  CHECK(fresh.host.sent_count() == 0);
}

TEST_CASE("too little memory: counted") {
  fake_host().reset();
  std::byte memory[64];
  Telemetry telemetry{std::span<std::byte>(memory), {}};
  telemetry.log(Severity::Error, "no memory at all");
  CHECK(telemetry.flush().logs.dropped(DropReason::Disabled) == 1);
  CHECK(telemetry.report().logs.balanced());
}

TEST_CASE("after shutdown records are dropped and counted") {
  FreshInstance<> fresh;
  Span span = fresh.telemetry.start_span("root");
  span.log(Severity::Info, "before");
  const FlushReport last = fresh.telemetry.shutdown();
  CHECK(last.logs.exported == 1);
  span.log(Severity::Info, "after");
  fresh.telemetry.log(Severity::Info, "after");
  const SignalReport logs = fresh.telemetry.report().logs;
  CHECK(logs.dropped(DropReason::Shutdown) == 2);
  CHECK(logs.balanced());
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("what the filters refuse costs no host call and no memory, and was never recorded") {
  static constexpr Scope kLoud{.name = "loud"};
  static constexpr ScopeSeverity kScopes[] = {{&kLoud, Severity::Fatal}};
  FreshInstance<> fresh({.log = {.minimum_severity = Severity::Info, .scopes = kScopes}});
  Span span = fresh.telemetry.start_span("root");
  const std::size_t pages = fresh.telemetry.free_pages();
  fresh.host.forget_calls();
  span.log(Severity::Debug4, std::string(5000, 'x'));
  span.log(Severity::Error4, "too loud", {}, {.scope = &kLoud});
  fresh.telemetry.log(Severity::Debug, "nothing");
  CHECK(fresh.host.calls().empty());
  CHECK(fresh.telemetry.free_pages() == pages);
  CHECK(fresh.telemetry.report().logs.recorded == 0);
  span.log(Severity::Info, "kept");
  CHECK(fresh.host.calls() == "m");  // the time
  fresh.host.forget_calls();
  fresh.telemetry.log(Severity::Info, "kept");
  CHECK(fresh.host.calls() == "w");
}

TEST_CASE("a filter refuses before an instance's first use") {
  FreshInstance<> fresh({.log = {.minimum_severity = Severity::Warn}});
  fresh.telemetry.log(Severity::Info, "nothing");
  CHECK(fresh.host.calls().empty());
}

TEST_CASE("the ratio goes by the trace, and by rv where there is one") {
  const std::uint64_t half = threshold_of(0.5);
  struct Row {
    std::string_view traceparent;
    std::string_view tracestate;
    bool kept;
  };
  const Row rows[] = {
      {"00-0af7651916cd43dd84ff000000000000-b7ad6b7169203331-01", "", true},
      {"00-0af7651916cd43dd8480000000000000-b7ad6b7169203331-01", "", true},
      {"00-0af7651916cd43dd847fffffffffffff-b7ad6b7169203331-01", "", false},
      {"00-0af7651916cd43dd84ff000000000000-b7ad6b7169203331-01", "ot=rv:00000000000001", false},
      {"00-0af7651916cd43dd847fffffffffffff-b7ad6b7169203331-01", "ot=rv:ffffffffffffff", true}};
  for (const Row& row : rows) {
    CAPTURE(row.traceparent);
    FreshInstance<> fresh({.log = {.threshold = half}});
    Span span = fresh.telemetry.start_span(
        "root", {.parent = fresh.telemetry.extract(TestHeaders{
                     {{"traceparent", row.traceparent}, {"tracestate", row.tracestate}}})});
    span.log(Severity::Info, "success");
    CHECK(fresh.telemetry.report().logs.recorded == (row.kept ? 1 : 0));
    span.log(Severity::Warn, "always");
    fresh.telemetry.log(Severity::Info, "no trace");
    CHECK(fresh.telemetry.report().logs.recorded == (row.kept ? 3 : 2));
  }
}

TEST_CASE("trace_based refuses records of unsampled, record-only and lost spans, no others") {
  static constexpr AlwaysRecord kRecordOnly{kAlwaysOff};
  for (const Sampler& sampler : {Sampler(kAlwaysOff), Sampler(kRecordOnly)}) {
    FreshInstance<> fresh({.sampler = sampler, .log = {.trace_based = true}});
    Span span = fresh.telemetry.start_span("root");
    span.log(Severity::Fatal, "refused");
    CHECK(fresh.telemetry.report().logs.recorded == 0);
    fresh.telemetry.log(Severity::Info, "no span");
    CHECK(fresh.telemetry.report().logs.recorded == 1);
  }
  FreshInstance<> fresh({.log = {.trace_based = true}});
  Span span = fresh.telemetry.start_span("root");
  span.log(Severity::Trace, "sampled");
  CHECK(fresh.telemetry.report().logs.recorded == 1);
}

TEST_CASE("a storm from one place is limited between two flushes, counted, and alone") {
  FreshInstance<> fresh({.log = {.per_site = 3}});
  const auto storm = [&](int calls) {
    for (int i = 0; i < calls; ++i) {
      fresh.telemetry.log(Severity::Info, "storm");
    }
  };
  storm(10);
  fresh.telemetry.log(Severity::Error, "another place");
  SignalReport logs = fresh.telemetry.report().logs;
  CHECK(logs.recorded == 11);
  CHECK(logs.waiting == 4);
  CHECK(logs.dropped(DropReason::RateLimited) == 7);
  CHECK(logs.balanced());
  fresh.telemetry.flush();
  storm(4);
  logs = fresh.telemetry.report().logs;
  CHECK(logs.waiting == 3);
  CHECK(logs.dropped(DropReason::RateLimited) == 8);
  Span span = fresh.telemetry.start_span("root");
  for (int i = 0; i < 5; ++i) {
    span.log(Severity::Info, "storm");
  }
  CHECK(fresh.telemetry.report().logs.dropped(DropReason::RateLimited) == 10);
}

TEST_CASE("a place is told apart by line, severity and scope; 0 is no limit") {
  static constexpr Scope kOther{.name = "other"};
  FreshInstance<> fresh({.log = {.per_site = 1}});
  for (int i = 0; i < 2; ++i) {
    fresh.telemetry.log(Severity::Info, "a", {}, {}, 7);
    fresh.telemetry.log(Severity::Info, "b", {}, {}, 8);
    fresh.telemetry.log(Severity::Info2, "c", {}, {}, 7);
    fresh.telemetry.log(Severity::Info, "d", {}, {.scope = &kOther}, 7);
  }
  CHECK(fresh.telemetry.report().logs.waiting == 4);
  CHECK(fresh.telemetry.report().logs.dropped(DropReason::RateLimited) == 4);
  FreshInstance<> unlimited({.log = {.per_site = 0}});
  for (int i = 0; i < 150; ++i) {
    unlimited.telemetry.log(Severity::Info, i);
  }
  CHECK(unlimited.telemetry.report().logs.waiting == 150);
}

}  // namespace afterglow::test
