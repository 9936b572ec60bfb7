// Documents of points, byte for byte, and complete at whatever size.

#include "encode/otlp_metrics.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "measure/metering.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;
using measure::Reader;

constexpr Counter kHits{"cache.hits", "{hit}", "found \"here\""};
constexpr Counter<double> kCost{"cost", "EUR"};
constexpr UpDownCounter kOpen{"open"};
constexpr Gauge kHeat{"heat", "Cel"};
constexpr Gauge<double> kLoad{"load"};
constexpr double kBounds[] = {0, 2.5, 10};
constexpr Histogram kTimes{"times", "s", {.bounds = kBounds}};
constexpr Histogram<std::int64_t> kNoBounds{"unbounded", "", {.bounds = {}}};
constexpr ExponentialHistogram kSizes{"sizes", "By", {.max_size = 4}};

constexpr std::string_view kResource = R"({"attributes":[]})";
constexpr std::string_view kBegin =
    R"({"resourceMetrics":[{"resource":{"attributes":[]},"scopeMetrics":[{"metrics":[)";
constexpr std::string_view kEnd = "]}]}]}";
constexpr measure::TableOptions kFrom100{.exemplar_slots = 4, .start_unix_nano = 100};

std::string document_of(Metering& m, Reader reader = Reader::Push) {
  std::string memory(16 * 1024, '\0');
  encode::JsonWriter out(memory);
  encode::MetricsDocument document(out, kResource);
  measure::Collection collection(m.table, reader, 200);
  while (const measure::PointView* point = collection.next()) {
    CHECK(document.add(*point));
    collection.take(1);
  }
  document.close();
  CHECK_FALSE(out.failed());
  return std::string(out.text());
}

// The metrics between the beginning and the end of the document.
std::string metrics_of(Metering& m, Reader reader = Reader::Push) {
  const std::string all = document_of(m, reader);
  CHECK(all.starts_with(kBegin));
  CHECK(all.ends_with(kEnd));
  return all.substr(kBegin.size(), all.size() - kBegin.size() - kEnd.size());
}

TEST_CASE("sums of integers") {
  Metering m(64 * 1024, kFrom100);
  m.record(kHits, std::numeric_limits<std::int64_t>::max(), {{"a", "x\n"}, {"b", 0.5}});
  m.record(kHits, 2);
  m.record(kOpen, std::numeric_limits<std::int64_t>::min());
  CHECK(metrics_of(m) ==
        R"({"name":"cache.hits","description":"found \"here\"","unit":"{hit}",)"
        R"("sum":{"aggregationTemporality":1,"isMonotonic":true,"dataPoints":[)"
        R"({"startTimeUnixNano":"100","timeUnixNano":"200","attributes":[)"
        R"({"key":"a","value":{"stringValue":"x\n"}},{"key":"b","value":{"doubleValue":0.5}}],)"
        R"("asInt":"9223372036854775807"},)"
        R"({"startTimeUnixNano":"100","timeUnixNano":"200","asInt":"2"}]}},)"
        R"({"name":"open","sum":{"aggregationTemporality":2,"isMonotonic":false,"dataPoints":[)"
        R"({"startTimeUnixNano":"100","timeUnixNano":"200","asInt":"-9223372036854775808"}]}})");
}

TEST_CASE("sums of doubles and gauges") {
  Metering m(64 * 1024, kFrom100);
  m.record(kCost, 0.1);
  m.record(kHeat, -3);
  m.record(kLoad, 1e21);
  CHECK(metrics_of(m) == R"({"name":"cost","unit":"EUR",)"
                         R"("sum":{"aggregationTemporality":1,"isMonotonic":true,"dataPoints":[)"
                         R"({"startTimeUnixNano":"100","timeUnixNano":"200","asDouble":0.1}]}},)"
                         R"({"name":"heat","unit":"Cel","gauge":{"dataPoints":[)"
                         R"({"startTimeUnixNano":"100","timeUnixNano":"200","asInt":"-3"}]}},)"
                         R"({"name":"load","gauge":{"dataPoints":[)"
                         R"({"startTimeUnixNano":"100","timeUnixNano":"200","asDouble":1e21}]}})");
}

TEST_CASE("histograms: counts are strings, and no sum where there were negative values") {
  Metering m(64 * 1024, kFrom100);
  m.record(kTimes, 2.5);
  m.record(kTimes, 11);
  m.record(kNoBounds, -1);
  m.record(kNoBounds, 4);
  CHECK(metrics_of(m) ==
        R"({"name":"times","unit":"s","histogram":{"aggregationTemporality":1,"dataPoints":[)"
        R"({"startTimeUnixNano":"100","timeUnixNano":"200","count":"2","sum":13.5,"min":2.5,)"
        R"("max":11.0,"bucketCounts":["0","1","0","1"],"explicitBounds":[0.0,2.5,10.0]}]}},)"
        R"({"name":"unbounded","histogram":{"aggregationTemporality":1,"dataPoints":[)"
        R"({"startTimeUnixNano":"100","timeUnixNano":"200","count":"2","min":-1.0,"max":4.0,)"
        R"("bucketCounts":["2"],"explicitBounds":[]}]}})");
}

TEST_CASE("exponential histograms") {
  Metering m(64 * 1024, kFrom100);
  m.record(kSizes, 4);
  m.record(kSizes, 1);
  m.record(kSizes, 0);
  CHECK(metrics_of(m) ==
        R"({"name":"sizes","unit":"By","exponentialHistogram":{"aggregationTemporality":1,)"
        R"("dataPoints":[{"startTimeUnixNano":"100","timeUnixNano":"200","count":"3","sum":5.0,)"
        R"("min":0.0,"max":4.0,"scale":0,"zeroCount":"1",)"
        R"("positive":{"offset":-1,"bucketCounts":["1","0","1"]}}]}})");
  Metering n(64 * 1024, kFrom100);
  n.record(kSizes, -4);
  n.record(kSizes, -1000);
  n.record(kSizes, 1e-9);
  CHECK(metrics_of(n) ==
        R"({"name":"sizes","unit":"By","exponentialHistogram":{"aggregationTemporality":1,)"
        R"("dataPoints":[{"startTimeUnixNano":"100","timeUnixNano":"200","count":"3",)"
        R"("min":-1000.0,"max":1e-9,"scale":-2,"zeroCount":"0",)"
        R"("positive":{"offset":-8,"bucketCounts":["1"]},)"
        R"("negative":{"offset":0,"bucketCounts":["1","0","1"]}}]}})");
}

TEST_CASE("exemplars and the overflow point") {
  Metering m(64 * 1024, {.cardinality_limit = 1, .exemplar_slots = 4, .start_unix_nano = 100});
  const measure::ExemplarSource source{
      .trace_id = {{0xAB, 1}},
      .span_id = {{0xCD, 2}},
      .now_unix_nano = [](const void*) { return std::uint64_t{150}; },
      .context = nullptr,
      .offer = measure::offer_exemplar,
      .write = encode::write_exemplars};
  m.record(kHits, 1, {}, &source);
  m.record(kTimes, 3, {}, &source);
  const std::string text = metrics_of(m);
  CHECK(
      text.find(R"("timeUnixNano":"200","attributes":[{"key":"otel.metric.overflow",)"
                R"("value":{"boolValue":true}}],"asInt":"1","exemplars":[)"
                R"({"timeUnixNano":"150","asInt":"1",)"
                R"("traceId":"ab010000000000000000000000000000","spanId":"cd02000000000000"}]})") !=
      std::string::npos);
  CHECK(text.find(R"("explicitBounds":[0.0,2.5,10.0],"exemplars":[{"timeUnixNano":"150",)"
                  R"("asDouble":3.0,)") != std::string::npos);
}

TEST_CASE("a pulled document is cumulative") {
  Metering m(64 * 1024,
             {.temporality = measure::TemporalityPreference::Cumulative, .start_unix_nano = 100});
  m.record(kHits, 1);
  CHECK(metrics_of(m, Reader::Pull).find(R"("asInt":"1")") != std::string::npos);
  m.record(kHits, 2);
  const std::string text = metrics_of(m, Reader::Pull);
  CHECK(text.find(R"("aggregationTemporality":2)") != std::string::npos);
  CHECK(text.find(R"("asInt":"3")") != std::string::npos);
}

TEST_CASE("no points, no metrics") {
  Metering m;
  CHECK(metrics_of(m).empty());
}

std::size_t count_of(std::string_view text, char c) {
  std::size_t count = 0;
  for (const char each : text) {
    count += each == c ? 1 : 0;
  }
  return count;
}

TEST_CASE("a document of any size is complete, and what did not fit comes in the next") {
  for (std::size_t size = 0; size < 1600; size += 3) {
    CAPTURE(size);
    Metering m(64 * 1024, kFrom100);
    for (std::int64_t i = 0; i < 3; ++i) {
      m.record(kHits, 1, {{"i", i}});
      m.record(kTimes, 1, {{"i", i}});
    }
    std::string memory(size, '\0');
    std::size_t points = 0;
    std::size_t taken = 1;
    for (std::uint8_t batch = 1; taken != 0; ++batch) {
      encode::JsonWriter out(memory);
      encode::MetricsDocument document(out, kResource);
      taken = 0;
      measure::Collection collection(m.table, Reader::Push, 200U + batch);
      while (const measure::PointView* point = collection.next()) {
        if (!document.add(*point)) {
          break;
        }
        collection.take(batch);
        ++taken;
      }
      if (taken == 0) {
        break;
      }
      document.close();
      const std::string_view text = out.text();
      REQUIRE_FALSE(out.failed());
      REQUIRE(text.ends_with("]}}]}]}]}"));
      REQUIRE(count_of(text, '{') == count_of(text, '}'));
      REQUIRE(count_of(text, '[') == count_of(text, ']'));
      points += taken;
    }
    REQUIRE((points == 6 || size < 520));
  }
}

TEST_CASE("a point that does not fit leaves no trace, and a smaller one may follow") {
  Metering m(64 * 1024, kFrom100);
  m.record(kHits, 1, {{"long", std::string(1000, 'x')}});
  m.record(kHits, 2);
  std::string memory(500, '\0');
  encode::JsonWriter out(memory);
  encode::MetricsDocument document(out, kResource);
  measure::Collection collection(m.table, Reader::Push, 200);
  CHECK_FALSE(document.add(*collection.next()));
  CHECK(document.add(*collection.next()));
  document.close();
  CHECK(out.text() == std::string(kBegin) +
                          R"({"name":"cache.hits","description":"found \"here\"","unit":"{hit}",)"
                          R"("sum":{"aggregationTemporality":1,"isMonotonic":true,"dataPoints":[)"
                          R"({"startTimeUnixNano":"100","timeUnixNano":"200","asInt":"2"}]}})" +
                          std::string(kEnd));
}

TEST_CASE("a document whose beginning does not fit takes no point") {
  Metering m;
  m.record(kHits, 1);
  char memory[300];
  encode::JsonWriter out(memory);
  encode::MetricsDocument document(out, std::string(300, 'r'));
  measure::Collection collection(m.table, Reader::Push, 200);
  const measure::PointView* point = collection.next();
  REQUIRE(point != nullptr);
  CHECK_FALSE(document.add(*point));
  CHECK_FALSE(document.add(*point));
}

}  // namespace
