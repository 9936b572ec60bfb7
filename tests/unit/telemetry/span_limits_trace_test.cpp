// Our own caps of a local trace, spans and memory, at one less, exactly and one more; and links
// that come after the start.

#include <doctest/doctest.h>

#include <string>

#include "exported_spans.h"
#include "fixture.h"

namespace afterglow::test {
namespace {

constexpr SpanContext kLinked{.trace_id = {{0xAB}}, .span_id = {{0xCD}}, .trace_flags = 1};

}  // namespace

TEST_CASE("caps: spans of a local trace, 256 unless the program says otherwise") {
  for (const std::uint32_t cap : {256U, 1U, 2U}) {
    for (std::uint32_t count = cap - 1; count <= cap + 1; ++count) {
      CAPTURE(cap);
      CAPTURE(count);
      FreshInstance<256 * 1024> fresh(cap == 256 ? Config{} : Config{.caps = {.spans = cap}});
      if (count == 0) {
        continue;
      }
      Span root = fresh.telemetry.start_span("root");
      for (std::uint32_t i = 1; i < count; ++i) {
        Span child = root.start_child("child");
        CHECK(child.is_recording() == (i < cap));
        CHECK(child.context().is_sampled() == (i < cap));
      }
      root.end();
      const SignalReport books = fresh.telemetry.flush().traces;
      CHECK(books.recorded == count);
      CHECK(books.exported == (count < cap ? count : cap));
      CHECK(books.dropped(DropReason::TraceFull) == (count <= cap ? 0 : 1));
      // The next trace has a cap of its own.
      CHECK(fresh.telemetry.start_span("next").is_recording());
    }
  }
}

TEST_CASE("caps: a cap of no span at all records nothing, counted") {
  FreshInstance<> fresh({.caps = {.spans = 0}});
  const Span root = fresh.telemetry.start_span("root");
  CHECK_FALSE(root.is_recording());
  CHECK_FALSE(root.context().is_sampled());
  CHECK(fresh.telemetry.report().traces.dropped(DropReason::TraceFull) == 1);
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
}

TEST_CASE("caps: memory of a local trace, to the page") {
  for (const std::uint32_t cap : {1U, 2U, 3U, 5U}) {
    CAPTURE(cap);
    FreshInstance<> fresh({.caps = {.pages = cap}});
    Span root = fresh.telemetry.start_span("root");
    const std::size_t all = fresh.telemetry.page_count();
    CHECK(fresh.telemetry.free_pages() == all - 1);
    const std::string text(1024, 'x');  // a page each, and its attribute in what is left of another
    for (std::uint32_t i = 1; i < cap; ++i) {
      root.add_event(text);
    }
    CHECK(fresh.telemetry.free_pages() >= all - cap);
    for (int i = 0; i < 200; ++i) {
      root.add_event("small");
    }
    CHECK(fresh.telemetry.free_pages() == all - cap);
    CHECK_FALSE(root.start_child("child").is_recording());
    CHECK(fresh.telemetry.report().traces.dropped(DropReason::TraceFull) == 1);
    root.end();
    fresh.telemetry.flush();
    CHECK(spans_of(fresh.host).at(0).number("droppedEventsCount") > 0);
    CHECK(fresh.telemetry.free_pages() == all);
  }
}

TEST_CASE("caps: a tail-dropped trace had the same, and gives it all back") {
  static constexpr TailPolicy kTail{.threshold = kThresholdOfNothing};
  FreshInstance<> fresh({.tail = kTail, .caps = {.spans = 3, .pages = 2}});
  Span root = fresh.telemetry.start_span("root");
  for (int i = 0; i < 5; ++i) {
    root.start_child("child").add_event(std::string(500, 'e'));
  }
  root.end();
  const SignalReport books = fresh.telemetry.report().traces;
  CHECK(books.dropped(DropReason::TailDropped) == 3);
  CHECK(books.dropped(DropReason::TraceFull) == 3);
  CHECK(books.balanced());
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
}

TEST_CASE("a link after the start is copied whole, behind those of the start") {
  FreshInstance<> fresh;
  std::string state = "vendor=one";
  std::string value = "b";
  Attribute attributes[] = {{"a", value}, {"n", 7}};
  Link link{.context = kLinked, .attributes = attributes};
  link.context.trace_state = state;
  link.context.is_remote = true;
  const Link first[] = {{.context = {.trace_id = {{1}}, .span_id = {{2}}}}};
  Span span = fresh.telemetry.start_span("s", {.links = first});
  span.add_link(link).set_attribute("after", true);
  state.assign("overwritten");
  value.assign("x");
  span.end();
  fresh.telemetry.flush();
  const Exported sent = spans_of(fresh.host).at(0);
  REQUIRE(sent.count("links") == 2);
  CHECK(sent.item("links", 0).text("traceId") == "01000000000000000000000000000000");
  const Exported added = sent.item("links", 1);
  CHECK(added.text("traceId") == "ab000000000000000000000000000000");
  CHECK(added.text("spanId") == "cd00000000000000");
  CHECK(added.text("traceState") == "vendor=one");
  CHECK(added.attribute("a") == "b");
  CHECK(added.attribute("n") == "7");
  CHECK(added.number("flags") == 0x301);
  CHECK(sent.attribute("after") == "true");
}

TEST_CASE("links of the start and later ones share one limit") {
  const Link one{.context = kLinked};
  const Link two[] = {one, one};
  for (int later = 0; later <= 2; ++later) {
    FreshInstance<> fresh({.limits = {.link_count = 3}});
    Span span = fresh.telemetry.start_span("s", {.links = two});
    for (int i = 0; i < later; ++i) {
      span.add_link(one);
    }
    span.end();
    fresh.telemetry.flush();
    const Exported sent = spans_of(fresh.host).at(0);
    CHECK(sent.count("links") == (later == 0 ? 2 : 3));
    CHECK(sent.number("droppedLinksCount") == (later == 2 ? 1 : 0));
  }
}

TEST_CASE("a link on a span that has ended, is not sampled, or never was: nothing") {
  FreshInstance<> fresh;
  Span root = fresh.telemetry.start_span("root");
  Span child = root.start_child("child");
  child.end();
  child.add_link({.context = kLinked});
  root.end();
  root.add_link({.context = kLinked});
  Span inert;
  inert.add_link({.context = kLinked});
  fresh.telemetry.flush();
  root.add_link({.context = kLinked});
  for (const Exported& span : spans_of(fresh.host)) {
    CHECK(span.count("links") == 0);
    CHECK(span.number("droppedLinksCount") == 0);
  }
  CHECK(names_of(spans_of(fresh.host)) == "root child");

  FreshInstance<> other({.sampler = kAlwaysOff});
  Span unsampled = other.telemetry.start_span("unsampled");
  unsampled.add_link({.context = kLinked});
  unsampled.end();
  other.telemetry.flush();
  CHECK(other.host.sent_count() == 0);
  CHECK(other.telemetry.free_pages() == other.telemetry.page_count());
}

TEST_CASE("a link that does not fit is dropped whole, counted; the next one may fit") {
  FreshInstance<> fresh({.caps = {.pages = 1}});
  Span span = fresh.telemetry.start_span("s");
  const std::string state(2000, 's');
  Link large{.context = kLinked};
  large.context.trace_state = state;
  span.add_link(large).add_link({.context = kLinked});
  span.end();
  fresh.telemetry.flush();
  const Exported sent = spans_of(fresh.host).at(0);
  CHECK(sent.count("links") == 1);
  CHECK(sent.number("droppedLinksCount") == 1);
  CHECK(sent.item("links", 0).text("traceState") == "(none)");
}

}  // namespace afterglow::test
