// Points of the metric table as text: kinds, buckets, values of attributes, exemplars.

#include "encode/prometheus_points.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "encode/otlp_metrics.h"
#include "encode/prometheus_values.h"
#include "measure/metering.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;

constexpr auto kText = PrometheusFormat::Text;
constexpr auto kOpenMetrics = PrometheusFormat::OpenMetrics;

constexpr Counter kHits{"cache.hits", "{hit}", "Found."};
constexpr Counter<double> kCost{"cost", "EUR"};
constexpr UpDownCounter kOpen{"open"};
constexpr Gauge kHeat{"heat", "Cel"};
constexpr Gauge<double> kLoad{"load", "1"};
constexpr double kBounds[] = {0, 2.5, 10};
constexpr Histogram kTimes{"times", "s", {.bounds = kBounds}};
constexpr double kNegativeBounds[] = {-1, 1};
constexpr Histogram kSigned{"signed", "", {.bounds = kNegativeBounds}};
constexpr Histogram kNoBounds{"unbounded", "", {.bounds = {}}};
constexpr ExponentialHistogram kSizes{"sizes", "By"};
constexpr ExponentialHistogram kCoarse{"coarse", "", {.max_size = 2, .max_scale = 0}};
constexpr measure::TableOptions kCumulative{
    .temporality = TemporalityPreference::Cumulative, .exemplar_slots = 8, .start_unix_nano = 100};

std::string page_of(Metering& m, PrometheusFormat format = kText) {
  std::string memory(16 * 1024, '\0');
  PrometheusText page(memory, format, encode::double_format_of(m.table));
  encode::PrometheusPoints points(page);
  measure::Collection collection(m.table, measure::Reader::Pull, 200);
  while (const measure::PointView* point = collection.next()) {
    points.add(*point);
  }
  page.close();
  CHECK(page.fits());
  return std::string(page.text());
}

std::string label_of(const Value& value) {
  Metering m(64 * 1024, kCumulative);
  m.record(kOpen, 1, {{"v", value}});
  const std::string page = page_of(m);
  const std::string begin = "# TYPE open gauge\nopen{v=\"";
  CHECK(page.starts_with(begin));
  CHECK(page.ends_with("\"} 1\n"));
  return page.substr(begin.size(), page.size() - begin.size() - 5);
}

TEST_CASE("sums and gauges, integers as integers") {
  Metering m(64 * 1024, kCumulative);
  m.record(kHits, std::numeric_limits<std::int64_t>::max(), {{"b", true}, {"a", "x"}});
  m.record(kHits, 2);
  m.record(kOpen, std::numeric_limits<std::int64_t>::min());
  m.record(kCost, 0.1);
  m.record(kHeat, -3);
  m.record(kLoad, 1e21);
  CHECK(page_of(m) ==
        "# TYPE cache_hits_total counter\n"
        "# HELP cache_hits_total Found.\n"
        "cache_hits_total{a=\"x\",b=\"true\"} 9223372036854775807\n"
        "cache_hits_total 2\n"
        "# TYPE open gauge\n"
        "open -9223372036854775808\n"
        "# TYPE cost_EUR_total counter\n"
        "cost_EUR_total 0.1\n"
        "# TYPE heat_celsius gauge\n"
        "heat_celsius -3\n"
        "# TYPE load_ratio gauge\n"
        "load_ratio 1e21\n");
  m.record(kHits, 5);
  CHECK(page_of(m).find("\ncache_hits_total 7\n") != std::string::npos);
  CHECK(page_of(m) == page_of(m));  // nothing is taken
}

TEST_CASE("histograms count up to each bound, and to infinity") {
  Metering m(64 * 1024, kCumulative);
  m.record(kTimes, 0, {{"k", "v"}});
  m.record(kTimes, 2.5, {{"k", "v"}});
  m.record(kTimes, 2.6, {{"k", "v"}});
  m.record(kTimes, 11, {{"k", "v"}});
  m.record(kNoBounds, 4);
  CHECK(page_of(m, kOpenMetrics) ==
        "# TYPE times_seconds histogram\n"
        "# UNIT times_seconds seconds\n"
        "times_seconds_bucket{k=\"v\",le=\"0.0\"} 1\n"
        "times_seconds_bucket{k=\"v\",le=\"2.5\"} 2\n"
        "times_seconds_bucket{k=\"v\",le=\"10.0\"} 3\n"
        "times_seconds_bucket{k=\"v\",le=\"+Inf\"} 4\n"
        "times_seconds_count{k=\"v\"} 4\n"
        "times_seconds_sum{k=\"v\"} 16.1\n"
        "# TYPE unbounded histogram\n"
        "unbounded_bucket{le=\"+Inf\"} 1\n"
        "unbounded_count 1\n"
        "unbounded_sum 4.0\n"
        "# EOF\n");
}

TEST_CASE("a sum that can fall is left out, and with it OpenMetrics' count") {
  Metering m(64 * 1024, kCumulative);
  m.record(kNoBounds, -1);
  m.record(kSigned, 2);  // it can get negative values later
  CHECK(page_of(m) ==
        "# TYPE unbounded histogram\n"
        "unbounded_bucket{le=\"+Inf\"} 1\n"
        "unbounded_count 1\n"
        "# TYPE signed histogram\n"
        "signed_bucket{le=\"-1.0\"} 0\n"
        "signed_bucket{le=\"1.0\"} 0\n"
        "signed_bucket{le=\"+Inf\"} 1\n"
        "signed_count 1\n");
  CHECK(page_of(m, kOpenMetrics) ==
        "# TYPE unbounded histogram\n"
        "unbounded_bucket{le=\"+Inf\"} 1\n"
        "# TYPE signed histogram\n"
        "signed_bucket{le=\"-1.0\"} 0\n"
        "signed_bucket{le=\"1.0\"} 0\n"
        "signed_bucket{le=\"+Inf\"} 1\n"
        "# EOF\n");
}

TEST_CASE("exponential histograms: powers of two around what was measured") {
  Metering m(64 * 1024, kCumulative);
  for (const double value : {0.0, 3.0, 3.5, 4.0, 4.5, 100.0}) {
    m.record(kSizes, value);
  }
  CHECK(page_of(m) ==
        "# TYPE sizes_bytes histogram\n"
        "sizes_bytes_bucket{le=\"0.0\"} 1\n"
        "sizes_bytes_bucket{le=\"2.0\"} 1\n"
        "sizes_bytes_bucket{le=\"4.0\"} 4\n"
        "sizes_bytes_bucket{le=\"8.0\"} 5\n"
        "sizes_bytes_bucket{le=\"64.0\"} 5\n"
        "sizes_bytes_bucket{le=\"128.0\"} 6\n"
        "sizes_bytes_bucket{le=\"+Inf\"} 6\n"
        "sizes_bytes_count 6\n"
        "sizes_bytes_sum 115.0\n");
}

TEST_CASE("exponential histograms coarser than powers of two, and with negative values") {
  Metering m(64 * 1024, kCumulative);
  m.record(kCoarse, 1.5);
  m.record(kCoarse, 200);  // buckets (1, 16], (16, 256]
  m.record(kCoarse, -3);
  CHECK(page_of(m) ==
        "# TYPE coarse histogram\n"
        "coarse_bucket{le=\"0.0\"} 1\n"
        "coarse_bucket{le=\"1.0\"} 1\n"
        "coarse_bucket{le=\"16.0\"} 2\n"
        "coarse_bucket{le=\"256.0\"} 3\n"
        "coarse_bucket{le=\"+Inf\"} 3\n"
        "coarse_count 3\n");
}

TEST_CASE("the ends of doubles in exponential histograms") {
  Metering m(64 * 1024, kCumulative);
  m.record(kSizes, std::numeric_limits<double>::max());
  CHECK(page_of(m) ==
        "# TYPE sizes_bytes histogram\n"
        "sizes_bytes_bucket{le=\"0.0\"} 0\n"
        "sizes_bytes_bucket{le=\"8.98846567431158e307\"} 0\n"
        "sizes_bytes_bucket{le=\"+Inf\"} 1\n"
        "sizes_bytes_count 1\n"
        "sizes_bytes_sum 1.7976931348623157e308\n");
  Metering small(64 * 1024, kCumulative);
  small.record(kSizes, std::numeric_limits<double>::denorm_min());
  CHECK(page_of(small) ==
        "# TYPE sizes_bytes histogram\n"
        "sizes_bytes_bucket{le=\"0.0\"} 0\n"
        "sizes_bytes_bucket{le=\"5e-324\"} 1\n"
        "sizes_bytes_bucket{le=\"+Inf\"} 1\n"
        "sizes_bytes_count 1\n"
        "sizes_bytes_sum 5e-324\n");
}

TEST_CASE("values of attributes as text") {
  CHECK(label_of("plain \"text\"\n") == R"(plain \"text\"\n)");
  CHECK(label_of(false) == "false");
  CHECK(label_of(-7) == "-7");
  CHECK(label_of(0.5) == "0.5");
  CHECK(label_of(std::numeric_limits<double>::infinity()) == "+Inf");
  CHECK(label_of(Value()) == "");
  const std::byte bytes[] = {std::byte{0}, std::byte{0xFF}, std::byte{1}, std::byte{2}};
  CHECK(label_of(Value::bytes(bytes)) == "AP8BAg==");
  const std::string_view texts[] = {"a", "caf\xC3\xA9 \"q\" \\ \n\x01"};
  CHECK(label_of(std::span<const std::string_view>(texts)) ==
        "[\\\"a\\\",\\\"caf\xC3\xA9 \\\\\\\"q\\\\\\\" \\\\\\\\ \\\\n\\\\u0001\\\"]");
  const Attribute inner[] = {{"b", Value::bytes(bytes)}, {"n", 1}, {"e", Value()}};
  CHECK(label_of(std::span<const Attribute>(inner)) ==
        R"({\"b\":\"AP8BAg==\",\"n\":1,\"e\":null})");
}

TEST_CASE("bytes of any length") {
  std::string expected;
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < 100; ++i) {
    CHECK(label_of(Value::bytes(bytes)).size() == (i + 2) / 3 * 4);
    bytes.push_back(std::byte{0});
  }
  CHECK(label_of(Value::bytes({bytes.data(), 51})) == std::string(68, 'A'));
}

TEST_CASE("the overflow point says that it is one") {
  measure::TableOptions options = kCumulative;
  options.cardinality_limit = 1;
  Metering m(64 * 1024, options);
  m.record(kOpen, 4, {{"k", "v"}});
  CHECK(page_of(m) == "# TYPE open gauge\nopen{otel_metric_overflow=\"true\"} 4\n");
}

TEST_CASE("deltas without totals are not told") {
  Metering m;
  m.record(kHits, 1);
  m.record(kOpen, 1);
  CHECK(page_of(m) == "# TYPE open gauge\nopen 1\n");
}

TEST_CASE("the second of two metrics whose names become the same is left out") {
  constexpr Counter kOther{"cache_hits"};
  Metering m(64 * 1024, kCumulative);
  m.record(kHits, 1);
  m.record(kOther, 5);
  m.record(kOther, 5, {{"k", "v"}});
  m.record(kOpen, 1);
  CHECK(page_of(m) ==
        "# TYPE cache_hits_total counter\n# HELP cache_hits_total Found.\ncache_hits_total 1\n"
        "# TYPE open gauge\nopen 1\n");
}

TEST_CASE("exemplars stand on the bucket they fall into") {
  Metering m(64 * 1024, kCumulative);
  measure::ExemplarSource source{
      .now_unix_nano = [](const void*) -> std::uint64_t { return 1'000'000'001'500'000'000; },
      .offer = &measure::offer_exemplar,
      .write = &encode::write_exemplars};
  source.trace_id.bytes.fill(0x11);
  source.span_id.bytes.fill(0x22);
  m.record(kHits, 3, {}, &source);
  m.record(kTimes, 2.5, {}, &source);
  m.record(kTimes, 70, {}, &source);
  m.record(kCoarse, 5, {}, &source);
  constexpr std::string_view kIds =
      " # {trace_id=\"11111111111111111111111111111111\",span_id=\"2222222222222222\"} ";
  const auto with = [&](std::string_view value) {
    return std::string(kIds) + std::string(value) + " 1000000001.500000000\n";
  };
  CHECK(page_of(m, kOpenMetrics) ==
        "# TYPE cache_hits counter\n# HELP cache_hits Found.\ncache_hits_total 3" + with("3") +
            "# TYPE times_seconds histogram\n# UNIT times_seconds seconds\n"
            "times_seconds_bucket{le=\"0.0\"} 0\n"
            "times_seconds_bucket{le=\"2.5\"} 1" +
            with("2.5") +
            "times_seconds_bucket{le=\"10.0\"} 1\n"
            "times_seconds_bucket{le=\"+Inf\"} 2" +
            with("70.0") +
            "times_seconds_count 2\ntimes_seconds_sum 72.5\n"
            "# TYPE coarse histogram\n"
            "coarse_bucket{le=\"0.0\"} 0\ncoarse_bucket{le=\"4.0\"} 0\n"
            "coarse_bucket{le=\"8.0\"} 1" +
            with("5.0") + "coarse_bucket{le=\"+Inf\"} 1\ncoarse_count 1\ncoarse_sum 5.0\n# EOF\n");
  CHECK(page_of(m).find('#', page_of(m).find("cache_hits_total 3")) ==
        page_of(m).find("# TYPE times"));
}

TEST_CASE("labels of a resource: scalars, unescaped and escaped again") {
  constexpr std::string_view kResource =
      R"({"attributes":[{"key":"service.name","value":{"stringValue":"a\"b\\c\nd\u001fe"}},)"
      R"({"key":"n","value":{"intValue":"-4"}},{"key":"d","value":{"doubleValue":0.5}},)"
      R"({"key":"l","value":{"arrayValue":{"values":[{"stringValue":"x"}]}}},)"
      R"({"key":"t","value":{"boolValue":true}},{"key":"e","value":{"stringValue":""}}]})";
  PrometheusLabel labels[8];
  const std::size_t count = encode::labels_of_resource(kResource, labels);
  CHECK(count == 5);
  std::string memory(512, '\0');
  PrometheusText page(memory, kText);
  CHECK(page.begin_family({.name = "x"}));
  page.sample({labels, count}, {.value = std::uint64_t{1}});
  CHECK(page.text() ==
        "# TYPE x gauge\n"
        "x{d=\"0.5\",e=\"\",n=\"-4\",service_name=\"a\\\"b\\\\c\\nd\x1F"
        "e\",t=\"true\"} 1\n");
  CHECK(encode::labels_of_resource(kResource, {labels, 2}) == 2);
  CHECK(encode::labels_of_resource("", labels) == 0);
  CHECK(encode::labels_of_resource(R"({"attributes":[]})", labels) == 0);
}

}  // namespace
