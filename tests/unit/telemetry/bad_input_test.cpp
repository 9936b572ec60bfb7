// Everything that can be wrong, and the response that never notices: each case ends with balanced
// books and all memory back.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "fixture.h"

namespace afterglow::test {
namespace {

void check_settled(const Telemetry& telemetry) {
  CHECK(telemetry.report().traces.balanced());
  CHECK(telemetry.report().traces.open == 0);
  CHECK(telemetry.free_pages() == telemetry.page_count());
}

}  // namespace

TEST_CASE("ten thousand spans in one trace: the cap keeps 256, the rest is counted") {
  FreshInstance<1024 * 1024> fresh;
  {
    Span root = fresh.telemetry.start_span("root");
    for (int i = 1; i < 10'000; ++i) {
      root.start_child("child").end();
    }
  }
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.traces.recorded == 10'000);
  CHECK(report.traces.exported == 256);
  CHECK(report.traces.dropped(DropReason::TraceFull) == 9'744);
  check_settled(fresh.telemetry);
}

TEST_CASE("ten thousand spans in one trace that may have them") {
  FreshInstance<8 * 1024 * 1024> fresh({.caps = {.spans = 20'000, .pages = 4'000}});
  {
    Span root = fresh.telemetry.start_span("root");
    for (int i = 1; i < 10'000; ++i) {
      root.start_child("child").end();
    }
  }
  CHECK(fresh.telemetry.flush().traces.exported == 10'000);
  check_settled(fresh.telemetry);
}

TEST_CASE("ten thousand requests at once: those without a page are lost, unsampled, and counted") {
  FreshInstance<> fresh;
  std::vector<Span> spans(10'000);
  std::size_t recording = 0;
  for (Span& span : spans) {
    span = fresh.telemetry.start_span("root");
    recording += span.is_recording() ? 1U : 0U;
    CHECK(span.context().is_valid());
    CHECK(span.context().is_sampled() == span.is_recording());
  }
  CHECK(recording == fresh.telemetry.page_count());
  CHECK(fresh.telemetry.report().traces.dropped(DropReason::NoMemory) == 10'000 - recording);
  spans.clear();
  CHECK(fresh.telemetry.flush().traces.exported == recording);
  check_settled(fresh.telemetry);
}

TEST_CASE("a trace takes no more than its share of the pool") {
  FreshInstance<> fresh;
  Span greedy = fresh.telemetry.start_span("greedy");
  for (int i = 0; i < 128; ++i) {
    greedy.set_attribute(DynamicKey("key" + std::to_string(i)), std::string(900, 'x'));
  }
  CHECK(fresh.telemetry.free_pages() >= fresh.telemetry.page_count() / 4);
  Span other = fresh.telemetry.start_span("other");
  CHECK(other.is_recording());
  other.end();
  greedy.end();
  fresh.telemetry.flush();
  CHECK(fresh.host.sent(0).body.find("droppedAttributesCount") != std::string_view::npos);
  check_settled(fresh.telemetry);
}

TEST_CASE("a span that is larger than the outbox is dropped, the others are sent") {
  FreshInstance<> fresh;
  fresh.telemetry.start_span("small").end();
  {
    Span large = fresh.telemetry.start_span("large");
    large.set_attribute("text", std::string(16'000, '\x01'));  // six characters each in JSON
  }
  fresh.telemetry.start_span("small").end();
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.status == FlushStatus::Partial);
  CHECK(report.traces.exported == 2);
  CHECK(report.traces.dropped(DropReason::TooLarge) == 1);
  check_settled(fresh.telemetry);
}

TEST_CASE("a name that fits nowhere: the span is lost whole") {
  FreshInstance<> fresh;
  Span root = fresh.telemetry.start_span(std::string(1'000'000, 'n'));
  CHECK_FALSE(root.is_recording());
  CHECK(fresh.telemetry.report().traces.dropped() == 1);
  root.end();
  Span ok = fresh.telemetry.start_span("ok");
  ok.update_name(std::string(1'000'000, 'n'));
  ok.set_status(StatusCode::Error, std::string(1'000'000, 'm'));
  ok.set_attribute("a", std::string(1'000'000, 'v'));
  ok.add_event(std::string(1'000'000, 'e'));
  ok.end();
  fresh.telemetry.flush();
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::TextDropped) == 2);
  const std::string_view body = fresh.host.sent(0).body;
  CHECK(body.find(R"("name":"ok")") != std::string_view::npos);
  CHECK(body.find(R"("droppedAttributesCount":1,"droppedEventsCount":1)") !=
        std::string_view::npos);
  check_settled(fresh.telemetry);
}

TEST_CASE("spans ended in any order, twice, never, and used after their end") {
  FreshInstance<> fresh;
  {
    Span root = fresh.telemetry.start_span("root");
    Span a = root.start_child("a");
    Span b = a.start_child("b");
    root.end();
    b.end();
    b.end();
    a.end();
    a.set_attribute("x", 1).add_event("x").set_status(StatusCode::Ok).update_name("x");
    a.record_error("x", "x");
    Span moved = static_cast<Span&&>(root);
    moved.end();
    root.end();  // NOLINT(bugprone-use-after-move): that is the test
    root.set_attribute("x", 1);
    Span never = fresh.telemetry.start_span("never");
    never = fresh.telemetry.start_span("next");  // ends what it held
  }
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.traces.exported == 5);
  CHECK(fresh.host.sent(0).body.find("\"x\"") == std::string_view::npos);
  check_settled(fresh.telemetry);
}

TEST_CASE("hostile headers") {
  std::string many = "a=1";
  for (int i = 0; i < 10'000; ++i) {
    many += ",a" + std::to_string(i) + "=1";
  }
  const std::string_view nul("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0\0", 55);
  const std::string huge(100'000, 'a');
  const std::string invalid_utf8 = "\xff\xfe\x80=1";
  for (const std::string_view traceparent : {kTraceparent, nul, std::string_view(huge)}) {
    for (const std::string_view tracestate :
         {std::string_view(many), std::string_view(huge), std::string_view(invalid_utf8), nul}) {
      FreshInstance<> fresh;
      Span root = fresh.telemetry.start_span(
          "r", {.parent = fresh.telemetry.extract(
                    TestHeaders{{{"traceparent", traceparent}, {"tracestate", tracestate}}})});
      SentHeaders headers;
      root.inject(headers);
      CHECK(headers.traceparent.size() == 55);
      CHECK(headers.tracestate.empty());
      root.end();
      fresh.telemetry.flush();
      check_settled(fresh.telemetry);
    }
  }
}

TEST_CASE("names that are not UTF-8 leave as U+FFFD") {
  FreshInstance<> fresh;
  fresh.telemetry.start_span("\xc3\x28\xff").end();
  fresh.telemetry.flush();
  CHECK(fresh.host.sent(0).body.find("\"name\":\"\xEF\xBF\xBD(\xEF\xBF\xBD\"") !=
        std::string_view::npos);
}

TEST_CASE("an empty service name is no service name") {
  FreshInstance<> fresh({.service_name = ""});
  fresh.telemetry.start_span("").end();
  fresh.telemetry.flush();
  CHECK(fresh.host.sent(0).body.find(
            R"({"key":"service.name","value":{"stringValue":"unknown_service"}})") !=
        std::string_view::npos);
}

TEST_CASE("no environment, an environment that does not fit, and one that says off") {
  for (const Status status : {Status::Unsupported, Status::NotFound, Status::BufferTooSmall}) {
    FreshInstance<> fresh;
    fresh.host.config_status = status;
    fresh.telemetry.start_span("r").end();
    CHECK(fresh.telemetry.flush().traces.exported == 1);
    CHECK(fresh.telemetry.diagnostic_count(Diagnostic::EnvironmentUnread) ==
          (status == Status::BufferTooSmall ? 1 : 0));
  }
  static constexpr host::Pair kOff[] = {{"OTEL_SDK_DISABLED", "True"}};
  FreshInstance<> fresh;
  fresh.host.environment = kOff;
  Span root = fresh.telemetry.start_span(
      "r", {.parent = fresh.telemetry.extract(TestHeaders{{{"traceparent", kTraceparent}}})});
  SentHeaders headers;
  root.inject(headers);
  CHECK(headers.traceparent == kTraceparent);
  root.end();
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.status == FlushStatus::Disabled);
  CHECK(report.traces.dropped(DropReason::Disabled) == 1);
  CHECK(report.traces.balanced());
  CHECK(fresh.host.sent_count() == 0);
}

TEST_CASE("too little memory: disabled, said once, the caller's context goes on") {
  alignas(16) static std::byte memory[kMinimumBufferBytes];
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{100}, kMinimumBufferBytes - 1}) {
    fake_host().reset();
    Telemetry telemetry(std::span(memory, bytes), {});
    Span root = telemetry.start_span(
        "r", {.parent = telemetry.extract(
                  TestHeaders{{{"traceparent", kTraceparent}, {"tracestate", "a=1"}}})});
    root.start_child("c").set_attribute("a", 1).add_event("e").end();
    SentHeaders headers;
    root.inject(headers);
    CHECK(headers.traceparent == kTraceparent);
    root.end();
    CHECK(telemetry.flush().status == FlushStatus::Disabled);
    CHECK(telemetry.shutdown().traces.balanced());
    CHECK(telemetry.diagnostic_count(Diagnostic::BufferTooSmall) == 1);
    CHECK(fake_host().line_count() == 1);
    CHECK(fake_host().line(0) == "afterglow: the lent buffer of " + std::to_string(bytes) +
                                     " bytes is below 8192: telemetry is disabled");
    CHECK(fake_host().calls() == "l");
  }
}

TEST_CASE("the smallest buffer works") {
  FreshInstance<kMinimumBufferBytes> fresh({.service_name = "small"});
  for (int i = 0; i < 100; ++i) {
    Span root = fresh.telemetry.start_span("root");
    root.start_child("child").end();
    root.end();
    fresh.telemetry.flush();
  }
  CHECK(fresh.telemetry.report().traces.exported == 200);
  check_settled(fresh.telemetry);
}

TEST_CASE("no random bytes: ids come from the clocks, and do not claim to be random") {
  FreshInstance<> fresh;
  fresh.host.random_status = Status::Unsupported;
  Span root = fresh.telemetry.start_span("r");
  CHECK(root.context().is_valid());
  CHECK(root.context().trace_flags == kSampledFlag);
  Span next = fresh.telemetry.start_span("r");
  CHECK(root.context().trace_id != next.context().trace_id);
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::RandomUnavailable) == 2);
}

TEST_CASE("a clock that runs backwards: no span ends before it starts") {
  FreshInstance<> fresh;
  fresh.host.step_nano = static_cast<std::uint64_t>(-500);
  {
    Span root = fresh.telemetry.start_span("r");
    root.start_child("c").end();
  }
  fresh.telemetry.flush();
  const std::string_view body = fresh.host.sent(0).body;
  CHECK(
      body.find(
          R"("startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000000000000")") !=
      std::string_view::npos);
}

TEST_CASE("many lives of the same memory") {
  FreshInstance<16 * 1024> fresh;
  std::uint64_t exported = 0;
  for (int i = 0; i < 5'000; ++i) {
    {
      Span root = fresh.telemetry.start_span("r", {}, {{"i", i}});
      Span child = root.start_child("c");
      child.set_attribute("text", std::string(static_cast<std::size_t>(i % 3000), 'x'));
    }
    exported = fresh.telemetry.flush().traces.exported;
    REQUIRE(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
  }
  CHECK(exported == 10'000);
}

}  // namespace afterglow::test
