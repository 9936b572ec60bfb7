#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "metric_table.h"

#include <doctest/doctest.h>

#include <string>

#include "metric_document.h"
#include "metric_totals.h"

namespace {

using namespace demo;

std::string resource(const std::string& instance) {
  return R"("resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},)"
         R"({"key":"service.instance.id","value":{"stringValue":")" +
         instance + R"("}}]})";
}

/// A document with these metrics from one instance.
std::string document(const std::string& metrics, const std::string& instance = "a") {
  return R"({"resourceMetrics":[{)" + resource(instance) + R"(,"scopeMetrics":[{"metrics":[)" +
         metrics + "]}]}]}";
}

std::string lookups(const std::string& hits, const std::string& misses) {
  return R"({"name":"cart.cache.lookups","unit":"{lookup}","sum":{"aggregationTemporality":1,
    "isMonotonic":true,"dataPoints":[
    {"timeUnixNano":"2","attributes":[{"key":"cache.hit","value":{"boolValue":true}}],"asInt":")" +
         hits + R"("},
    {"timeUnixNano":"2","attributes":[{"key":"cache.hit","value":{"boolValue":false}}],"asInt":")" +
         misses + R"("}]}})";
}

constexpr const char* kDurations = R"({"name":"http.server.request.duration","unit":"s",
  "histogram":{"aggregationTemporality":1,"dataPoints":[{"timeUnixNano":"2","attributes":[
    {"key":"http.request.method","value":{"stringValue":"GET"}},
    {"key":"http.response.status_code","value":{"intValue":"200"}}],
    "count":"7","sum":0.0234,"min":0.0012,"max":0.009,
    "bucketCounts":["4","2","1","0"],"explicitBounds":[0.005,0.0075,0.01]}]}})";

std::string active(const std::string& number) {
  return R"({"name":"open","sum":{"aggregationTemporality":2,"dataPoints":[
    {"timeUnixNano":"2","asInt":")" +
         number + R"("}]}})";
}

void add(MetricTotals& totals, const std::string& json) {
  std::string error;
  const auto points = parse_metrics(json, error);
  REQUIRE_MESSAGE(points.has_value(), error);
  totals.add(*points);
}

std::string refusal(const std::string& metrics) {
  std::string error;
  CHECK_FALSE(parse_metrics(document(metrics), error).has_value());
  return error;
}

constexpr TerminalStyle kPlain{.width = 60, .unicode = true, .colour = false};

}  // namespace

TEST_CASE("counters as totals, histograms with their spread") {
  MetricTotals totals;
  add(totals, document(lookups("1", "2") + "," + kDurations));
  CHECK(draw_metrics(totals, kPlain) ==
        R"(shop · metrics so far
cart.cache.lookups  {lookup}
   hit=false                                               2
   hit=true                                                1
http.server.request.duration  s
   method=GET  status_code=200                             7
   █▄▂·  1.20 ms to 9.00 ms, sum 23.4 ms
)");
}

TEST_CASE("the same in ASCII") {
  MetricTotals totals;
  add(totals, document(kDurations));
  CHECK(draw_metrics(totals, {.width = 60, .unicode = false, .colour = false}) ==
        R"(shop - metrics so far
http.server.request.duration  s
   method=GET  status_code=200                             7
   #-_.  1.20 ms to 9.00 ms, sum 23.4 ms
)");
}

TEST_CASE("deltas add up over instances; totals count once for each, the latest") {
  MetricTotals totals;
  add(totals, document(lookups("1", "2") + "," + kDurations + "," + active("5"), "a"));
  add(totals, document(lookups("10", "20") + "," + kDurations + "," + active("3"), "a"));
  add(totals, document(lookups("100", "200") + "," + active("4"), "b"));
  CHECK(draw_metrics(totals, kPlain) ==
        R"(shop · metrics so far
cart.cache.lookups  {lookup}
   hit=false                                             222
   hit=true                                              111
http.server.request.duration  s
   method=GET  status_code=200                            14
   █▄▂·  1.20 ms to 9.00 ms, sum 46.8 ms
open
   all                                                     7
)");
}

TEST_CASE("any number of instances, and any order of attributes, is one series of deltas") {
  const auto sum = [](const std::string& first, const std::string& second) {
    const auto attribute = [](const std::string& key) {
      return R"({"key":")" + key + R"(","value":{"stringValue":"v"}})";
    };
    return R"({"name":"n","sum":{"aggregationTemporality":1,"dataPoints":[{"timeUnixNano":"2",)"
           R"("asInt":"1","attributes":[)" +
           attribute(first) + "," + attribute(second) + "]}]}}";
  };
  MetricTotals totals;
  for (std::size_t i = 0; i < MetricTotals::kMaxSeries + 1; ++i) {
    add(totals, document(i % 2 == 0 ? sum("a", "b") : sum("b", "a"), std::to_string(i)));
  }
  REQUIRE(totals.all().size() == 1);
  CHECK(totals.all().front().integer == MetricTotals::kMaxSeries + 1);
  CHECK(totals.left_out() == 0);
}

TEST_CASE("buckets add up, and what is not empty is seen") {
  const auto histogram = [](const std::string& count, const std::string& buckets) {
    return R"({"name":"h","histogram":{"aggregationTemporality":1,"dataPoints":[
      {"timeUnixNano":"2","sum":1,"explicitBounds":[1,2],"count":")" +
           count + R"(","bucketCounts":[)" + buckets + "]}]}}";
  };
  MetricTotals totals;
  add(totals, document(histogram("1", R"("1","0","0")")));
  add(totals, document(histogram("99", R"("0","0","99")")));
  CHECK(draw_metrics(totals, kPlain).ends_with("   ▁·█  sum 2\n"));
}

TEST_CASE("range and buckets of histograms that differ") {
  const auto histogram = [](const std::string& members) {
    return R"({"name":"items","unit":"{item}","histogram":{"aggregationTemporality":1,"dataPoints":[
      {"timeUnixNano":"2",)" +
           members + "}]}}";
  };
  MetricTotals totals;
  add(totals, document(histogram(R"("count":"1","sum":3,"min":3,"max":3,
    "bucketCounts":["0","1"],"explicitBounds":[1])")));
  add(totals, document(histogram(R"("count":"2","sum":1.5,"min":-2,"max":3.5,
    "bucketCounts":["1","1"],"explicitBounds":[2])")));
  const std::string drawing = draw_metrics(totals, kPlain);
  CHECK(drawing.ends_with("   -2 to 3.5, sum 4.5\n"));
  MetricTotals same;
  add(same, document(histogram(R"("count":"2","sum":6,"min":3,"max":3)")));
  CHECK(draw_metrics(same, kPlain).ends_with("2\n   3, sum 6\n"));
  MetricTotals empty;
  add(empty, document(histogram(R"("count":"0")")));
  CHECK(draw_metrics(empty, kPlain).ends_with("0\n   sum 0\n"));
}

TEST_CASE("exponential histograms, gauges and doubles") {
  MetricTotals totals;
  add(totals, document(R"({"name":"times","unit":"s","exponentialHistogram":{
    "aggregationTemporality":1,"dataPoints":[{"timeUnixNano":"2","count":6,"sum":2.5,"scale":0,
    "zeroCount":"1","positive":{"offset":0,"bucketCounts":["0","2"]},
    "negative":{"offset":0,"bucketCounts":["2","1"]}}]}},
    {"name":"cost","unit":"EUR","sum":{"aggregationTemporality":1,"dataPoints":[
    {"timeUnixNano":"2","asDouble":0.25,"attributes":[
    {"key":"share","value":{"doubleValue":0.5}},{"key":"list","value":{"arrayValue":{}}}]}]}},
    {"name":"temperature","unit":"Cel","gauge":{"dataPoints":[
    {"timeUnixNano":"2","asInt":-4}]}})"));
  CHECK(draw_metrics(totals, kPlain) ==
        R"(shop · metrics so far
cost  EUR
   share=0.5  list=?                                    0.25
temperature  Cel
   all                                                    -4
times  s
   all                                                     6
   ▄█▄·█  sum 2.50 s
)");
}

TEST_CASE("more buckets than bars: neighbours together, none lost") {
  std::string buckets;
  std::string bounds;
  for (int i = 0; i < 70; ++i) {
    buckets += i == 0 ? R"("0")" : i == 69 ? R"(,"8")" : R"(,"0")";
    bounds += i == 0 ? "" : (i == 1 ? "" : ",") + std::to_string(i);
  }
  MetricTotals totals;
  add(totals, document(R"({"name":"wide","histogram":{"aggregationTemporality":1,"dataPoints":[
    {"timeUnixNano":"2","count":"8","sum":1,"bucketCounts":[)" +
                       buckets + R"(],"explicitBounds":[)" + bounds + "]}]}}"));
  const std::string drawing = draw_metrics(totals, {.width = 60, .unicode = false});
  CHECK(drawing.ends_with("\n   .................#  sum 1\n"));
}

TEST_CASE("colours are for terminals") {
  MetricTotals totals;
  add(totals, document(kDurations));
  const std::string coloured = draw_metrics(totals, {.width = 60, .unicode = true, .colour = true});
  CHECK(coloured.find("\x1b[36mhttp.server.request.duration\x1b[0m\x1b[2m  s\x1b[0m\n") !=
        std::string::npos);
  CHECK(draw_metrics(totals, kPlain).find('\x1b') == std::string::npos);
}

TEST_CASE("names cannot steer the terminal, and long sets are cut") {
  MetricTotals totals;
  add(totals, document(R"({"name":"a\u001b[2Jb","unit":"\u001b[1m","gauge":{"dataPoints":[
    {"timeUnixNano":"2","asInt":"1","attributes":[{"key":"k\u009b","value":{"stringValue":
    "\u001b]0;and/on/and/on/and/on/and/on/and/on/and/on/and/on/and/on/and/on"}}]}]}})"));
  CHECK(draw_metrics(totals, kPlain) ==
        "shop · metrics so far\n"
        "a?[2Jb  ?[1m\n"
        "   k?=?]0;and/on/and/on/and/on/and/on/and/on/and/on/and/o… 1\n");
}

TEST_CASE("series beyond the limit are counted, not kept") {
  MetricTotals totals;
  for (std::size_t i = 0; i < MetricTotals::kMaxSeries + 3; ++i) {
    add(totals, document(R"({"name":"n)" + std::to_string(i) +
                         R"(","gauge":{"dataPoints":[{"timeUnixNano":"1","asInt":"1"}]}})"));
  }
  CHECK(totals.all().size() == MetricTotals::kMaxSeries);
  CHECK(draw_metrics(totals, kPlain).ends_with("and 3 points more\n"));
}

TEST_CASE("a document that breaks the wire format is refused with the reason") {
  const auto points = [](const std::string& kind, const std::string& members) {
    return R"({"name":"n",")" + kind +
           R"(":{"aggregationTemporality":1,"dataPoints":[{"timeUnixNano":"1",)" + members + "}]}}";
  };
  CHECK(refusal("{\"name\":7}") == "name is not a string");
  CHECK(refusal(R"({"name":"n"})") == "metric \"n\" has no data");
  CHECK(refusal(R"({"name":"n","sum":{"dataPoints":[]}})") ==
        "metric \"n\" has no aggregationTemporality");
  CHECK(refusal(points("sum", R"("asInt":"x")")) == "asInt is not a decimal number");
  CHECK(refusal(points("sum", R"("attributes":[])")) == "asInt is missing");
  CHECK(refusal(points("gauge", R"("asDouble":"1")")) == "asDouble is not a number");
  CHECK(
      refusal(points("histogram", R"("count":"2","bucketCounts":["1","1"],"explicitBounds":[])")) ==
      "bucketCounts is not one longer than explicitBounds");
  CHECK(refusal(
            points("histogram", R"("count":"3","bucketCounts":["1","1"],"explicitBounds":[1])")) ==
        "the buckets hold 2, the count says 3");
  CHECK(refusal(points("histogram",
                       R"("count":"0","bucketCounts":["0","0","0"],"explicitBounds":[2,2])")) ==
        "explicitBounds are not ascending numbers");
  CHECK(refusal(R"({"name":"n","gauge":{"dataPoints":[{"asInt":"1"}]}})") ==
        "timeUnixNano is missing");
  std::string error;
  CHECK_FALSE(parse_metrics("{", error).has_value());
  CHECK(error.starts_with("not JSON: "));
}

TEST_CASE("a request without points draws nothing") {
  MetricTotals totals;
  add(totals, "{}");
  CHECK(draw_metrics(totals, kPlain).empty());
}
