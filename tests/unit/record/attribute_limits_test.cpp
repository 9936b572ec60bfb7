// Lists of attributes: the last value wins, limits count distinct keys, what is lost is counted.

#include <doctest/doctest.h>

#include <string>

#include "record/recording.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;

std::string numbered(int i) {
  return "key." + std::to_string(i);
}

// What is sent of a span that gets the keys 0 … count - 1 under a limit of 128.
std::string with_keys(int count) {
  Recording r;
  Span span = r.telemetry.start_span("s");
  for (int i = 0; i < count; ++i) {
    span.set_attribute(DynamicKey(numbered(i)), i);
  }
  span.end();
  return tail_of_span(r.sent());
}

TEST_CASE("a key set twice keeps its place and takes the last value, of any type") {
  Recording r;
  Span span = r.telemetry.start_span("s", {}, {{"a", 1}, {"b", 2}, {"a", "three"}});
  span.set_attribute("b", true)
      .set_attribute(DynamicKey("a"), 4.5)
      .set_attributes({{"c", 5}, {"b", 6}});
  span.end();
  CHECK(tail_of_span(r.sent()) ==
        R"(,"attributes":[{"key":"a","value":{"doubleValue":4.5}},)"
        R"({"key":"b","value":{"intValue":"6"}},{"key":"c","value":{"intValue":"5"}}])");
}

TEST_CASE("the default limit: 127, 128 and 129 keys") {
  CHECK(count_of(with_keys(127), "\"key\":") == 127);
  CHECK_FALSE(contains(with_keys(127), "dropped"));
  CHECK(count_of(with_keys(128), "\"key\":") == 128);
  CHECK_FALSE(contains(with_keys(128), "dropped"));
  const std::string over = with_keys(129);
  CHECK(count_of(over, "\"key\":") == 128);
  CHECK(contains(over, "key.127"));
  CHECK_FALSE(contains(over, "key.128"));  // the new one is dropped
  CHECK(over.ends_with(R"(],"droppedAttributesCount":1)"));
}

TEST_CASE("overwriting at the limit succeeds") {
  Recording r({.limits = {.attribute_count = 2}});
  Span span = r.telemetry.start_span("s", {}, {{"a", 1}, {"b", 2}, {"c", 3}});
  span.set_attribute("a", 10).set_attribute("d", 4).set_attribute("b", 20);
  span.end();
  CHECK(tail_of_span(r.sent()) ==
        R"(,"attributes":[{"key":"a","value":{"intValue":"10"}},)"
        R"({"key":"b","value":{"intValue":"20"}}],"droppedAttributesCount":2)");
}

TEST_CASE("a limit of nothing drops everything, counted") {
  Recording r({.limits = {.attribute_count = 0}});
  Span span = r.telemetry.start_span("s", {}, {{"a", 1}});
  span.set_attribute("b", 2);
  span.end();
  CHECK(tail_of_span(r.sent()) == R"(,"droppedAttributesCount":2)");
}

TEST_CASE("empty keys are dropped, counted") {
  Recording r;
  Span span = r.telemetry.start_span("s", {}, {{DynamicKey(""), 1}});
  span.set_attribute(DynamicKey({}), "x").set_attribute("a", 1);
  span.end();
  CHECK(tail_of_span(r.sent()) ==
        R"(,"attributes":[{"key":"a","value":{"intValue":"1"}}],"droppedAttributesCount":2)");
}

TEST_CASE("run-time keys are copied and escaped") {
  Recording r;
  Span span = r.telemetry.start_span("s");
  {
    std::string key = "a\"\n\xFF";
    span.set_attribute(DynamicKey(key), 1);
    key.assign("gone");
  }
  span.end();
  CHECK(tail_of_span(r.sent()) ==
        ","
        R"("attributes":[{"key":"a\"\n)"
        "\xEF\xBF\xBD"
        R"(","value":{"intValue":"1"}}])");
}

TEST_CASE("the longest key is 65535 bytes; one more is dropped, counted") {
  const std::string longest(65'535, 'k');
  const std::string too_long(65'536, 'k');
  Recording r;
  Span span = r.telemetry.start_span("s");
  span.set_attribute(DynamicKey(too_long), 1);
  span.set_attribute(DynamicKey(longest), 2);
  span.set_attribute(DynamicKey(longest), 3);
  span.end();
  CHECK(tail_of_span(r.sent()) == ",\"attributes\":[{\"key\":\"" + longest +
                                      R"(","value":{"intValue":"3"}}],"droppedAttributesCount":1)");
}

TEST_CASE("a value that does not fit is dropped whole; the old value of its key stays") {
  Recording r({.caps = {.pages = 2}});
  Span span = r.telemetry.start_span("s", {}, {{"a", "old"}});
  const std::string large(3000, 'x');
  const std::string_view texts[] = {"small", large};
  span.set_attribute("a", large).set_attribute("b", large).set_attribute("c", texts);
  span.set_attribute("d", "fits");
  span.end();
  CHECK(tail_of_span(r.sent()) ==
        R"(,"attributes":[{"key":"a","value":{"stringValue":"old"}},)"
        R"({"key":"d","value":{"stringValue":"fits"}}],"droppedAttributesCount":3)");
  CHECK(r.telemetry.free_pages() == r.telemetry.page_count());
}

TEST_CASE("more elements than memory could hold are dropped, not believed") {
  Recording r;
  Span span = r.telemetry.start_span("s");
  const std::int64_t one = 1;
  // The length is looked at before the elements: they are never read.
  span.set_attribute("a", std::span<const std::int64_t>(&one, 0x0FFF'FFFF));
  span.set_attribute("b", std::span<const std::int64_t>(&one, 0x1000'0001));  // 16 bytes in 32 bits
  span.end();
  CHECK(tail_of_span(r.sent()) == R"(,"droppedAttributesCount":2)");
}

TEST_CASE("limits of events and links are their own") {
  Recording r({.limits = {.attribute_per_event_count = 1, .attribute_per_link_count = 2}});
  const Attribute three[] = {{"a", 1}, {"b", 2}, {"c", 3}};
  const Link links[] = {{.context = {.trace_id = {{1}}, .span_id = {{2}}}, .attributes = three}};
  Span span = r.telemetry.start_span("s", {.links = links}, three);
  span.add_event("e", three);
  span.end();
  const std::string body = r.sent();
  CHECK(contains(body, R"("name":"e","attributes":[{"key":"a","value":{"intValue":"1"}}],)"
                       R"("droppedAttributesCount":2}])"));
  CHECK(contains(body, R"("attributes":[{"key":"a","value":{"intValue":"1"}},)"
                       R"({"key":"b","value":{"intValue":"2"}}],"droppedAttributesCount":1,)"
                       R"("flags":256}])"));
  CHECK(count_of(body, "droppedAttributesCount") == 2);
}

}  // namespace
