// Redaction at the door of the pages: each place, each action and each shape of a value, as bytes
// on the wire.

#include <doctest/doctest.h>

#include <string>

#include "record/recording.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;

constexpr KeyRule kKeys[] = {{KeyMatch::Exact, "r.drop", RedactAction::Drop},
                             {KeyMatch::Exact, "r.mask", RedactAction::Mask},
                             {KeyMatch::Exact, "r.cut", RedactAction::Truncate, 3},
                             {KeyMatch::Exact, "r.hash", RedactAction::Hash},
                             {KeyMatch::Exact, "r.keyed", RedactAction::KeyedHash},
                             {KeyMatch::Exact, "r.ip", RedactAction::IpPrefix},
                             {KeyMatch::Exact, "r.keep", RedactAction::Keep}};
constexpr ValueRule kValues[] = {{ValuePattern::Email, RedactAction::Mask},
                                 {ValuePattern::PaymentCard, RedactAction::Drop}};
constexpr RedactionPolicy kPolicy{.keys = kKeys};
constexpr RedactionPolicy kByValue{.values = kValues};

std::string attribute(const std::string& key, const std::string& value) {
  return R"({"key":")" + key + R"(","value":)" + value + "}";
}
std::string text(const std::string& key, const std::string& value) {
  return attribute(key, R"({"stringValue":")" + value + "\"}");
}
std::string attributes(const std::string& list) {
  return ",\"attributes\":[" + list + "]";
}

// What is sent of a span with these attributes.
std::string sent(const Config& config, Attributes given) {
  Recording r(config);
  r.telemetry.start_span("s", {}, given).end();
  return tail_of_span(r.sent());
}

TEST_CASE("each action on an attribute") {
  CHECK(sent({.redaction = kPolicy}, {{"r.drop", "secret"},
                                      {"r.mask", "secret"},
                                      {"r.cut",
                                       "a\xc3\xa9"
                                       "bcd"},
                                      {"r.hash", "user-17"},
                                      {"r.ip", "192.0.2.77"},
                                      {"r.keep", "as it is"},
                                      {"other", "a@example.com"}}) ==
        attributes(text("r.mask", "[REDACTED]") + "," +
                   text("r.cut",
                        "a\xc3\xa9"
                        "b") +
                   "," + text("r.hash", "9da2aeb24657b4660901810a3f2d705f") + "," +
                   text("r.ip", "192.0.2.0") + "," + text("r.keep", "as it is") + "," +
                   text("other", "a@example.com")));
}

TEST_CASE("the default policy: secret names, URLs and headers") {
  CHECK(sent({}, {{"api_token", "x"},
                  {DynamicKey("user.password"), "x"},
                  {"url.full", "https://u:p@h/a?t=1#f"},
                  {"url.query", "t=1&u=2"},
                  {"http.request.header.x-custom", "x"},
                  {"http.request.header.accept", "text/html"},
                  {"user.id", "u-17"}}) ==
        attributes(text("api_token", "[REDACTED]") + "," + text("user.password", "[REDACTED]") +
                   "," + text("url.full", "https://h/a?t=REDACTED") + "," +
                   text("url.query", "t=REDACTED&u=REDACTED") + "," +
                   text("http.request.header.x-custom", "[REDACTED]") + "," +
                   text("http.request.header.accept", "text/html") + "," +
                   text("user.id", "u-17")));
}

TEST_CASE("without a policy everything is recorded as it comes, and nothing is counted") {
  Recording r({.redaction = kNoRedaction});
  r.telemetry.start_span("s", {}, {{"password", "p"}, {"url.full", "https://u:p@h/?t=1"}})
      .set_status(StatusCode::Error, "mail a@example.com")
      .end();
  CHECK(tail_of_span(r.sent()) ==
        attributes(text("password", "p") + "," + text("url.full", "https://u:p@h/?t=1")) +
            R"(,"status":{"code":2,"message":"mail a@example.com"})");
  CHECK(r.telemetry.report().redactions.total() == 0);
}

TEST_CASE("values that are no strings") {
  const std::byte bytes[] = {std::byte{'u'}, std::byte{'s'}, std::byte{'e'}, std::byte{'r'},
                             std::byte{'-'}, std::byte{'1'}, std::byte{'7'}};
  CHECK(sent({.redaction = kPolicy}, {{"r.mask", 4711},
                                      {"r.cut", 1.5},
                                      {"r.hash", Value::bytes(bytes)},
                                      {"r.drop", true},
                                      {"r.ip", Value()},
                                      {"token.count", 3},
                                      {"token", Value::bytes(bytes)}}) ==
        attributes(text("r.mask", "[REDACTED]") + "," + text("r.cut", "[REDACTED]") + "," +
                   text("r.hash", "9da2aeb24657b4660901810a3f2d705f") + "," +
                   attribute("r.ip", "{}") + "," + attribute("token.count", R"({"intValue":"3"})") +
                   "," + text("token", "[REDACTED]")));
}

TEST_CASE("arrays are judged element by element, or masked whole") {
  const std::string_view texts[] = {"one", "b@example.com", "4111 1111 1111 1111"};
  const Value mixed[] = {1, "b@example.com", "4111111111111111", texts};
  CHECK(sent({.redaction = kByValue}, {{"list", texts}, {"mixed", mixed}, {"tokens", texts}}) ==
        attributes(attribute("list", R"({"arrayValue":{"values":[{"stringValue":"one"},)"
                                     R"({"stringValue":"[REDACTED]"},{}]}})") +
                   "," +
                   attribute("mixed",
                             R"({"arrayValue":{"values":[{"intValue":"1"},)"
                             R"({"stringValue":"[REDACTED]"},{},{"arrayValue":{"values":[)"
                             R"({"stringValue":"one"},{"stringValue":"[REDACTED]"},{}]}}]}})") +
                   "," + text("tokens", "[REDACTED]")));
}

TEST_CASE("maps: nested keys have rules of their own, and entries may be left out") {
  const Attribute inner[] = {{"r.drop", "x"}, {"password", "x"}, {"r.keep", "kept"}, {"b", "x"}};
  const Attribute map[] = {{"inner", std::span<const Attribute>(inner)}, {"r.cut", "abcdef"}};
  CHECK(
      sent({.redaction = kPolicy}, {{"map", std::span<const Attribute>(map)}}) ==
      attributes(attribute(
          "map", R"({"kvlistValue":{"values":[{"key":"inner","value":{"kvlistValue":{"values":[)" +
                     text("password", "[REDACTED]") + "," + text("r.keep", "kept") + "," +
                     text("b", "x") + "]}}}," + text("r.cut", "abc") + "]}}")));
  // Without rules of their own they follow the outer one.
  CHECK(sent({.redaction = kPolicy}, {{"r.cut", std::span<const Attribute>(map)}}) ==
        attributes(attribute(
            "r.cut",
            R"({"kvlistValue":{"values":[{"key":"inner","value":{"kvlistValue":{"values":[)" +
                text("password", "[REDACTED]") + "," + text("r.keep", "kept") + "," +
                text("b", "x") + "]}}}," + text("r.cut", "abc") + "]}}")));
}

TEST_CASE("a limit cuts what is recorded, never what is looked at") {
  const Config config{.limits = {.attribute_value_length = 12}, .redaction = kByValue};
  CHECK(sent(config, {{"a", "mail to some.one@example.com"},
                      {"b", "nothing to hide here"},
                      {"url.full", "https://user:pass@h.example/"},
                      {"token", "x"}}) ==
        attributes(text("a", "[REDACTED]") + "," + text("b", "nothing to h") + "," +
                   text("url.full", "https://h.ex") + "," + text("token", "[REDACTED]")));
  CHECK(sent({.limits = {.attribute_value_length = 4}}, {{"token", "x"}}) ==
        attributes(text("token", "[RED")));
}

TEST_CASE("a dropped value takes no place, no memory, and leaves what was there") {
  Recording r({.limits = {.attribute_count = 2}, .redaction = kByValue});
  Span span = r.telemetry.start_span("s");
  span.set_attribute("a", "4111 1111 1111 1111");
  span.set_attribute("b", "first").set_attribute("b", "4111 1111 1111 1111");
  span.set_attribute("c", "second").end();
  CHECK(tail_of_span(r.sent()) == attributes(text("b", "first") + "," + text("c", "second")));
  CHECK(r.telemetry.report().redactions.of(RedactionKind::PaymentCard) == 2);
}

TEST_CASE("messages: of a status, of exceptions") {
  Recording r;
  Span span = r.telemetry.start_span("s");
  span.record_error("E", "no mailbox a@example.com",
                    {{"exception.stacktrace", "at 10.1.2.3 Bearer abcdef"}});
  span.set_status(StatusCode::Error, "card 4111 1111 1111 1111 refused").end();
  const std::string body = r.sent();
  CHECK(contains(body, text("exception.message", "no mailbox [REDACTED]")));
  CHECK(contains(body, text("exception.stacktrace", "at 10.1.2.0 Bearer [REDACTED]")));
  CHECK(contains(body, R"("status":{"code":2,"message":"card [REDACTED] refused"})"));
}

TEST_CASE("attributes of events and links") {
  const Attribute secret[] = {{"r.mask", "x"}, {"r.drop", "y"}};
  const Link link{.context = {.trace_id = {{1}}, .span_id = {{1}}}, .attributes = secret};
  Recording r({.redaction = kPolicy});
  r.telemetry.start_span("s", {.links = {&link, 1}}).add_event("e", secret).end();
  const std::string body = r.sent();
  CHECK(count_of(body, text("r.mask", "[REDACTED]")) == 2);
  CHECK_FALSE(contains(body, "r.drop"));
  CHECK(r.telemetry.report().redactions.of(RedactionKind::KeyMasked) == 2);
  CHECK(r.telemetry.report().redactions.of(RedactionKind::KeyDropped) == 2);
}

TEST_CASE("names are not values") {
  Recording r;
  Span span = r.telemetry.start_span("GET a@example.com");
  span.add_event("b@example.com").update_name("c@example.com");
  span.end();
  const std::string body = r.sent();
  CHECK(contains(body, R"("name":"c@example.com")"));
  CHECK(contains(body, R"("name":"b@example.com")"));
}

TEST_CASE("without memory nothing of a value stays") {
  RecordingIn<kMinimumBufferBytes> r({.redaction = kPolicy});
  Span span = r.telemetry.start_span("s");
  const std::string long_url = "https://h/" + std::string(100'000, 'p') + "?token=x";
  span.set_attribute("url.full", long_url).set_attribute("r.mask", long_url);
  span.end();
  const std::string tail = tail_of_span(r.sent());
  CHECK(tail == attributes(text("r.mask", "[REDACTED]")) + ",\"droppedAttributesCount\":1");
}

}  // namespace
