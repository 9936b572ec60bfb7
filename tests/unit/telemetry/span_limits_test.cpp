// The specification's span limits, each at one less, exactly and one more, by the program and by
// the environment, as counts on the wire.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "exported_spans.h"
#include "fixture.h"

namespace afterglow::test {
namespace {

enum class Limited : std::uint8_t {
  Attributes,
  Events,
  Links,
  EventAttributes,
  LinkAttributes,
};

std::vector<Attribute> attributes_of(std::size_t count, std::vector<std::string>& keys) {
  keys.clear();
  for (std::size_t i = 0; i < count; ++i) {
    keys.push_back("k" + std::to_string(i));
  }
  std::vector<Attribute> attributes;
  for (const std::string& key : keys) {
    attributes.push_back({DynamicKey(key), 1});
  }
  return attributes;
}

// Put `count` of them on a span.
void fill(Telemetry& telemetry, Limited what, std::size_t count) {
  std::vector<std::string> keys;
  const std::vector<Attribute> list = attributes_of(count, keys);
  const std::span<const Attribute> attributes(list);
  const SpanContext linked{.trace_id = {{1}}, .span_id = {{2}}};
  Span span = telemetry.start_span("s");
  switch (what) {
    case Limited::Attributes:
      span.set_attributes(attributes);
      return;
    case Limited::Events:
      for (std::size_t i = 0; i < count; ++i) {
        span.add_event("e");
      }
      return;
    case Limited::Links:
      for (std::size_t i = 0; i < count; ++i) {
        span.add_link({.context = linked});
      }
      return;
    case Limited::EventAttributes:
      span.add_event("e", attributes);
      return;
    case Limited::LinkAttributes:
      span.add_link({.context = linked, .attributes = attributes});
      return;
  }
}

struct OnWire {
  std::size_t kept;
  unsigned dropped;
};

OnWire on_wire(const Exported& span, Limited what) {
  switch (what) {
    case Limited::Attributes:
      return {span.count("attributes"), span.number("droppedAttributesCount")};
    case Limited::Events:
      return {span.count("events"), span.number("droppedEventsCount")};
    case Limited::Links:
      return {span.count("links"), span.number("droppedLinksCount")};
    case Limited::EventAttributes:
      return {span.item("events", 0).count("attributes"),
              span.item("events", 0).number("droppedAttributesCount")};
    default:
      return {span.item("links", 0).count("attributes"),
              span.item("links", 0).number("droppedAttributesCount")};
  }
}

void check_limit(const Config& config, std::span<const host::Pair> environment, Limited what,
                 std::size_t limit) {
  CAPTURE(static_cast<int>(what));
  for (std::size_t count = limit == 0 ? 0 : limit - 1; count <= limit + 1; ++count) {
    CAPTURE(count);
    FreshInstance<256 * 1024> fresh(config);
    fresh.host.environment = environment;
    fill(fresh.telemetry, what, count);
    fresh.telemetry.flush();
    const auto spans = spans_of(fresh.host);
    REQUIRE(spans.size() == 1);
    const OnWire seen = on_wire(spans[0], what);
    CHECK(seen.kept == (count < limit ? count : limit));
    CHECK(seen.dropped == (count <= limit ? 0 : 1));
  }
}

SpanLimits limited(Limited what, std::uint32_t limit) {
  SpanLimits limits;
  std::uint32_t* const fields[] = {&limits.attribute_count, &limits.event_count, &limits.link_count,
                                   &limits.attribute_per_event_count,
                                   &limits.attribute_per_link_count};
  *fields[static_cast<std::size_t>(what)] = limit;
  return limits;
}

constexpr Limited kAllOfThem[] = {Limited::Attributes, Limited::Events, Limited::Links,
                                  Limited::EventAttributes, Limited::LinkAttributes};
constexpr std::string_view kVariables[] = {
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_SPAN_EVENT_COUNT_LIMIT", "OTEL_SPAN_LINK_COUNT_LIMIT",
    "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT"};

// Attributes of the kinds that the span, an event and a link hold, of one text.
Exported with_text(const Config& config, std::span<const host::Pair> environment,
                   std::string_view text) {
  const std::string_view list[] = {text, "b"};
  const Attribute attributes[] = {{"text", text}, {"list", list}};
  const Link links[] = {
      {.context = {.trace_id = {{1}}, .span_id = {{2}}}, .attributes = attributes}};
  FreshInstance<> fresh(config);
  fresh.host.environment = environment;
  Span span = fresh.telemetry.start_span("s", {.links = links}, attributes);
  span.add_event("e", attributes).set_attribute("text", text);
  span.end();
  fresh.telemetry.flush();
  const auto spans = spans_of(fresh.host);
  REQUIRE(spans.size() == 1);
  return spans[0];
}

std::string first_of_list(const Exported& item) {
  const vectors::Json* list = item.json.find("attributes");
  return list->items.at(1).find("value")->items.at(0).items.at(0).items.at(0).items.at(0).text;
}

void check_text(const Exported& span, std::string_view expected) {
  for (const Exported& item : {span, span.item("events", 0), span.item("links", 0)}) {
    CHECK(item.attribute("text") == expected);
    CHECK(first_of_list(item) == expected);
    CHECK(item.number("droppedAttributesCount") == 0);  // cut is not dropped
  }
}

}  // namespace

TEST_CASE("span limits: each default is 128") {
  for (const Limited what : kAllOfThem) {
    check_limit({}, {}, what, 128);
  }
}

TEST_CASE("span limits: each as the program sets it, and none touches another") {
  for (const Limited what : kAllOfThem) {
    for (const std::uint32_t limit : {0U, 1U, 2U, 7U, 130U}) {
      CAPTURE(limit);
      check_limit({.limits = limited(what, limit)}, {}, what, limit);
    }
    for (const Limited other : kAllOfThem) {
      if (other != what && what != Limited::Events && what != Limited::Links) {
        check_limit({.limits = limited(what, 1)}, {}, other, 128);
      }
    }
  }
}

TEST_CASE("span limits: each from the environment, which wins over the program") {
  for (const Limited what : kAllOfThem) {
    const host::Pair environment[] = {{kVariables[static_cast<std::size_t>(what)], "3"}};
    check_limit({.limits = limited(what, 5)}, environment, what, 3);
    const host::Pair bad[] = {{kVariables[static_cast<std::size_t>(what)], "-3"}};
    check_limit({.limits = limited(what, 5)}, bad, what, 5);
  }
}

TEST_CASE("span limits: the general number of attributes gives way to that of spans alone") {
  static constexpr host::Pair kGeneral[] = {{"OTEL_ATTRIBUTE_COUNT_LIMIT", "4"}};
  check_limit({}, kGeneral, Limited::Attributes, 4);
  check_limit({}, kGeneral, Limited::EventAttributes, 128);
  static constexpr host::Pair kBoth[] = {{"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "6"},
                                         {"OTEL_ATTRIBUTE_COUNT_LIMIT", "4"}};
  check_limit({}, kBoth, Limited::Attributes, 6);
}

TEST_CASE("span limits: overwriting at the limit works, also at the limit of an event") {
  FreshInstance<> fresh({.limits = {.attribute_count = 2, .attribute_per_event_count = 2}});
  Span span = fresh.telemetry.start_span("s", {}, {{"a", 1}, {"b", 2}});
  span.set_attribute("c", 3).set_attribute("a", "new").set_attribute("b", 20);
  span.add_event("e", {{"a", 1}, {"b", 2}, {"c", 3}, {"a", "new"}});
  span.end();
  fresh.telemetry.flush();
  const Exported sent = spans_of(fresh.host).at(0);
  CHECK(sent.attribute("a") == "new");
  CHECK(sent.attribute("b") == "20");
  CHECK(sent.count("attributes") == 2);
  CHECK(sent.number("droppedAttributesCount") == 1);
  CHECK(sent.item("events", 0).attribute("a") == "new");
  CHECK(sent.item("events", 0).count("attributes") == 2);
  CHECK(sent.item("events", 0).number("droppedAttributesCount") == 1);
}

TEST_CASE("span limits: values are cut by characters, not bytes, in spans, events and links") {
  // One, two, three and four bytes.
  constexpr std::string_view kText = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z";
  constexpr std::string_view kCut[] = {
      "",    "a",  "a\xC3\xA4", "a\xC3\xA4\xE2\x82\xAC", "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80",
      kText, kText};
  for (std::uint32_t limit = 0; limit < 7; ++limit) {
    CAPTURE(limit);
    check_text(with_text({.limits = {.attribute_value_length = limit}}, {}, kText), kCut[limit]);
    const std::string number = std::to_string(limit);
    const host::Pair general[] = {{"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", number}};
    check_text(with_text({}, general, kText), kCut[limit]);
    const host::Pair own[] = {{"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "1"},
                              {"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", number}};
    check_text(with_text({}, own, kText), kCut[limit]);
  }
  check_text(with_text({}, {}, kText), kText);
}

TEST_CASE("span limits: invalid UTF-8 counts a character a byte and leaves as U+FFFD") {
  const Exported span = with_text({.limits = {.attribute_value_length = 2}}, {}, "\xFF\xFEz");
  CHECK(span.attribute("text") == "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("span limits: names, keys and statuses are not cut") {
  FreshInstance<> fresh({.limits = {.attribute_value_length = 1}});
  Span span = fresh.telemetry.start_span("name", {}, {{"long.key", "value"}});
  span.set_status(StatusCode::Error, "message").add_event("event");
  span.end();
  fresh.telemetry.flush();
  const Exported sent = spans_of(fresh.host).at(0);
  CHECK(sent.name() == "name");
  CHECK(sent.attribute("long.key") == "v");
  CHECK(sent.item("events", 0).name() == "event");
  CHECK(sent.json.find("status")->find("message")->text == "message");
}

}  // namespace afterglow::test
