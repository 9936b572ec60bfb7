// Nothing is sampled without being recorded, in any state of memory: every fill level of the pool,
// of a trace's share, and of a page.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "exported_spans.h"
#include "fixture.h"
#include "headers.h"

namespace afterglow::test {
namespace {

constexpr Probability kAll{1};
constexpr AlwaysRecord kRecordAll{kAlwaysOff};
constexpr UserSampler kOwnState{[](void*, const TraceSummary&) -> SamplingResult {
  static constexpr Attribute kAttributes[] = {{"sampler", "a text of some length"}};
  return {.decision = Decision::RecordAndSample,
          .attributes = kAttributes,
          .sets_trace_state = true,
          .trace_state = "mine=1,other=2",
          .threshold = ThresholdChange::set(0)};
}};
const Sampler kSamplers[] = {kAlwaysOn, kAll, kRecordAll, kOwnState};

// In the span and in what it tells others.
void check_honest(const Span& span, bool may_sample) {
  const bool sampled = span.context().is_sampled();
  CHECK(span.context().is_valid());
  CHECK(sampled == (span.is_recording() && may_sample));
  WrittenHeaders headers;
  span.inject(headers);
  const std::string traceparent = headers.at("traceparent");
  REQUIRE(traceparent.size() == 55);
  CHECK((traceparent[54] == '1' || traceparent[54] == '3') == sampled);
  if (!sampled) {
    CHECK_FALSE(threshold_in(headers.at("tracestate")));
  }
}

HeaderLines caller() {
  return {{{"traceparent", std::string(kTraceparent)},
           {"tracestate", "a=1,ot=th:0;rv:ffffffffffffff"},
           {"baggage", "user=" + std::string(700, 'u')}}};
}

// One request of each kind, its children, and children of what could not be recorded.
void run_requests(Telemetry& telemetry, bool may_sample, const std::string& text) {
  const SpanContext linked{.trace_id = {{1}}, .span_id = {{2}}, .trace_state = "l=1"};
  const Link links[] = {{.context = linked}};
  for (int kind = 0; kind < 4; ++kind) {
    Span root = kind == 0   ? telemetry.start_span("root")
                : kind == 1 ? telemetry.start_span("root", {.parent = telemetry.extract(caller())})
                : kind == 2
                    ? telemetry.start_span(text, {.links = links}, {{"a", text}})
                    : telemetry.start_span(
                          "root", {.parent = telemetry.extract(caller(), Trust::RestartAndLink)});
    check_honest(root, may_sample);
    std::vector<Span> children;
    for (int i = 0; i < 6; ++i) {
      children.push_back((i % 2 == 0 ? root : children.back()).start_child(text, {.links = links}));
      check_honest(children.back(), may_sample);
    }
    children.clear();
    root.end();
    const Span late = root.start_child("late");
    CHECK_FALSE(late.is_recording());
    CHECK_FALSE(late.context().is_sampled());
  }
  CHECK(telemetry.report().traces.balanced());
}

}  // namespace

TEST_CASE("sampled means recorded, however many pages others hold") {
  const std::string text(300, 't');
  for (const Sampler& sampler : kSamplers) {
    const bool may_sample = &sampler != &kSamplers[2];
    FreshInstance<16 * 1024> fresh({.sampler = sampler});
    (void)fresh.telemetry.start_span("first use");
    fresh.telemetry.flush();
    std::vector<Span> held;
    for (std::size_t left = fresh.telemetry.page_count();; --left) {
      CAPTURE(left);
      CHECK(fresh.telemetry.free_pages() == left);
      run_requests(fresh.telemetry, may_sample, text);
      fresh.telemetry.flush();
      if (left == 0) {
        break;
      }
      held.push_back(fresh.telemetry.start_span("held"));
      CHECK(held.back().is_recording());
    }
    CHECK(fresh.telemetry.report().traces.dropped(DropReason::NoMemory) > 0);
    held.clear();
    fresh.telemetry.flush();
    CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
  }
}

TEST_CASE("sampled means recorded, however full a trace's own pages are") {
  for (const Sampler& sampler : kSamplers) {
    const bool may_sample = &sampler != &kSamplers[2];
    for (const std::uint32_t pages : {1U, 2U}) {
      FreshInstance<> fresh({.sampler = sampler, .caps = {.pages = pages}});
      std::uint64_t lost = 0;
      for (std::size_t filled = 0; filled < 1100; ++filled) {
        Span root = fresh.telemetry.start_span(std::string(filled, 'n'));
        check_honest(root, may_sample);
        Span child = root.start_child("child");
        check_honest(child, may_sample);
        lost += child.is_recording() ? 0U : 1U;
        child.end();
        root.end();
        fresh.telemetry.flush();
      }
      CHECK(lost > 0);
      CHECK(fresh.telemetry.report().traces.balanced());
      CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
    }
  }
}

TEST_CASE("sampled means recorded, however much of a page the caller's headers take") {
  for (const Sampler& sampler : kSamplers) {
    const bool may_sample = &sampler != &kSamplers[2];
    FreshInstance<> fresh({.sampler = sampler, .caps = {.pages = 1}});
    std::uint64_t recorded = 0;
    for (std::size_t length = 0; length < 1024; length += 3) {
      const HeaderLines headers{{{"traceparent", std::string(kTraceparent)},
                                 {"tracestate", "ot=th:0,a=" + std::string(length % 257, 's')},
                                 {"baggage", "user=" + std::string(length, 'u')}}};
      Span root = fresh.telemetry.start_span("root", {.parent = fresh.telemetry.extract(headers)});
      check_honest(root, may_sample);
      recorded += root.is_recording() ? 1U : 0U;
      root.end();
      fresh.telemetry.flush();
    }
    CHECK(recorded > 0);
    CHECK(fresh.telemetry.report().traces.dropped() > 0);
    CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
  }
}

TEST_CASE("sampled means recorded after shutdown: nothing is") {
  FreshInstance<> fresh({.sampler = kAll});
  Span open = fresh.telemetry.start_span("open");
  fresh.telemetry.shutdown();
  check_honest(open.start_child("child"), true);
  check_honest(fresh.telemetry.start_span("root"), true);
  CHECK(fresh.telemetry.report().traces.balanced());
}

}  // namespace afterglow::test
