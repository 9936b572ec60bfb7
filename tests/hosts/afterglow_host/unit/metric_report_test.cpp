// Reading reports, which come from modules and may be anything.

#include <doctest/doctest.h>

#include <cmath>

#include "reports.h"

namespace edge_host::test {
namespace {

const MetricPoint& only_point(const std::optional<MetricReport>& told) {
  REQUIRE(told);
  REQUIRE(told->metrics.size() == 1);
  REQUIRE(told->metrics.begin()->second.points.size() == 1);
  return told->metrics.begin()->second.points.begin()->second;
}

std::string histogram(std::string_view point) {
  return metric("h", "histogram", point);
}

std::string exponential(std::string_view point) {
  return metric("e", "exponentialHistogram", point);
}

}  // namespace

TEST_CASE("numbers") {
  CHECK(only_point(report(counter(7))).number.integer == 7);
  CHECK(only_point(report(metric("g", "gauge", R"({"asInt":-7})"))).number.integer == -7);
  CHECK(only_point(report(metric("g", "gauge", R"({"asDouble":0.5})"))).number.value() == 0.5);
  CHECK(
      only_point(report(metric("g", "gauge", R"({"asDouble":2,"timeUnixNano":"9"})"))).unix_nano ==
      9);
}

TEST_CASE("the parts of a report are one") {
  const auto told = read_report({document(counter(1)), document(metric("g", "gauge", ""))});
  REQUIRE(told);
  CHECK(told->metrics.size() == 2);
  CHECK(told->resource == MetricLabels{{"service.name", "cart"}});
  CHECK(read_report({})->metrics.empty());
  CHECK(read_report({"{}"})->metrics.empty());
  CHECK_FALSE(read_report({document(counter(1)), "{"}));
}

TEST_CASE("attributes as text, sorted, with the scope") {
  const auto told = read_report({R"({"resourceMetrics":[{"scopeMetrics":[{"scope":{"name":"lib",)"
                                 R"("version":"2"},"metrics":[{"name":"g","gauge":{"dataPoints":[)"
                                 R"({"asInt":1,"attributes":[)"
                                 R"({"key":"z","value":{"stringValue":"q\""}},)"
                                 R"({"key":"b","value":{"boolValue":true}},)"
                                 R"({"key":"i","value":{"intValue":"-4"}},)"
                                 R"({"key":"d","value":{"doubleValue":0.25}},)"
                                 R"({"key":"y","value":{"bytesValue":"AP8="}},)"
                                 R"({"key":"n","value":{}},)"
                                 R"({"key":"a","value":{"arrayValue":{"values":[)"
                                 R"({"stringValue":"x\""},{"intValue":"1"},{}]}}},)"
                                 R"({"key":"m","value":{"kvlistValue":{"values":[)"
                                 R"({"key":"k","value":{"boolValue":false}}]}}}]}]}}]}]}]})"});
  REQUIRE(told);
  CHECK(told->metrics.begin()->second.points.begin()->first ==
        MetricLabels{{"a", R"(["x\"",1,null])"},
                     {"b", "true"},
                     {"d", "0.25"},
                     {"i", "-4"},
                     {"m", R"({"k":false})"},
                     {"n", ""},
                     {"otel_scope_name", "lib"},
                     {"otel_scope_version", "2"},
                     {"y", "AP8="},
                     {"z", "q\""}});
}

TEST_CASE("histograms count up to each bound") {
  const MetricPoint point = only_point(report(
      histogram(R"({"count":"6","sum":4.5,"bucketCounts":["1","2","3"],"explicitBounds":[1,5]})")));
  CHECK(point.up_to == std::map<double, std::uint64_t>{{1, 1}, {5, 3}, {INFINITY, 6}});
  CHECK(point.has_sum);
  CHECK(point.number.real == 4.5);
  CHECK_FALSE(only_point(report(histogram(R"({"count":"0"})"))).has_sum);
  CHECK_FALSE(
      only_point(report(histogram(
                     R"({"count":"1","sum":4,"bucketCounts":["0","1"],"explicitBounds":[-1]})")))
          .has_sum);
}

TEST_CASE("exponential histograms get powers of two, as on the page of one instance") {
  // 0; 3 and 3.5; 4; 4.5; 100, at scale 2: buckets 2^(i/4)
  const MetricPoint point = only_point(report(exponential(
      R"({"count":"7","sum":115,"scale":2,"zeroCount":"1","negative":{"offset":0,"bucketCounts":)"
      R"(["1"]},"positive":{"offset":6,"bucketCounts":["1","2","1","0","0","0","0","0","0","0","0",)"
      R"("0","0","0","0","0","0","0","0","0","1"]}})")));
  CHECK(point.up_to == std::map<double, std::uint64_t>{
                           {0, 2}, {2, 2}, {4, 5}, {8, 6}, {64, 6}, {128, 7}, {INFINITY, 7}});
  const MetricPoint coarse = only_point(report(
      exponential(R"({"count":"2","scale":-2,"positive":{"offset":0,"bucketCounts":["1","1"]}})")));
  CHECK(coarse.up_to ==
        std::map<double, std::uint64_t>{{0, 0}, {1, 0}, {16, 1}, {256, 2}, {INFINITY, 2}});
}

TEST_CASE("deltas are left out") {
  const auto told = report(R"({"name":"c","sum":{"aggregationTemporality":1,"isMonotonic":true,)"
                           R"("dataPoints":[{"asInt":"1"}]}})");
  REQUIRE(told);
  CHECK(told->metrics.empty());
}

TEST_CASE("exemplars go to the bucket they fall into, the latest of each") {
  constexpr std::string_view kExemplars =
      R"("exemplars":[{"timeUnixNano":"2","asDouble":3,"traceId":"0102030405060708090a0b0c0d0e0f10",)"
      R"("spanId":"0102030405060708"},{"timeUnixNano":"1","asDouble":4,)"
      R"("traceId":"ffffffffffffffffffffffffffffffff","spanId":"ffffffffffffffff"}])";
  const MetricPoint point =
      only_point(report(histogram(R"({"count":"2","bucketCounts":["0","2"],"explicitBounds":[1],)" +
                                  std::string(kExemplars) + "}")));
  REQUIRE(point.exemplars.size() == 1);
  CHECK(point.exemplars.begin()->first == INFINITY);
  CHECK(point.exemplars.begin()->second.unix_nano == 2);
  CHECK(point.exemplars.begin()->second.trace_id.bytes[15] == 0x10);
  CHECK(point.exemplars.begin()->second.span_id.bytes[0] == 1);
}

TEST_CASE("what is not as it has to be makes the whole report count for nothing") {
  const std::string good = counter(1);
  const std::string bad[] = {
      R"({"gauge":{"dataPoints":[]}})",
      R"({"name":"","gauge":{"dataPoints":[]}})",
      R"({"name":7,"gauge":{"dataPoints":[]}})",
      R"({"name":"x","gauge":[]})",
      R"({"name":"x","gauge":{"dataPoints":{}}})",
      R"({"name":"x","unit":1,"gauge":{"dataPoints":[]}})",
      R"({"name":"x","sum":{"aggregationTemporality":"2"}})",
      R"({"name":"x","sum":{"aggregationTemporality":2,"isMonotonic":1}})",
      counter(-1),
      metric("x", "gauge", "1"),
      metric("x", "gauge", "{}"),
      metric("x", "gauge", R"({"asInt":"7 "})"),
      metric("x", "gauge", R"({"asInt":""})"),
      metric("x", "gauge", R"({"asInt":"9223372036854775808"})"),
      metric("x", "gauge", R"({"asInt":0.5})"),
      metric("x", "gauge", R"({"asDouble":"NaN"})"),
      metric("x", "gauge", R"({"asDouble":1e999})"),
      metric("x", "gauge", R"({"asInt":1,"timeUnixNano":"-1"})"),
      metric("x", "gauge", R"({"asInt":1,"attributes":[{"key":"k"}]})"),
      metric("x", "gauge", R"({"asInt":1,"attributes":[{"key":1,"value":{}}]})"),
      metric("x", "gauge", R"({"asInt":1,"attributes":{}})"),
      histogram(R"({"count":"1","bucketCounts":["1"],"explicitBounds":[1]})"),
      histogram(R"({"count":"1","bucketCounts":["1","1"],"explicitBounds":[1]})"),
      histogram(R"({"count":"1","bucketCounts":["0","1","0"],"explicitBounds":[1,1]})"),
      histogram(R"({"count":"1","bucketCounts":["0","1","0"],"explicitBounds":[2,1]})"),
      histogram(
          R"({"count":"1","bucketCounts":["18446744073709551615","2"],"explicitBounds":[1]})"),
      histogram(R"({"count":"0","sum":"1"})"),
      exponential(R"({"count":"0","scale":21})"),
      exponential(R"({"count":"0","scale":-11})"),
      exponential(R"({"count":"1","positive":{"offset":0,"bucketCounts":["2"]}})"),
      exponential(R"({"count":"1","positive":{"offset":2000000000,"bucketCounts":["1"]}})"),
      metric("x", "gauge",
             R"({"asInt":1,"exemplars":[{"asInt":1,"traceId":"0","spanId":"0102030405060708"}]})"),
      metric("x", "gauge",
             R"({"asInt":1,"exemplars":[{"asInt":1,"traceId":"0102030405060708090a0b0c0d0e0fxx",)"
             R"("spanId":"0102030405060708"}]})"),
  };
  REQUIRE(report(good));
  for (const std::string& one : bad) {
    CAPTURE(one);
    CHECK_FALSE(report(good + "," + one));
  }
  for (const char* text : {"", "null", "[]", "7", "{\"resourceMetrics\":7}", "{} {}", "{\"a\":}"}) {
    CAPTURE(text);
    CHECK_FALSE(read_report({text}));
  }
}

TEST_CASE("depth is not a matter of the stack") {
  std::string value;
  std::string end;
  for (int i = 0; i < 50'000; ++i) {
    value += R"({"arrayValue":{"values":[)";
    end += "]}}";
  }
  value += R"({"intValue":"1"})" + end;
  const auto told = report(
      metric("g", "gauge", R"({"asInt":1,"attributes":[{"key":"k","value":)" + value + "}]}"));
  REQUIRE(told);
  CHECK(told->metrics.begin()->second.points.begin()->first[0].second ==
        "[[[[[[[[[[[[[[[[null]]]]]]]]]]]]]]]]");
  CHECK_FALSE(read_report({std::string(1'000'000, '[')}));
}

}  // namespace edge_host::test
