// What a handle does that holds nothing, has ended, was moved from, or has outlived its memory.

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "record/recording.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;

struct Headers {
  void set(std::string_view name, std::string_view value) {
    (name == "traceparent" ? traceparent : tracestate) = value;
  }
  std::string traceparent;
  std::string tracestate;
};

void use_everything(Span& span) {
  span.set_attribute("a", 1).set_attributes({{"b", 2}}).add_event("e").record_error("t", "m");
  span.set_status(StatusCode::Error, "m").update_name("n");
  span.end();
  CHECK_FALSE(span.is_recording());
}

TEST_CASE("an inert span does nothing, and injects nothing") {
  Span span;
  use_everything(span);
  CHECK_FALSE(span.context().is_valid());
  Headers headers;
  span.inject(headers);
  CHECK(headers.traceparent.empty());
  Span child = span.start_child("c");
  use_everything(child);
  CHECK_FALSE(child.context().is_valid());
}

TEST_CASE("ending twice and use after the end change nothing") {
  Recording r;
  Span span = r.telemetry.start_span("s", {}, {{"kept", true}});
  CHECK(span.is_recording());
  span.end(1'800'000'000'000'000'000);
  const std::size_t pages = r.telemetry.free_pages();
  use_everything(span);
  span.end(1'900'000'000'000'000'000);
  CHECK(r.telemetry.free_pages() == pages);
  CHECK(r.telemetry.report().traces.waiting == 1);
  const std::string body = r.sent();
  CHECK(tail_of_span(body) == R"(,"attributes":[{"key":"kept","value":{"boolValue":true}}])");
  CHECK(contains(body, "\"endTimeUnixNano\":\"1800000000000000000\""));
  CHECK(contains(body, "\"name\":\"s\""));
}

TEST_CASE("a moved-from span is inert, its record goes on in the other") {
  Recording r;
  Span first = r.telemetry.start_span("s");
  const SpanContext context = first.context();
  Span second = std::move(first);
  use_everything(first);  // NOLINT(bugprone-use-after-move): what is tested
  CHECK_FALSE(first.context().is_valid());
  CHECK(second.is_recording());
  CHECK(second.context().span_id == context.span_id);
  CHECK(r.telemetry.report().traces.open == 1);
  second.end();
  CHECK(r.telemetry.report().traces.waiting == 1);
}

TEST_CASE("move-assignment ends what the handle held, itself excepted") {
  Recording r;
  Span span = r.telemetry.start_span("first");
  Span& same = span;
  span = std::move(same);
  CHECK(span.is_recording());
  span = r.telemetry.start_span("second");
  CHECK(r.telemetry.report().traces.open == 1);
  CHECK(r.telemetry.report().traces.waiting == 1);
  span = Span();
  CHECK(r.telemetry.report().traces.open == 0);
  CHECK(r.telemetry.report().traces.waiting == 2);
}

TEST_CASE("a span ends when its handle is destroyed") {
  Recording r;
  {
    Span root = r.telemetry.start_span("root");
    Span child = root.start_child("child");
    CHECK(r.telemetry.report().traces.open == 2);
  }
  CHECK(r.telemetry.report().traces.open == 0);
  CHECK(r.telemetry.report().traces.waiting == 2);
}

TEST_CASE("a handle whose memory was given to others touches nothing of theirs") {
  Recording r;
  Span stale = r.telemetry.start_span("stale", {}, {{"mine", 1}});
  const SpanContext before = stale.context();
  (void)r.telemetry.report();
  stale.end();
  (void)r.sent();
  CHECK(r.telemetry.free_pages() == r.telemetry.page_count());

  Span other = r.telemetry.start_span("other", {}, {{"theirs", 2}});
  use_everything(stale);
  CHECK(stale.context().span_id == before.span_id);
  CHECK(stale.context().trace_state.empty());
  CHECK(other.is_recording());
  Span lost = stale.start_child("lost");
  CHECK_FALSE(lost.is_recording());
  CHECK(r.dropped(DropReason::ParentEnded) == 1);
  other.end();
  CHECK(tail_of_span(r.sent()) == R"(,"attributes":[{"key":"theirs","value":{"intValue":"2"}}])");
}

TEST_CASE("an open handle that shutdown has ended is stale, too") {
  Recording r;
  Span root = r.telemetry.start_span("root");
  Span child = root.start_child("child");
  const FlushReport report = r.telemetry.shutdown();
  CHECK(report.traces.exported == 2);
  CHECK(r.telemetry.free_pages() == r.telemetry.page_count());
  use_everything(child);
  Span late = root.start_child("late");
  Span later = r.telemetry.start_span("later");
  CHECK_FALSE(late.is_recording());
  CHECK_FALSE(later.is_recording());
  CHECK(later.context().is_valid());
  CHECK_FALSE(later.context().is_sampled());
  CHECK(r.dropped(DropReason::Shutdown) == 2);
  root.end();
}

TEST_CASE("unsampled handles share one page, end in any order, and go stale without harm") {
  Recording r({.sampler = kAlwaysOff});
  Span root = r.telemetry.start_span("root");
  Span child = root.start_child("child");
  Span grandchild = child.start_child("grandchild");
  CHECK(r.telemetry.free_pages() == r.telemetry.page_count() - 1);
  CHECK(r.host.calls() == "ear");  // no clock
  root.end();
  root.end();
  child.end();
  CHECK(r.telemetry.free_pages() == r.telemetry.page_count() - 1);
  Span last = grandchild.start_child("last");
  grandchild.end();
  CHECK(r.telemetry.free_pages() == r.telemetry.page_count() - 1);
  last.end();
  CHECK(r.telemetry.free_pages() == r.telemetry.page_count());
  Span other = r.telemetry.start_span("other");
  use_everything(last);
  Span late = last.start_child("late");
  CHECK(late.context().trace_id == root.context().trace_id);
  CHECK_FALSE(late.context().is_sampled());
  late.end();
  CHECK(r.telemetry.free_pages() == r.telemetry.page_count() - 1);
  CHECK(r.telemetry.report().traces.recorded == 0);  // a DROP decision records nothing
}

TEST_CASE("a disabled SDK carries the caller's context on, through children too") {
  const host::Pair off[] = {{"OTEL_SDK_DISABLED", "true"}};
  Recording r;
  r.host.environment = off;
  const SpanContext caller{.trace_id = {{1}}, .span_id = {{2}}, .trace_flags = kSampledFlag};
  Span root = r.telemetry.start_span("root", {.parent = RemoteParent(caller)});
  Span child = root.start_child("child");
  Headers headers;
  child.inject(headers);
  CHECK(headers.traceparent == "00-01000000000000000000000000000000-0200000000000000-01");
  use_everything(child);
  CHECK(r.telemetry.flush().status == FlushStatus::Disabled);
  CHECK(r.host.sent_count() == 0);
}

}  // namespace
