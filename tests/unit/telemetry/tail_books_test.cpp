// What tail rules drop: the books at every step, memory at once, nothing encoded.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "exported_spans.h"
#include "fixture.h"
#include "headers.h"

namespace afterglow::test {
namespace {

constexpr TailRule kErrors[] = {keep_errors("errors")};
constexpr TailPolicy kKeepErrors{.rules = kErrors};
constexpr TailPolicy kErrorsOnly{.rules = kErrors, .threshold = kThresholdOfNothing};
constexpr AlwaysRecord kRecordAll{kAlwaysOff};

struct Columns {
  std::uint64_t recorded = 0;
  std::uint64_t open = 0;
  std::uint64_t waiting = 0;
  std::uint64_t exported = 0;
  std::uint64_t dropped = 0;  // for the reason of the test, and for no other
};

void check_books(const Telemetry& telemetry, const Columns& expected, DropReason reason) {
  const SignalReport books = telemetry.report().traces;
  CHECK(books.balanced());
  CHECK(books.recorded == expected.recorded);
  CHECK(books.open == expected.open);
  CHECK(books.waiting == expected.waiting);
  CHECK(books.exported == expected.exported);
  CHECK(books.dropped(reason) == expected.dropped);
  CHECK(books.dropped() == expected.dropped);
}

// Sampled at the start, or recorded only; either is dropped without an error.
struct Start {
  Sampler sampler;
  DropReason reason;
};
const Start kStarts[] = {{kAlwaysOn, DropReason::TailDropped},
                         {kRecordAll, DropReason::NotSampled}};

}  // namespace

TEST_CASE("a dropped trace: its books at every step, its memory at once, nothing sent") {
  for (const Start& start : kStarts) {
    FreshInstance<> fresh({.sampler = start.sampler, .tail = kErrorsOnly});
    Telemetry& telemetry = fresh.telemetry;
    Span root = telemetry.start_span("root", {}, {{"a", std::string(3000, 'x')}});
    check_books(telemetry, {.recorded = 1, .open = 1}, start.reason);
    CHECK(telemetry.free_pages() < telemetry.page_count());
    Span child = root.start_child("child");
    check_books(telemetry, {.recorded = 2, .open = 2}, start.reason);
    child.end();
    check_books(telemetry, {.recorded = 2, .open = 1, .waiting = 1}, start.reason);
    telemetry.flush();
    check_books(telemetry, {.recorded = 2, .open = 1, .waiting = 1}, start.reason);
    root.end();
    check_books(telemetry, {.recorded = 2, .dropped = 2}, start.reason);
    CHECK(telemetry.free_pages() == telemetry.page_count());
    CHECK(telemetry.flush().status == FlushStatus::Nothing);
    CHECK(fresh.host.sent_count() == 0);
    CHECK(fresh.host.count(Call::Send) == 0);
  }
}

TEST_CASE("a kept trace: its books at every step") {
  for (const Start& start : kStarts) {
    FreshInstance<> fresh({.sampler = start.sampler, .tail = kErrorsOnly});
    Telemetry& telemetry = fresh.telemetry;
    Span root = telemetry.start_span("root");
    root.start_child("child").set_status(StatusCode::Error).end();
    root.end();
    check_books(telemetry, {.recorded = 2, .waiting = 2}, start.reason);
    CHECK(telemetry.flush().status == FlushStatus::Sent);
    check_books(telemetry, {.recorded = 2, .exported = 2}, start.reason);
    CHECK(telemetry.free_pages() == telemetry.page_count());
  }
}

TEST_CASE("children that are open when their trace is dropped hold its memory until they end") {
  for (const Start& start : kStarts) {
    FreshInstance<> fresh({.sampler = start.sampler, .tail = kErrorsOnly});
    Telemetry& telemetry = fresh.telemetry;
    Span root = telemetry.start_span("root");
    Span first = root.start_child("first");
    Span second = root.start_child("second");
    root.end();
    check_books(telemetry, {.recorded = 3, .open = 2, .dropped = 1}, start.reason);
    CHECK(telemetry.free_pages() == telemetry.page_count() - 1);
    CHECK(first.is_recording());
    first.end();
    check_books(telemetry, {.recorded = 3, .open = 1, .dropped = 2}, start.reason);
    Span grandchild = second.start_child("grandchild");
    second.set_status(StatusCode::Error);
    second.end();
    check_books(telemetry, {.recorded = 4, .open = 1, .dropped = 3}, start.reason);
    telemetry.flush();
    grandchild.end();
    check_books(telemetry, {.recorded = 4, .dropped = 4}, start.reason);
    CHECK(telemetry.free_pages() == telemetry.page_count());
    CHECK(fresh.host.sent_count() == 0);
  }
}

TEST_CASE("children that are open when their trace is kept leave with a later flush") {
  for (const Start& start : kStarts) {
    FreshInstance<> fresh({.sampler = start.sampler, .tail = kErrorsOnly});
    Telemetry& telemetry = fresh.telemetry;
    Span root = telemetry.start_span("root");
    root.set_status(StatusCode::Error);
    Span late = root.start_child("late");
    root.end();
    telemetry.flush();
    check_books(telemetry, {.recorded = 2, .open = 1, .exported = 1}, start.reason);
    late.end();
    telemetry.flush();
    check_books(telemetry, {.recorded = 2, .exported = 2}, start.reason);
    CHECK(names_of(spans_of(fresh.host)) == "root late");
    CHECK(telemetry.free_pages() == telemetry.page_count());
  }
}

TEST_CASE("shutdown judges an open root like any other") {
  for (const Start& start : kStarts) {
    for (const bool fails : {false, true}) {
      FreshInstance<> fresh({.sampler = start.sampler, .tail = kErrorsOnly});
      Telemetry& telemetry = fresh.telemetry;
      Span root = telemetry.start_span("root");
      root.start_child("ended").end();
      Span open = root.start_child("open");
      open.set_status(fails ? StatusCode::Error : StatusCode::Unset);
      telemetry.shutdown();
      const std::uint64_t kept = fails ? 3 : 0;
      check_books(telemetry, {.recorded = 3, .exported = kept, .dropped = 3 - kept}, start.reason);
      CHECK(telemetry.free_pages() == telemetry.page_count());
      const auto spans = spans_of(fresh.host);
      CHECK(names_of(spans) == (fails ? "root ended open" : ""));
      if (fails) {
        CHECK(spans[0].attribute("afterglow.unfinished") == "true");
        CHECK(spans[0].rule() == "errors");
        CHECK(spans[1].attribute("afterglow.unfinished") == "(none)");
        CHECK(spans[2].attribute("afterglow.unfinished") == "true");
      }
      CHECK(fresh.host.line_count() == 0);  // nothing was lost: it was not wanted
      root.end();
      open.end();
    }
  }
}

TEST_CASE("a flush that drops nothing and sends nothing says so, whatever rules dropped before") {
  FreshInstance<> fresh({.sampler = kAlwaysOn, .tail = kErrorsOnly});
  fresh.telemetry.start_span("dropped").end();
  fresh.telemetry.start_span("kept").set_status(StatusCode::Error).end();
  CHECK(fresh.telemetry.flush().status == FlushStatus::Sent);
  fresh.telemetry.start_span("dropped").end();
  CHECK(fresh.telemetry.flush().status == FlushStatus::Nothing);
}

TEST_CASE("interleaved traces are judged each by its own") {
  constexpr std::size_t kTraces = 20;
  FreshInstance<> fresh({.sampler = kRecordAll, .tail = kKeepErrors});
  std::vector<Span> roots(kTraces);
  std::vector<Span> children(kTraces);
  for (std::size_t i = 0; i < kTraces; ++i) {
    roots[i] = fresh.telemetry.start_span("root" + std::to_string(i));
  }
  for (std::size_t i = 0; i < kTraces; ++i) {
    children[kTraces - 1 - i] =
        roots[kTraces - 1 - i].start_child("child" + std::to_string(kTraces - 1 - i));
  }
  for (std::size_t i = 0; i < kTraces; ++i) {
    if (i % 3 == 0) {
      children[i].set_status(StatusCode::Error);
    }
  }
  std::string expected;
  for (std::size_t i = 0; i < kTraces; ++i) {
    const std::size_t free_before = fresh.telemetry.free_pages();
    children[i].end();
    roots[i].end();
    CHECK(fresh.telemetry.free_pages() == free_before + (i % 3 == 0 ? 0 : 1));
    CHECK(fresh.telemetry.report().traces.balanced());
    if (i % 3 == 0) {
      expected +=
          (expected.empty() ? "root" : " root") + std::to_string(i) + " child" + std::to_string(i);
    }
  }
  fresh.telemetry.flush();
  const auto spans = spans_of(fresh.host);
  CHECK(names_of(spans) == expected);
  for (std::size_t i = 0; i < spans.size(); i += 2) {
    CHECK(spans[i].text("traceId") == spans[i + 1].text("traceId"));
    CHECK(spans[i].rule() == "errors");
  }
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
}

TEST_CASE("ten thousand dropped traces in one instance: memory stays flat") {
  for (const Start& start : kStarts) {
    FreshInstance<> fresh({.sampler = start.sampler, .tail = kErrorsOnly});
    const std::string text(1500, 'x');
    std::uint64_t not_flat = 0;
    for (int i = 0; i < 10'000; ++i) {
      Span root = fresh.telemetry.start_span("root", {.kind = SpanKind::Server}, {{"a", text}});
      root.start_child("child").add_event("event", {{"b", i}}).end();
      root.end();
      not_flat += fresh.telemetry.free_pages() == fresh.telemetry.page_count() ? 0U : 1U;
    }
    CHECK(not_flat == 0);
    check_books(fresh.telemetry, {.recorded = 20'000, .dropped = 20'000}, start.reason);
    fresh.telemetry.start_span("one").set_status(StatusCode::Error).end();
    fresh.telemetry.flush();
    CHECK(names_of(spans_of(fresh.host)) == "one");
  }
}

TEST_CASE("a trace that fills its memory is kept without the rule's name, counted, never with th") {
  static constexpr TailRule kRules[] = {drop_instead(keep_attribute("health", "health")),
                                        keep_errors("errors")};
  static constexpr TailPolicy kTail{.rules = kRules};
  static constexpr Probability kAll{1};
  static constexpr Sampler kSamplers[] = {kAll, kRecordAll};
  for (const Sampler& sampler : kSamplers) {
    FreshInstance<> fresh({.sampler = sampler, .tail = kTail, .caps = {.pages = 1}});
    Span root = fresh.telemetry.start_span("root");
    root.set_status(StatusCode::Error);
    for (int i = 0; i < 100; ++i) {
      root.add_event("");
    }
    root.end();
    fresh.telemetry.flush();
    const auto spans = spans_of(fresh.host);
    REQUIRE(spans.size() == 1);
    CHECK(spans[0].trace_state() == "(none)");
    CHECK(spans[0].rule() == "(none)");
    CHECK(spans[0].number("droppedAttributesCount") == (&sampler == &kSamplers[1] ? 1 : 0));
    CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
  }
}

TEST_CASE("a disabled SDK asks no rule") {
  static constexpr host::Pair kOff[] = {{"OTEL_SDK_DISABLED", "true"}};
  static int asked = 0;
  asked = 0;
  static constexpr TailRule kRules[] = {keep_if("all", [](void*, const TraceOutcome&) {
    ++asked;
    return true;
  })};
  static constexpr TailPolicy kTail{.rules = kRules};
  FreshInstance<> fresh({.tail = kTail});
  fresh.host.environment = kOff;
  fresh.telemetry.start_span("root").set_status(StatusCode::Error).end();
  fresh.telemetry.shutdown();
  CHECK(asked == 0);
  CHECK(fresh.host.sent_count() == 0);
}

}  // namespace afterglow::test
