// From the caller's headers to the callee's.

#include <doctest/doctest.h>

#include "fixture.h"

namespace afterglow::test {
namespace {

SentHeaders inject(const Span& span) {
  SentHeaders headers;
  span.inject(headers);
  return headers;
}

std::string_view trace_id(const SentHeaders& headers) {
  return headers.traceparent.substr(3, 32);
}

}  // namespace

TEST_CASE("a trace goes on: trace id, flags and tracestate stay, the parent id is ours") {
  FreshInstance<> fresh;
  Span root = fresh.telemetry.start_span(
      "r",
      {.parent = fresh.telemetry.extract(TestHeaders{
           {{"traceparent", kTraceparent}, {"tracestate", "a=1, b=2"}, {"tracestate", "c=3"}}})});
  const SentHeaders headers = inject(root);
  CHECK(trace_id(headers) == "0af7651916cd43dd8448eb211c80319c");
  CHECK(headers.traceparent.substr(36, 16) != "b7ad6b7169203331");
  CHECK(headers.traceparent.ends_with("-01"));
  CHECK(headers.tracestate == "a=1,b=2,c=3");
  const Span child = root.start_child("c");
  CHECK(inject(child).tracestate == "a=1,b=2,c=3");
  CHECK(inject(child).traceparent != headers.traceparent);
}

TEST_CASE("a new trace has random ids and says so") {
  FreshInstance<> fresh;
  const Span root = fresh.telemetry.start_span("r");
  const SentHeaders headers = inject(root);
  CHECK(headers.traceparent.starts_with("00-0102030405060708090a0b0c0d0e0f10-"));
  CHECK(headers.traceparent.ends_with("-03"));
  CHECK(headers.lines == 1);
}

TEST_CASE("an invalid traceparent begins a new trace, and its tracestate is not read") {
  const std::string_view invalid[] = {
      "",
      "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
      "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      std::string_view("00-0af7651916cd43dd8448eb211c80319c\0b7ad6b7169203331-01", 55),
  };
  for (const std::string_view line : invalid) {
    FreshInstance<> fresh;
    const Span root = fresh.telemetry.start_span(
        "r", {.parent = fresh.telemetry.extract(
                  TestHeaders{{{"traceparent", line}, {"tracestate", "a=1"}}})});
    CHECK(trace_id(inject(root)) == "0102030405060708090a0b0c0d0e0f10");
    CHECK(inject(root).tracestate.empty());
    CHECK(fresh.telemetry.diagnostic_count(Diagnostic::TraceparentInvalid) == 1);
  }
}

TEST_CASE("two traceparent lines are not trusted") {
  FreshInstance<> fresh;
  const Span root = fresh.telemetry.start_span(
      "r", {.parent = fresh.telemetry.extract(
                TestHeaders{{{"traceparent", kTraceparent}, {"traceparent", kTraceparent}}})});
  CHECK(trace_id(inject(root)) == "0102030405060708090a0b0c0d0e0f10");
}

TEST_CASE("a bad tracestate is discarded and harms nothing else") {
  FreshInstance<> fresh;
  const Span root = fresh.telemetry.start_span(
      "r", {.parent = fresh.telemetry.extract(
                TestHeaders{{{"traceparent", kTraceparent}, {"tracestate", "a=1,B=2"}}})});
  CHECK(trace_id(inject(root)) == "0af7651916cd43dd8448eb211c80319c");
  CHECK(inject(root).lines == 1);
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::TracestateDiscarded) == 1);
}

TEST_CASE("a trace state of the program's own is checked like any other") {
  FreshInstance<> fresh;
  SpanContext caller{.trace_id = {{1}}, .span_id = {{2}}, .trace_flags = 1, .trace_state = "a=1,B"};
  const Span root = fresh.telemetry.start_span("r", {.parent = RemoteParent(caller)});
  CHECK(inject(root).tracestate.empty());
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::TracestateDiscarded) == 1);
}

TEST_CASE("an unsampled trace goes on unsampled, with its tracestate") {
  FreshInstance<> fresh;
  Span root = fresh.telemetry.start_span(
      "r", {.parent = fresh.telemetry.extract(
                TestHeaders{{{"traceparent", kUnsampledTraceparent}, {"tracestate", "a=1"}}})});
  CHECK_FALSE(root.is_recording());
  Span child = root.start_child("c");
  CHECK(inject(child).traceparent.ends_with("-00"));
  CHECK(inject(child).tracestate == "a=1");
  child.end();
  root.end();
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
  CHECK(fresh.telemetry.report().traces.recorded == 0);
}

TEST_CASE("a record-only trace is propagated unsampled and not exported") {
  struct RecordOnly {
    SamplingResult sample(const TraceSummary&) const { return {.decision = Decision::RecordOnly}; }
  };
  static constexpr RecordOnly kRecordOnly;
  FreshInstance<> fresh({.sampler = kRecordOnly});
  Span root = fresh.telemetry.start_span("r");
  CHECK(root.is_recording());
  CHECK(inject(root).traceparent.ends_with("-02"));
  root.end();
  CHECK(fresh.telemetry.report().traces.dropped(DropReason::NotSampled) == 1);
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
  CHECK(fresh.telemetry.flush().status == FlushStatus::Nothing);
}

TEST_CASE("a parent that is never used gives its page back") {
  FreshInstance<> fresh;
  {
    RemoteParent parent = fresh.telemetry.extract(
        TestHeaders{{{"traceparent", kTraceparent}, {"tracestate", "a=1"}}});
    CHECK(parent.context().trace_state == "a=1");
    CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count() - 1);
    RemoteParent moved = static_cast<RemoteParent&&>(parent);
    CHECK(moved.context().trace_state == "a=1");
    CHECK_FALSE(parent.context().is_valid());
  }
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
}

TEST_CASE("a parent known by other means") {
  FreshInstance<> fresh;
  SpanContext caller;
  caller.trace_id.bytes[15] = 7;
  caller.span_id.bytes[7] = 9;
  caller.trace_flags = 0xFF;
  caller.trace_state = "a=1,,b=2";
  const Span root = fresh.telemetry.start_span("r", {.parent = RemoteParent(caller)});
  CHECK(inject(root).traceparent.starts_with("00-00000000000000000000000000000007-"));
  CHECK(inject(root).traceparent.ends_with("-03"));
  CHECK(inject(root).tracestate == "a=1,b=2");
}

TEST_CASE("a sampler's trace state replaces the caller's") {
  struct WithState {
    SamplingResult sample(const TraceSummary& trace) const {
      static constexpr Attribute kReason[] = {{"sampler.reason", "test"}};
      CHECK(trace.parent->trace_state == "a=1");
      return {.decision = Decision::RecordAndSample,
              .attributes = kReason,
              .sets_trace_state = true,
              .trace_state = "ot=th:8,a=1"};
    }
  };
  static constexpr WithState kWithState;
  FreshInstance<> fresh({.sampler = kWithState});
  {
    const Span root = fresh.telemetry.start_span(
        "r", {.parent = fresh.telemetry.extract(
                  TestHeaders{{{"traceparent", kTraceparent}, {"tracestate", "a=1"}}})});
    CHECK(inject(root).tracestate == "ot=th:8,a=1");
  }
  fresh.telemetry.flush();
  CHECK(fresh.host.sent(0).body.find(R"("traceState":"ot=th:8,a=1")") != std::string_view::npos);
  CHECK(fresh.host.sent(0).body.find(R"("key":"sampler.reason")") != std::string_view::npos);
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
}

TEST_CASE("ids work whatever became of the record") {
  FreshInstance<> fresh;
  Span root = fresh.telemetry.start_span("r");
  const SentHeaders before = inject(root);
  root.end();
  CHECK(inject(root).traceparent == before.traceparent);
  fresh.telemetry.flush();
  CHECK(inject(root).traceparent == before.traceparent);
  CHECK(inject(Span()).lines == 0);
}

TEST_CASE("a child of an ended span is lost, unsampled, and counted") {
  FreshInstance<> fresh;
  Span root = fresh.telemetry.start_span("r");
  root.end();
  Span child = root.start_child("late");
  CHECK_FALSE(child.is_recording());
  CHECK(inject(child).traceparent.ends_with("-02"));
  CHECK(trace_id(inject(child)) == trace_id(inject(root)));
  Span grandchild = child.start_child("later");
  CHECK(inject(grandchild).traceparent != inject(child).traceparent);
  const SignalReport traces = fresh.telemetry.report().traces;
  CHECK(traces.dropped(DropReason::ParentEnded) == 2);
  CHECK(traces.balanced());
}

}  // namespace afterglow::test
