// Memory that runs out, in every way we could think of: nothing breaks, everything is counted.

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "record/recording.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;

constexpr std::size_t kSmall = 16 * 1024;

void check_all_free(Telemetry& telemetry) {
  CHECK(telemetry.free_pages() == telemetry.page_count());
  CHECK(telemetry.report().traces.open == 0);
  CHECK(telemetry.report().traces.waiting == 0);
}

TEST_CASE("without a page a root is lost, unsampled, counted, and still propagates") {
  RecordingIn<kSmall> r;
  std::vector<Span> spans;
  do {
    spans.push_back(r.telemetry.start_span("s"));
  } while (spans.back().is_recording());
  CHECK(spans.size() == r.telemetry.page_count() + 1);
  CHECK(r.dropped(DropReason::NoMemory) == 1);
  CHECK(spans.back().context().is_valid());
  CHECK_FALSE(spans.back().context().is_sampled());
  spans.clear();
  (void)r.telemetry.flush();
  check_all_free(r.telemetry);
}

TEST_CASE("without a page a caller's trace state is lost, counted; its ids go on") {
  RecordingIn<kSmall> r;
  std::vector<Span> spans;
  do {
    spans.push_back(r.telemetry.start_span("s"));
  } while (spans.back().is_recording());
  SpanContext caller{.trace_id = {{9}}, .span_id = {{8}}, .trace_flags = kSampledFlag};
  caller.trace_state = "a=b";
  const Span root = r.telemetry.start_span("late", {.parent = RemoteParent(caller)});
  CHECK(root.context().trace_id == caller.trace_id);
  CHECK_FALSE(root.context().is_sampled());
  CHECK(root.context().trace_state.empty());
  CHECK(r.telemetry.diagnostic_count(Diagnostic::TracestateTruncated) == 1);
}

TEST_CASE("a trace goes on in the page of one that is gone, the very first too") {
  RecordingIn<kSmall> r;
  Span first = r.telemetry.start_span("first");
  Span root = r.telemetry.start_span("root");
  first.end();
  (void)r.telemetry.flush();  // page 0 is free again
  const std::string text(600, 't');
  root.add_event(text).add_event(text).set_attribute("a", text);
  Span child = root.start_child("child");
  CHECK(child.is_recording());
  child.end();
  root.end();
  const std::string body = r.sent();
  CHECK(count_of(body, text) == 3);
  CHECK(contains(body, "\"name\":\"child\""));
  check_all_free(r.telemetry);
}

TEST_CASE("a trace takes its share of the pool and no more") {
  RecordingIn<kSmall> r({.caps = {.pages = 2}});
  Span root = r.telemetry.start_span("root");
  std::uint64_t children = 0;
  while (root.start_child("child").is_recording()) {
    ++children;
  }
  CHECK(r.dropped(DropReason::TraceFull) == 1);
  CHECK(r.telemetry.free_pages() == r.telemetry.page_count() - 2);
  CHECK(children > 5);
  root.end();
  (void)r.telemetry.flush();
  CHECK(r.telemetry.report().traces.exported == children + 1);
  check_all_free(r.telemetry);
}

// A day in the life: random use of many spans in little memory. The books balance at every step
// and every page comes back.
void live(std::uint32_t seed) {
  std::mt19937 random(seed);
  RecordingIn<kSmall> r({.caps = {.spans = 20, .pages = 4}});
  r.host.random_byte = static_cast<std::uint8_t>(seed);
  std::vector<Span> spans(12);
  const std::string text(5000, 'x');
  const auto some_text = [&] {
    return std::string_view(text).substr(0, random() % 8 == 0 ? random() % 5000 : random() % 60);
  };
  for (int step = 0; step < 3000; ++step) {
    Span& span = spans[random() % spans.size()];
    Span& other = spans[random() % spans.size()];
    switch (random() % 12) {
      case 0:
        span = r.telemetry.start_span(some_text());
        break;
      case 1: {
        SpanContext caller{.trace_id = {{1}}, .span_id = {{2}}};
        caller.trace_flags = static_cast<std::uint8_t>(random() & 3U);
        caller.trace_state = "a=b,c=d";
        span = r.telemetry.start_span("s", {.parent = RemoteParent(caller)});
        break;
      }
      case 2:
      case 3:
        span = other.start_child(some_text(), {}, {{"a", some_text()}});
        break;
      case 4:
        span.set_attribute("a", some_text());
        break;
      case 5:
        span.set_attribute(DynamicKey(some_text()), 1.5);
        break;
      case 6:
        span.add_event(some_text(), {{"a", some_text()}});
        break;
      case 7:
        span.set_status(StatusCode::Error, some_text()).update_name(some_text());
        break;
      case 8:
      case 9:
        span.end();
        break;
      case 10:
        span = std::move(other);
        break;
      default:
        (void)r.telemetry.flush();
        break;
    }
    REQUIRE(r.telemetry.report().traces.balanced());
  }
  (void)r.telemetry.shutdown();
  spans.clear();
  CHECK(r.telemetry.report().traces.balanced());
  check_all_free(r.telemetry);
  CHECK(r.telemetry.report().traces.exported > 0);
}

TEST_CASE("random use in little memory") {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    live(seed);
  }
}

}  // namespace
