// Events, links and recorded errors.

#include <doctest/doctest.h>

#include <string>

#include "record/recording.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;

TEST_CASE("events keep their order, also with explicit times, and dropped ones are counted") {
  Recording r({.limits = {.event_count = 3}});
  r.host.step_nano = 0;
  Span span = r.telemetry.start_span("s");
  span.add_event("late", {}, 1'800'000'000'000'000'000).add_event("early", {{"a", 1}}, 5);
  span.add_event("now");
  span.add_event("too many").add_event("too many");
  span.end();
  CHECK(
      tail_of_span(r.sent()) ==
      R"(,"events":[{"timeUnixNano":"1800000000000000000","name":"late"},)"
      R"({"timeUnixNano":"5","name":"early","attributes":[{"key":"a","value":{"intValue":"1"}}]},)"
      R"({"timeUnixNano":"1700000000000000000","name":"now"}],"droppedEventsCount":2)");
}

TEST_CASE("the default limit of events is 128") {
  for (const std::size_t count : {127U, 128U, 129U}) {
    CAPTURE(count);
    Recording r;
    Span span = r.telemetry.start_span("s");
    for (std::size_t i = 0; i < count; ++i) {
      span.add_event("e");
    }
    span.end();
    const std::string tail = tail_of_span(r.sent());
    CHECK(count_of(tail, "\"name\":\"e\"") == (count < 128 ? count : 128));
    CHECK(contains(tail, "\"droppedEventsCount\":1") == (count == 129));
  }
}

TEST_CASE("an event without a name, and one that does not fit") {
  Recording r({.caps = {.pages = 1}});
  Span span = r.telemetry.start_span("s");
  span.add_event(std::string(2000, 'n')).add_event("");
  span.end();
  const std::string tail = tail_of_span(r.sent());
  CHECK(count_of(tail, "timeUnixNano") == 1);
  CHECK(contains(tail, R"("name":""})"));
  CHECK(tail.ends_with(R"(],"droppedEventsCount":1)"));
}

TEST_CASE("an error is an event of the conventions' name") {
  Recording r;
  r.host.step_nano = 0;
  Span span = r.telemetry.start_span("s");
  span.record_error("timeout", "no answer");
  span.end();
  CHECK(tail_of_span(r.sent()) ==
        R"(,"events":[{"timeUnixNano":"1700000000000000000","name":"exception","attributes":[)"
        R"({"key":"exception.type","value":{"stringValue":"timeout"}},)"
        R"({"key":"exception.message","value":{"stringValue":"no answer"}}]}])");
  // and no status: that is the caller's decision
}

TEST_CASE("attributes given with an error win") {
  Recording r;
  Span span = r.telemetry.start_span("s");
  span.record_error("timeout", "no answer",
                    {{"exception.message", "mine"}, {"exception.stacktrace", "at f"}});
  span.end();
  CHECK(contains(r.sent(), R"([{"key":"exception.type","value":{"stringValue":"timeout"}},)"
                           R"({"key":"exception.message","value":{"stringValue":"mine"}},)"
                           R"({"key":"exception.stacktrace","value":{"stringValue":"at f"}}])"));
}

TEST_CASE("links are copied whole, with their own flags and trace state") {
  Recording r;
  std::string state = "vendor=one";
  const Attribute attributes[] = {{"a", "b"}};
  const Link links[] = {
      {.context = {.trace_id = {{0xAB}},
                   .span_id = {{0xCD}},
                   .trace_flags = 3,
                   .is_remote = true,
                   .trace_state = state},
       .attributes = attributes},
      {.context = {.trace_id = {{1}}, .span_id = {{2}}}},
  };
  Span root = r.telemetry.start_span("s", {.links = links});
  state.assign("overwritten");
  Span child = root.start_child("c", {.links = std::span(links).last(1)});
  child.end();
  root.end();
  const std::string body = r.sent();
  CHECK(contains(
      body,
      R"(,"links":[{"traceId":"ab000000000000000000000000000000","spanId":"cd00000000000000",)"
      R"("traceState":"vendor=one","attributes":[{"key":"a","value":{"stringValue":"b"}}],)"
      R"("flags":771},)"
      R"({"traceId":"01000000000000000000000000000000","spanId":"0200000000000000",)"
      R"("flags":256}])"));
  CHECK(count_of(body, "\"links\"") == 2);
}

TEST_CASE("links beyond the limit, and those without memory, are counted") {
  const Link one{.context = {.trace_id = {{1}}, .span_id = {{2}}}};
  const Link three[] = {one, one, one};
  Recording r({.limits = {.link_count = 2}});
  Span span = r.telemetry.start_span("s", {.links = three});
  span.end();
  const std::string tail = tail_of_span(r.sent());
  CHECK(count_of(tail, "\"spanId\"") == 2);
  CHECK(tail.ends_with(R"(],"droppedLinksCount":1)"));

  Recording small({.caps = {.pages = 1}});
  const std::string state(2000, 's');
  const Link large[] = {{.context = {.trace_id = {{1}}, .span_id = {{2}}, .trace_state = state}},
                        one};
  Span other = small.telemetry.start_span("s", {.links = large});
  other.end();
  const std::string other_tail = tail_of_span(small.sent());
  CHECK(count_of(other_tail, "\"spanId\"") == 1);
  CHECK(other_tail.ends_with(R"(],"droppedLinksCount":1)"));
}

}  // namespace
