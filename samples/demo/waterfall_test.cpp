#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "waterfall.h"

#include <doctest/doctest.h>

#include <string>

#include "terminal_text.h"
#include "trace_document.h"

namespace {

using namespace demo;

// A server span of 100 ms; below it a stage with an event at 10 ms and a failed call with an event
// at its end; one span whose parent is elsewhere.
constexpr const char* kDocument = R"({"resourceSpans":[{
  "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
  "scopeSpans":[{"spans":[
    {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000000000a1","name":"GET /cart",
     "kind":2,"startTimeUnixNano":"1000000000","endTimeUnixNano":"1100000000"},
    {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000000000a2",
     "parentSpanId":"00000000000000a1","name":"route","kind":1,"startTimeUnixNano":"1005000000",
     "endTimeUnixNano":"1020000000",
     "events":[{"name":"matched","timeUnixNano":"1010000000"}]},
    {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000000000a3",
     "parentSpanId":"00000000000000a1","name":"GET","kind":3,"startTimeUnixNano":1020000000,
     "endTimeUnixNano":1095000000,"status":{"code":2,"message":"no answer"},
     "events":[{"name":"exception","timeUnixNano":"1095000000"}]}
  ]}]}]})";

std::string draw(const char* json, const TerminalStyle& style) {
  std::string error;
  const auto spans = parse_traces(json, error);
  REQUIRE_MESSAGE(spans.has_value(), error);
  return draw_waterfall(*spans, style);
}

std::string refusal(const std::string& json) {
  std::string error;
  CHECK_FALSE(parse_traces(json, error).has_value());
  return error;
}

}  // namespace

TEST_CASE("a trace in Unicode, column by column") {
  CHECK(draw(kDocument, {.width = 80, .unicode = true, .colour = false}) ==
        R"(shop · trace 0af7651916cd43dd8448eb211c80319c · 100.0 ms · 3 spans
                                     0                      100.0 ms
GET /cart                  server    ███████████████████████████████  100.0 ms
├─ route                   internal   ██████                           15.0 ms
│     ◆ matched                         ◆                             +10.0 ms
└─ GET                     client          ████████████████████████    75.0 ms ✗
                                     ✗ no answer
      ◆ exception                                                 ◆   +95.0 ms
)");
}

TEST_CASE("the same in ASCII") {
  CHECK(draw(kDocument, {.width = 60, .unicode = false, .colour = false}) ==
        R"(shop - trace 0af7651916cd43dd8448eb211c80319c - 100.0 ms - 3 spans
                               0        100.0 ms
GET /cart            server    #################  100.0 ms
|- route             internal  ####                15.0 ms
|     * matched                 *                 +10.0 ms
`- GET               client       ##############   75.0 ms x
                               x no answer
      * exception                              *  +95.0 ms
)");
}

TEST_CASE("colours are for terminals, and errors are red") {
  const std::string coloured = draw(kDocument, {.width = 80, .unicode = true, .colour = true});
  CHECK(coloured.find("\x1b[31m✗\x1b[0m") != std::string::npos);
  const std::string plain = draw(kDocument, {.width = 80, .unicode = true, .colour = false});
  CHECK(plain.find('\x1b') == std::string::npos);
}

// A server span with a masked query and a child with two masked values; what is not masked, and
// what is no string, is not drawn.
constexpr const char* kRedacted = R"({"resourceSpans":[{"scopeSpans":[{"spans":[
    {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000000000a1","name":"GET /cart",
     "kind":2,"startTimeUnixNano":"1000000000","endTimeUnixNano":"1100000000",
     "attributes":[{"key":"url.path","value":{"stringValue":"/cart"}},
       {"key":"url.query","value":{"stringValue":"token=REDACTED&page=2"}},
       {"key":"REDACTED","value":{"intValue":"7"}},{"key":"none"}],
     "events":[{"name":"rendered","timeUnixNano":"1100000000"}]},
    {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000000000a2",
     "parentSpanId":"00000000000000a1","name":"GET","kind":3,"startTimeUnixNano":"1000000000",
     "endTimeUnixNano":"1100000000","status":{"code":2,"message":"no answer"},
     "attributes":[{"key":"enduser\u001b.id","value":{"stringValue":"[REDACTED]"}},
       {"key":"url.full","value":{"stringValue":
         "http://origin/REDACTED/\u001b[2J/and/on/and/on/and/on/and/on"}}]}
  ]}]}]})";

TEST_CASE("values that redaction changed stand below their span") {
  CHECK(draw(kRedacted, {.width = 60, .unicode = true, .colour = false}) ==
        R"(unknown_service · trace 0af7651916cd43dd8448eb211c80319c · 100.0 ms · 2 spans
                               0        100.0 ms
GET /cart            server    █████████████████  100.0 ms
│  url.query  token=REDACTED&page=2
│  ◆ rendered                                  ◆ +100.0 ms
└─ GET               client    █████████████████  100.0 ms ✗
                               ✗ no answer
      enduser?.id  [REDACTED]
      url.full  http://origin/REDACTED/?[2J/and/on/and/on/a…
)");
}

TEST_CASE("values that redaction changed are dim on a terminal") {
  const std::string coloured = draw(kRedacted, {.width = 60, .unicode = true, .colour = true});
  CHECK(coloured.find("\n│  \x1b[2murl.query  token=REDACTED&page=2\x1b[0m\n") !=
        std::string::npos);
}

TEST_CASE("names cannot steer the terminal and are cut to their column") {
  const std::string drawing = draw(
      R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c",
      "spanId":"00000000000000a1","name":"\u001b[2J\u009bééééééééééééééééééééééééééééééééééééééé",
      "startTimeUnixNano":"1","endTimeUnixNano":"1"}]}]}]})",
      {.width = 60, .unicode = true, .colour = false});
  CHECK(drawing.find('\x1b') == std::string::npos);
  CHECK(drawing.find("?[2J?éééééééééééééé…") != std::string::npos);
}

TEST_CASE("spans in a circle and repeated ids are drawn once each") {
  const std::string drawing = draw(
      R"({"resourceSpans":[{"scopeSpans":[{"spans":[
      {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000000000a1",
       "parentSpanId":"00000000000000a2","name":"one","startTimeUnixNano":"1","endTimeUnixNano":"2"},
      {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000000000a2",
       "parentSpanId":"00000000000000a1","name":"two","startTimeUnixNano":"1","endTimeUnixNano":"2"},
      {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000000000a2",
       "parentSpanId":"00000000000000a2","name":"three","startTimeUnixNano":"1","endTimeUnixNano":"2"}
      ]}]}]})",
      {.width = 60, .unicode = false, .colour = false});
  for (const char* name : {"one", "two", "three"}) {
    const auto first = drawing.find(name);
    CHECK(first != std::string::npos);
    CHECK(drawing.find(name, first + 1) == std::string::npos);
  }
}

TEST_CASE("a document that breaks the wire format is refused with the reason") {
  CHECK(refusal("{").starts_with("not JSON: "));
  CHECK(refusal(R"({"resourceSpans":{}})") == "resourceSpans is not an array");
  const auto with_span = [](const std::string& members) {
    return R"({"resourceSpans":[{"scopeSpans":[{"spans":[{)" + members + "}]}]}]}";
  };
  CHECK(refusal(with_span(R"("traceId":"0AF7651916CD43DD8448EB211C80319C")")) ==
        "traceId is not 32 hex digits: \"0AF7651916CD43DD8448EB211C80319C\"");
  const std::string ids =
      R"("traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000000000a1",)";
  CHECK(refusal(with_span(ids + R"("name":7)")) == "name is not a string");
  CHECK(refusal(with_span(ids + R"("startTimeUnixNano":"x")")) ==
        "startTimeUnixNano is not a decimal number");
  CHECK(refusal(with_span(ids + R"("name":"n","startTimeUnixNano":"2","endTimeUnixNano":"1")")) ==
        "span \"n\" ends before it starts");
  CHECK(refusal(with_span(ids + R"("startTimeUnixNano":"1","endTimeUnixNano":"1","attributes":)"
                                R"([{"key":"k","value":{"stringValue":7}}])")) ==
        "stringValue is not a string");
  CHECK(refusal(std::string(100'000, '[')).starts_with("not JSON: "));
}

TEST_CASE("a request without spans draws nothing") {
  CHECK(draw("{}", {}).empty());
}
