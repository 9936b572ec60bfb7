// Whose child a span is, and what becomes of children of spans that are gone, lost or unsampled.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "record/recording.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;

std::string hex(const SpanId& id) {
  char digits[16];
  id.to_hex(digits);
  return {digits, sizeof digits};
}

TEST_CASE("a child is below its parent, in its trace, with its flags") {
  Recording r;
  Span root = r.telemetry.start_span("root");
  Span child = root.start_child("child", {.kind = SpanKind::Client});
  Span grandchild = child.start_child("grandchild");
  CHECK(child.context().trace_id == root.context().trace_id);
  CHECK(child.context().trace_flags == root.context().trace_flags);
  const std::string root_id = hex(root.context().span_id);
  const std::string child_id = hex(child.context().span_id);
  const std::string grandchild_id = hex(grandchild.context().span_id);
  grandchild.end();
  child.end();
  root.end();
  const std::string body = r.sent();
  CHECK(count_of(body, "parentSpanId") == 2);
  CHECK(contains(body, "\"spanId\":\"" + root_id + R"(","flags":259,"name":"root","kind":1)"));
  CHECK(contains(body, "\"spanId\":\"" + child_id + "\",\"parentSpanId\":\"" + root_id +
                           R"(","flags":259,"name":"child","kind":3)"));
  CHECK(contains(body, "\"spanId\":\"" + grandchild_id + "\",\"parentSpanId\":\"" + child_id));
}

TEST_CASE("flags say where the parent is") {
  Recording r;
  const SpanContext caller{.trace_id = {{1}}, .span_id = {{2}}, .trace_flags = kSampledFlag};
  Span root = r.telemetry.start_span("root", {.parent = RemoteParent(caller)});
  Span child = root.start_child("child");
  child.end();
  root.end();
  const std::string body = r.sent();
  // 0x301: sampled, known, remote; 0x101: sampled, known, local.
  CHECK(contains(body, R"("parentSpanId":"0200000000000000","flags":769,"name":"root")"));
  CHECK(contains(body, R"("flags":257,"name":"child")"));
}

TEST_CASE("a child of a span that has ended is lost and counted, and so are its own") {
  Recording r;
  Span root = r.telemetry.start_span("root");
  Span ended = root.start_child("ended");
  ended.end();
  Span lost = ended.start_child("lost");
  Span also_lost = lost.start_child("also lost");
  for (const Span* span : {&lost, &also_lost}) {
    CHECK_FALSE(span->is_recording());
    CHECK(span->context().is_valid());
    CHECK_FALSE(span->context().is_sampled());
    CHECK(span->context().trace_id == root.context().trace_id);
  }
  CHECK_FALSE(lost.context().span_id == also_lost.context().span_id);
  CHECK(r.dropped(DropReason::ParentEnded) == 2);
  CHECK(root.is_recording());
  CHECK(r.telemetry.report().traces.recorded == 4);
}

struct RecordOnly {
  [[nodiscard]] SamplingResult sample(const TraceSummary&) const {
    return {.decision = Decision::RecordOnly};
  }
};
constexpr RecordOnly kRecordOnly;

TEST_CASE("record-only spans are recorded, propagated unsampled, and dropped at their end") {
  Recording r({.sampler = kRecordOnly});
  Span root = r.telemetry.start_span("root");
  CHECK(root.is_recording());
  CHECK_FALSE(root.context().is_sampled());
  Span child = root.start_child("child");
  CHECK(child.is_recording());
  child.end();
  CHECK(r.dropped(DropReason::NotSampled) == 1);
  Span late = child.start_child("late");
  CHECK(r.dropped(DropReason::ParentEnded) == 1);
  root.end();
  CHECK(r.dropped(DropReason::NotSampled) == 2);
  CHECK(r.telemetry.free_pages() == r.telemetry.page_count());
  CHECK(r.sent().empty());
}

TEST_CASE("record-only spans are no loss that shutdown would report") {
  Recording r({.sampler = kRecordOnly});
  Span root = r.telemetry.start_span("root");
  root.end();
  (void)r.telemetry.shutdown();
  CHECK(r.dropped(DropReason::NotSampled) == 1);
  CHECK(r.host.line_count() == 0);
}

TEST_CASE("spans end in any order; a trace is sent from its root's end on") {
  Recording r;
  Span root = r.telemetry.start_span("root");
  Span a = root.start_child("a");
  Span b = a.start_child("b");
  a.end();
  CHECK(r.sent().empty());
  root.end();
  CHECK(count_of(r.sent(), "\"name\":") == 2);
  CHECK(b.is_recording());
  Span c = b.start_child("c");
  b.end();
  CHECK(count_of(r.sent(), "\"name\":") == 1);
  c.end();
  CHECK(contains(r.sent(), "\"name\":\"c\""));
  CHECK(r.telemetry.report().traces.exported == 4);
  CHECK(r.telemetry.free_pages() == r.telemetry.page_count());
}

TEST_CASE("the cap of spans: 256 are kept, the others counted, each with an id of its own") {
  for (const std::size_t more : {0U, 1U, 44U}) {
    Recording r;
    Span root = r.telemetry.start_span("root");
    for (std::size_t i = 1; i < 256; ++i) {
      Span child = root.start_child("c");
      CHECK(child.is_recording());
    }
    for (std::size_t i = 0; i < more; ++i) {
      Span child = root.start_child("c");
      CHECK_FALSE(child.is_recording());
      CHECK_FALSE(child.context().is_sampled());
    }
    CHECK(r.dropped(DropReason::TraceFull) == more);
    root.end();
    (void)r.telemetry.flush();
    CHECK(r.telemetry.report().traces.exported == 256);
  }
}

TEST_CASE("a cap of no spans refuses even the root, and gives its page back") {
  Recording r({.caps = {.spans = 0}});
  SpanContext caller{.trace_id = {{1}}, .span_id = {{2}}, .trace_flags = kSampledFlag};
  caller.trace_state = "a=b";
  Span root = r.telemetry.start_span("root", {.parent = RemoteParent(caller)});
  CHECK_FALSE(root.context().is_sampled());
  CHECK(r.dropped(DropReason::TraceFull) == 1);
  CHECK(r.telemetry.diagnostic_count(Diagnostic::TracestateTruncated) == 1);  // lost with it
  CHECK(r.telemetry.free_pages() == r.telemetry.page_count());
}

TEST_CASE("an invalid parent passes nothing on") {
  Recording r;
  SpanContext nobody;
  nobody.trace_state = "a=b";
  Span root = r.telemetry.start_span("root", {.parent = RemoteParent(nobody)});
  CHECK(root.context().is_valid());
  CHECK(root.context().trace_state.empty());
}

struct Header {
  template <typename F>
  void for_each(std::string_view name, F f) const {
    f(name == "traceparent" ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" : "a=b");
  }
};

TEST_CASE("a parent that another Telemetry has extracted is copied, and its page goes back") {
  Recording first;
  Recording second;
  // Different pages are free in the two pools.
  Span in_the_way = first.telemetry.start_span("x");
  {
    RemoteParent parent = first.telemetry.extract(Header{});
    CHECK(first.telemetry.free_pages() == first.telemetry.page_count() - 2);
    Span root = second.telemetry.start_span("root", {.parent = std::move(parent)});
    CHECK(root.context().trace_state == "a=b");
    CHECK(first.telemetry.free_pages() == first.telemetry.page_count() - 1);
    CHECK(second.telemetry.free_pages() == second.telemetry.page_count() - 1);
  }
  (void)second.telemetry.shutdown();
  CHECK(second.telemetry.free_pages() == second.telemetry.page_count());
}

struct Opinionated {
  [[nodiscard]] SamplingResult sample(const TraceSummary&) const {
    return {.decision = Decision::RecordAndSample,
            .attributes = attributes,
            .sets_trace_state = true,
            .trace_state = trace_state};
  }
  std::span<const Attribute> attributes;
  std::string_view trace_state;
};

TEST_CASE("a sampler's attributes and trace state are the root's") {
  static constexpr Attribute kAttributes[] = {{"by.sampler", true}, {"a", "sampler"}};
  static constexpr Opinionated kSampler{kAttributes, "ot=th:8"};
  Recording r({.sampler = kSampler});
  Span root = r.telemetry.start_span("root", {.parent = r.telemetry.extract(Header{})},
                                     {{"a", "caller"}, {"b", 1}});
  CHECK(root.context().trace_state == "ot=th:8");
  Span child = root.start_child("child");
  CHECK(child.context().trace_state == "ot=th:8");
  child.end();
  root.end();
  const std::string body = r.sent();
  CHECK(count_of(body, R"("traceState":"ot=th:8")") == 2);
  CHECK(count_of(body, "by.sampler") == 1);
  CHECK(contains(body, R"({"key":"a","value":{"stringValue":"sampler"}},{"key":"b")"));
}

TEST_CASE("a sampler may erase the trace state, and an invalid one is discarded, counted") {
  static constexpr Opinionated kErase{{}, ""};
  Recording r({.sampler = kErase});
  Span root = r.telemetry.start_span("root", {.parent = r.telemetry.extract(Header{})});
  CHECK(root.context().trace_state.empty());
  CHECK(r.telemetry.free_pages() == r.telemetry.page_count() - 1);

  static constexpr Opinionated kInvalid{{}, "NOT VALID"};
  Recording other({.sampler = kInvalid});
  Span other_root = other.telemetry.start_span("root");
  CHECK(other_root.context().trace_state.empty());
  CHECK(other.telemetry.diagnostic_count(Diagnostic::TracestateDiscarded) == 1);
}

}  // namespace
