// Whole documents, read back with RapidJSON and compared field by field.

#include <afterglow/afterglow.h>
#include <afterglow/version.h>
#include <doctest/doctest.h>
#include <fake_host.h>
#include <rapidjson/document.h>

#include <cstdint>
#include <initializer_list>
#include <random>
#include <set>
#include <string>

#include "base/utf8.h"
#include "record/recording.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;
using Json = rapidjson::Value;

rapidjson::Document parse(const std::string& text) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseValidateEncodingFlag>(text.c_str());
  CHECK_FALSE(document.HasParseError());
  return document;
}

// Exactly these members, in any order.
void check_members(const Json& object, std::initializer_list<const char*> names) {
  CHECK(object.MemberCount() == names.size());
  for (const char* name : names) {
    CAPTURE(name);
    CHECK(object.HasMember(name));
  }
}

const Json& value_of(const Json& attributes, const char* key) {
  static const Json kNone;
  for (const Json& attribute : attributes.GetArray()) {
    check_members(attribute, {"key", "value"});
    if (attribute["key"] == key) {
      return attribute["value"];
    }
  }
  FAIL_CHECK(key << " is not there");
  return kNone;
}

const Json& first_span(const rapidjson::Document& document) {
  return document["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
}

TEST_CASE("the resource says who and with what") {
  constexpr Attribute kOwn[] = {{"deployment.environment.name", "production"}, {"cores", 4}};
  const host::Pair platform[] = {{"cloud.region", "fra"}, {"cores", "8"}};
  Recording r({.service_name = "cart",
               .service_version = "1.4",
               .service_namespace = "shop",
               .resource = kOwn});
  r.host.platform = platform;
  Span span = r.telemetry.start_span("s");
  span.end();
  const rapidjson::Document document = parse(r.sent());
  check_members(document, {"resourceSpans"});
  REQUIRE(document["resourceSpans"].Size() == 1);
  const Json& group = document["resourceSpans"][0];
  check_members(group, {"resource", "scopeSpans"});
  check_members(group["resource"], {"attributes"});
  const Json& attributes = group["resource"]["attributes"];
  CHECK(attributes.Size() == 9);
  CHECK(value_of(attributes, "service.name")["stringValue"] == "cart");
  CHECK(value_of(attributes, "service.version")["stringValue"] == "1.4");
  CHECK(value_of(attributes, "service.namespace")["stringValue"] == "shop");
  CHECK(value_of(attributes, "deployment.environment.name")["stringValue"] == "production");
  CHECK(value_of(attributes, "cores")["intValue"] == "4");
  CHECK(value_of(attributes, "cloud.region")["stringValue"] == "fra");
  CHECK(value_of(attributes, "telemetry.sdk.name")["stringValue"] == "afterglow");
  CHECK(value_of(attributes, "telemetry.sdk.language")["stringValue"] == "cpp");
  CHECK(value_of(attributes, "telemetry.sdk.version")["stringValue"] == kVersion.data());
}

TEST_CASE("the service name: code, else environment, else unknown") {
  const host::Pair environment[] = {{"OTEL_SERVICE_NAME", "from-environment"}};
  const struct {
    const char* configured;
    bool has_environment;
    const char* expected;
  } cases[] = {
      {"code", true, "code"}, {"", true, "from-environment"}, {"", false, "unknown_service"}};
  for (const auto& one : cases) {
    Recording r({.service_name = one.configured});
    if (one.has_environment) {
      r.host.environment = environment;
    }
    Span span = r.telemetry.start_span("s");
    span.end();
    const rapidjson::Document document = parse(r.sent());
    const Json& attributes = document["resourceSpans"][0]["resource"]["attributes"];
    CHECK(value_of(attributes, "service.name")["stringValue"] == one.expected);
  }
}

TEST_CASE("a span, field by field") {
  Recording r;
  SpanContext caller{.trace_id = {{0xAB, 1}}, .span_id = {{0xCD, 2}}, .trace_flags = 3};
  caller.trace_state = "vendor=x";
  Span span = r.telemetry.start_span("na\"me",
                                     {.kind = SpanKind::Consumer,
                                      .parent = RemoteParent(caller),
                                      .start_unix_nano = 1'700'000'000'123'456'789},
                                     {{"i", INT64_MIN}, {"d", 1e21}});
  span.add_event("e", {{"x", true}}, 77);
  span.set_status(StatusCode::Error, "bad");
  span.end(1'700'000'001'000'000'000);
  const rapidjson::Document document = parse(r.sent());
  const Json& json = first_span(document);
  check_members(json, {"traceId", "spanId", "traceState", "parentSpanId", "flags", "name", "kind",
                       "startTimeUnixNano", "endTimeUnixNano", "attributes", "events", "status"});
  CHECK(json["traceId"] == "ab010000000000000000000000000000");
  CHECK(json["spanId"].GetStringLength() == 16);
  CHECK(json["parentSpanId"] == "cd02000000000000");
  CHECK(json["traceState"] == "vendor=x");
  CHECK(json["flags"].GetUint() == 0x303);
  CHECK(json["name"] == "na\"me");
  CHECK(json["kind"].GetUint() == 5);
  CHECK(json["startTimeUnixNano"] == "1700000000123456789");
  CHECK(json["endTimeUnixNano"] == "1700000001000000000");
  CHECK(value_of(json["attributes"], "i")["intValue"] == "-9223372036854775808");
  CHECK(value_of(json["attributes"], "d")["doubleValue"].GetDouble() == 1e21);
  check_members(json["events"][0], {"timeUnixNano", "name", "attributes"});
  CHECK(json["events"][0]["timeUnixNano"] == "77");
  CHECK(value_of(json["events"][0]["attributes"], "x")["boolValue"].GetBool());
  check_members(json["status"], {"code", "message"});
  CHECK(json["status"]["code"].GetUint() == 2);
}

TEST_CASE("what a plain root does not have is not written") {
  Recording r;
  Span span = r.telemetry.start_span("s");
  span.end();
  const rapidjson::Document document = parse(r.sent());
  const Json& json = first_span(document);
  check_members(
      json, {"traceId", "spanId", "flags", "name", "kind", "startTimeUnixNano", "endTimeUnixNano"});
  CHECK(json["kind"].GetUint() == 1);
  CHECK(json["flags"].GetUint() == 0x103);
}

TEST_CASE("dropped counts are numbers") {
  Recording r({.limits = {.attribute_count = 1,
                          .event_count = 1,
                          .link_count = 1,
                          .attribute_per_event_count = 1,
                          .attribute_per_link_count = 1}});
  const Attribute two[] = {{"a", 1}, {"b", 2}};
  const Link link{.context = {.trace_id = {{1}}, .span_id = {{1}}}, .attributes = two};
  const Link links[] = {link, link, link};
  Span span = r.telemetry.start_span("s", {.links = links}, two);
  span.add_event("e", two).add_event("f").add_event("g").add_event("h");
  span.end();
  const rapidjson::Document document = parse(r.sent());
  const Json& json = first_span(document);
  CHECK(json["droppedAttributesCount"].GetUint() == 1);
  CHECK(json["droppedEventsCount"].GetUint() == 3);
  CHECK(json["droppedLinksCount"].GetUint() == 2);
  CHECK(json["events"][0]["droppedAttributesCount"].GetUint() == 1);
  CHECK(json["links"][0]["droppedAttributesCount"].GetUint() == 1);
}

std::string random_text(std::mt19937& random) {
  std::string text(random() % 40, ' ');
  for (char& c : text) {
    c = static_cast<char>(random() % 3 == 0 ? random() % 256 : 'a' + random() % 26);
  }
  return text;
}

// What a reader has to find: each maximal invalid part replaced.
std::string repaired(const std::string& text) {
  std::string result;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const auto point = afterglow::text::next_code_point(at, end);
    result += point.valid ? std::string(at, point.length) : "\xEF\xBF\xBD";
    at += point.length;
  }
  return result;
}

TEST_CASE("random texts come back as they went, repaired where they were no UTF-8") {
  std::mt19937 random(90210);
  for (int round = 0; round < 300; ++round) {
    Recording r({.redaction = kNoRedaction});
    const std::string name = random_text(random);
    const std::string key = "k" + random_text(random);
    const std::string value = random_text(random);
    const std::string message = "m" + random_text(random);
    Span span = r.telemetry.start_span(name);
    span.set_attribute(DynamicKey(key), value).add_event(value);
    span.set_status(StatusCode::Error, message);
    span.end();
    const rapidjson::Document document = parse(r.sent());
    const Json& json = first_span(document);
    const auto text = [](const Json& string) {
      return std::string(string.GetString(), string.GetStringLength());
    };
    REQUIRE(text(json["name"]) == repaired(name));
    REQUIRE(text(json["attributes"][0]["key"]) == repaired(key));
    REQUIRE(text(json["attributes"][0]["value"]["stringValue"]) == repaired(value));
    REQUIRE(text(json["events"][0]["name"]) == repaired(value));
    REQUIRE(text(json["status"]["message"]) == repaired(message));
  }
}

TEST_CASE("no two spans of many traces have the same id") {
  Recording r;
  for (int i = 0; i < 20; ++i) {
    Span root = r.telemetry.start_span("root");
    for (int j = 0; j < 20; ++j) {
      Span child = root.start_child("child");
    }
  }
  (void)r.telemetry.flush();
  std::set<std::string> ids;
  for (std::size_t i = 0; i < r.host.sent_count(); ++i) {
    const rapidjson::Document document = parse(std::string(r.host.sent(i).body));
    for (const Json& span : document["resourceSpans"][0]["scopeSpans"][0]["spans"].GetArray()) {
      CHECK(ids.insert(span["spanId"].GetString()).second);
    }
  }
  CHECK(ids.size() == 420);
}

}  // namespace
