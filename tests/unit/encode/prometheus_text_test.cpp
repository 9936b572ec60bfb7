// The text formats of Prometheus, byte for byte: names, units, labels, numbers, collisions.

#include <afterglow/prometheus_text.h>
#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

namespace {

using namespace afterglow;

constexpr auto kText = PrometheusFormat::Text;
constexpr auto kOpenMetrics = PrometheusFormat::OpenMetrics;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Page {
  std::string memory;
  PrometheusText out;

  explicit Page(PrometheusFormat format = kText, std::size_t bytes = 64 * 1024)
      : memory(bytes, '\xEE'), out(memory, format) {}

  void sample(std::vector<PrometheusLabel> labels, const PrometheusSample& sample) {
    out.sample(labels, sample);
  }
  std::string text() {
    CHECK(out.fits());
    return std::string(out.text());
  }
};

// The name that the first line tells.
std::string name_of(const PrometheusFamily& family, PrometheusFormat format = kOpenMetrics) {
  Page page(format);
  CHECK(page.out.begin_family(family));
  std::string name = page.text();
  name.erase(0, std::string_view("# TYPE ").size());
  return name.substr(0, name.find(' '));
}

std::string labels_of(std::vector<PrometheusLabel> labels,
                      PrometheusType type = PrometheusType::Gauge) {
  Page page;
  CHECK(page.out.begin_family({.name = "x", .type = type}));
  const std::size_t before = page.out.size();
  page.sample(std::move(labels), {.value = std::uint64_t{1}});
  return page.text().substr(before);
}

std::string number(PrometheusNumber value) {
  Page page;
  page.out.label_number(value);
  return page.text();
}

TEST_CASE("a family of each type, as text and as OpenMetrics") {
  const auto write = [](PrometheusFormat format) {
    Page page(format);
    CHECK(page.out.begin_family({.name = "a.hits",
                                 .unit = "{hit}",
                                 .description = "say \"hi\"\n\\o/",
                                 .type = PrometheusType::Counter}));
    page.sample({{"k", "v"}}, {.value = std::int64_t{3}});
    CHECK(page.out.begin_family({.name = "b.size", .unit = "By"}));
    page.sample({}, {.value = std::int64_t{-2}});
    CHECK(page.out.begin_family({.name = "c", .unit = "s", .type = PrometheusType::Histogram}));
    page.sample({}, {.part = PrometheusPart::Bucket, .bound = 0.5, .value = std::uint64_t{1}});
    page.sample({{"k", "v"}},
                {.part = PrometheusPart::Bucket, .bound = kInfinity, .value = std::uint64_t{2}});
    page.sample({}, {.part = PrometheusPart::Count, .value = std::uint64_t{2}});
    page.sample({}, {.part = PrometheusPart::Sum, .value = 2.25});
    CHECK(page.out.begin_family({.name = "target", .type = PrometheusType::Info}));
    page.sample({{"service.name", "cart"}}, {.value = std::uint64_t{1}});
    page.out.close();
    CHECK(page.out.collisions() == 0);
    return page.text();
  };
  CHECK(write(kText) ==
        "# TYPE a_hits_total counter\n"
        "# HELP a_hits_total say \"hi\"\\n\\\\o/\n"
        "a_hits_total{k=\"v\"} 3\n"
        "# TYPE b_size_bytes gauge\n"
        "b_size_bytes -2\n"
        "# TYPE c_seconds histogram\n"
        "c_seconds_bucket{le=\"0.5\"} 1\n"
        "c_seconds_bucket{k=\"v\",le=\"+Inf\"} 2\n"
        "c_seconds_count 2\n"
        "c_seconds_sum 2.25\n"
        "# TYPE target_info gauge\n"
        "target_info{service_name=\"cart\"} 1\n");
  CHECK(write(kOpenMetrics) ==
        "# TYPE a_hits counter\n"
        "# HELP a_hits say \\\"hi\\\"\\n\\\\o/\n"
        "a_hits_total{k=\"v\"} 3\n"
        "# TYPE b_size_bytes gauge\n"
        "# UNIT b_size_bytes bytes\n"
        "b_size_bytes -2\n"
        "# TYPE c_seconds histogram\n"
        "# UNIT c_seconds seconds\n"
        "c_seconds_bucket{le=\"0.5\"} 1\n"
        "c_seconds_bucket{k=\"v\",le=\"+Inf\"} 2\n"
        "c_seconds_count 2\n"
        "c_seconds_sum 2.25\n"
        "# TYPE target info\n"
        "target_info{service_name=\"cart\"} 1\n"
        "# EOF\n");
}

TEST_CASE("names: what cannot stand becomes one underscore") {
  CHECK(name_of({.name = "http.server.request-duration/x"}) == "http_server_request_duration_x");
  CHECK(name_of({.name = "a..-b__c:d"}) == "a_b_c:d");
  CHECK(name_of({.name = "2nd"}) == "_2nd");
  CHECK(name_of({.name = ""}) == "_");
  CHECK(name_of({.name = "caf\xC3\xA9"}) == "caf_");
  CHECK(name_of({.name = "a\n# EOF"}) == "a_EOF");
}

TEST_CASE("counters end in _total, once") {
  constexpr auto kCounter = PrometheusType::Counter;
  CHECK(name_of({.name = "hits", .type = kCounter}, kText) == "hits_total");
  CHECK(name_of({.name = "hits.total", .type = kCounter}, kText) == "hits_total");
  CHECK(name_of({.name = "hits.total", .type = kCounter}) == "hits");
  CHECK(name_of({.name = "hits_seconds_total", .unit = "s", .type = kCounter}, kText) ==
        "hits_seconds_total");
  CHECK(name_of({.name = "total", .type = kCounter}, kText) == "total_total");
  CHECK(name_of({.name = "_total", .type = kCounter}, kText) == "_total_total");
  CHECK(name_of({.name = "hits.total"}) == "hits_total");  // a gauge is called what it is called
}

TEST_CASE("units in words, unless the name ends with them") {
  const auto with_unit = [](std::string_view unit, PrometheusType type = PrometheusType::Gauge) {
    return name_of({.name = "x", .unit = unit, .type = type});
  };
  CHECK(with_unit("s") == "x_seconds");
  CHECK(with_unit("ms") == "x_milliseconds");
  CHECK(with_unit("By") == "x_bytes");
  CHECK(with_unit("KiBy") == "x_kibibytes");
  CHECK(with_unit("Cel") == "x_celsius");
  CHECK(with_unit("%") == "x_percent");
  CHECK(with_unit("EUR") == "x_EUR");
  CHECK(with_unit("[degF]") == "x_degF");
  CHECK(with_unit("{request}") == "x");
  CHECK(with_unit("{}") == "x");
  CHECK(with_unit("By{sent}") == "x_bytes");
  CHECK(with_unit("{sent}By") == "x_bytes");
  CHECK(with_unit("{request") == "x");
  CHECK(with_unit("/") == "x");
  CHECK(with_unit("By/s") == "x_bytes_per_second");
  CHECK(with_unit("{request}/s") == "x_per_second");
  CHECK(with_unit("m/h") == "x_meters_per_hour");
  CHECK(with_unit("1") == "x_ratio");
  CHECK(with_unit("1", PrometheusType::Histogram) == "x");
  CHECK(with_unit("1", PrometheusType::Counter) == "x");
  CHECK(name_of({.name = "time.seconds", .unit = "s"}) == "time_seconds");
  CHECK(name_of({.name = "seconds", .unit = "s"}) == "seconds_seconds");
  CHECK(name_of({.name = "milliseconds", .unit = "s"}) == "milliseconds_seconds");
}

TEST_CASE("labels: sorted, sanitised, escaped") {
  CHECK(labels_of({}) == "x 1\n");
  CHECK(labels_of({{"b", "2"}, {"a", "1"}}) == "x{a=\"1\",b=\"2\"} 1\n");
  CHECK(labels_of({{"http.route", "/a"}}) == "x{http_route=\"/a\"} 1\n");
  CHECK(labels_of({{"a:b", ""}, {"9", "n"}, {"__name__", "y"}}) ==
        "x{_9=\"n\",_name_=\"y\",a_b=\"\"} 1\n");
  CHECK(labels_of({{"v", "q\" b\\ n\n t\t"}}) == "x{v=\"q\\\" b\\\\ n\\n t\t\"} 1\n");
  CHECK(labels_of({{"v", {"\0", 1}}}) == std::string("x{v=\"\0\"} 1\n", 11));
  CHECK(labels_of({{"v", "caf\xC3\xA9 \xC3( \xFF"}}) ==
        "x{v=\"caf\xC3\xA9 \xEF\xBF\xBD( \xEF\xBF\xBD\"} 1\n");
}

TEST_CASE("labels whose names become the same are joined in the order of their keys") {
  CHECK(labels_of({{"a_b", "under"}, {"a0", "other"}, {"a.b", "dot"}}) ==
        "x{a_b=\"dot;under\",a0=\"other\"} 1\n");
  CHECK(labels_of({{"a-b", "1"}, {"a.b", "2"}, {"a/b", "3"}}) == "x{a_b=\"1;2;3\"} 1\n");
}

TEST_CASE("a label of a histogram that is called as its bounds are") {
  CHECK(labels_of({{"le", "mine"}}, PrometheusType::Histogram) == "x{_le=\"mine\"} 1\n");
  CHECK(labels_of({{"le", "mine"}}) == "x{le=\"mine\"} 1\n");
}

TEST_CASE("numbers") {
  CHECK(number(std::uint64_t{0}) == "0");
  CHECK(number(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(number(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(number(0.1) == "0.1");
  CHECK(number(1e21) == "1e21");
  CHECK(number(std::numeric_limits<double>::quiet_NaN()) == "NaN");
  CHECK(number(kInfinity) == "+Inf");
  CHECK(number(-kInfinity) == "-Inf");
}

TEST_CASE("exemplars, on counters and buckets of OpenMetrics only") {
  PrometheusExemplar exemplar{.value = 0.25, .unix_nano = 1'700'000'000'000'000'042};
  exemplar.trace_id.bytes.fill(0xAB);
  exemplar.span_id.bytes.fill(0x01);
  const auto write = [&](PrometheusFormat format) {
    Page page(format);
    CHECK(page.out.begin_family({.name = "c", .type = PrometheusType::Counter}));
    page.sample({}, {.value = std::uint64_t{1}, .exemplar = &exemplar});
    CHECK(page.out.begin_family({.name = "g"}));
    page.sample({}, {.value = std::uint64_t{1}, .exemplar = &exemplar});
    CHECK(page.out.begin_family({.name = "h", .type = PrometheusType::Histogram}));
    page.sample({}, {.part = PrometheusPart::Bucket,
                     .bound = kInfinity,
                     .value = std::uint64_t{1},
                     .exemplar = &exemplar});
    page.sample({},
                {.part = PrometheusPart::Count, .value = std::uint64_t{1}, .exemplar = &exemplar});
    return page.text();
  };
  constexpr std::string_view kExemplar =
      " # {trace_id=\"abababababababababababababababab\",span_id=\"0101010101010101\"} 0.25 "
      "1700000000.000000042";
  CHECK(write(kOpenMetrics) == "# TYPE c counter\nc_total 1" + std::string(kExemplar) +
                                   "\n# TYPE g gauge\ng 1\n# TYPE h histogram\n"
                                   "h_bucket{le=\"+Inf\"} 1" +
                                   std::string(kExemplar) + "\nh_count 1\n");
  CHECK(write(kText) ==
        "# TYPE c_total counter\nc_total 1\n# TYPE g gauge\ng 1\n# TYPE h histogram\n"
        "h_bucket{le=\"+Inf\"} 1\nh_count 1\n");
}

TEST_CASE("of families that collide the first one stays, in both formats") {
  struct Pair {
    PrometheusFamily first;
    PrometheusFamily second;
    bool collides;
  };
  constexpr auto kCounter = PrometheusType::Counter;
  constexpr auto kHistogram = PrometheusType::Histogram;
  const Pair pairs[] = {
      {{.name = "a.b"}, {.name = "a_b"}, true},
      {{.name = "a.b"}, {.name = "a_b", .unit = "s"}, false},
      {{.name = "a_seconds"}, {.name = "a", .unit = "s"}, true},
      {{.name = "a", .type = kCounter}, {.name = "a.total", .type = kCounter}, true},
      {{.name = "a", .type = kCounter}, {.name = "a"}, true},
      {{.name = "a"}, {.name = "a", .type = kCounter}, true},
      {{.name = "a.total"}, {.name = "a", .type = kCounter}, true},
      {{.name = "a", .type = kCounter}, {.name = "a.total"}, true},
      {{.name = "a", .type = kHistogram}, {.name = "a.count"}, true},
      {{.name = "a.sum"}, {.name = "a", .type = kHistogram}, true},
      {{.name = "a", .type = kHistogram}, {.name = "a.count", .type = kCounter}, false},
      {{.name = "ab"}, {.name = "a"}, false},
      {{.name = "A"}, {.name = "a"}, false},
  };
  for (const PrometheusFormat format : {kText, kOpenMetrics}) {
    for (const Pair& pair : pairs) {
      CAPTURE(pair.first.name);
      CAPTURE(pair.second.name);
      Page page(format);
      CHECK(page.out.begin_family(pair.first));
      if (pair.first.type == kHistogram) {
        page.sample({}, {.part = PrometheusPart::Count, .value = std::uint64_t{1}});
      } else {
        page.sample({}, {.value = std::uint64_t{1}});
      }
      const std::size_t before = page.out.size();
      CHECK(page.out.begin_family(pair.second) != pair.collides);
      CHECK((page.out.size() == before) == pair.collides);
      CHECK(page.out.collisions() == (pair.collides ? 1 : 0));
    }
  }
}

TEST_CASE("texts of a page cannot pass for lines of it") {
  Page page;
  CHECK(page.out.begin_family({.name = "a", .description = "x\n# TYPE b gauge\nb 1"}));
  page.sample({{"k", "\n# TYPE b gauge\nb 1"}}, {.value = std::uint64_t{1}});
  CHECK(page.out.begin_family({.name = "b"}));
}

TEST_CASE("what does not fit is counted, and nothing is written behind the memory") {
  const auto write = [](PrometheusText& out) {
    std::vector<PrometheusLabel> labels{{"key", "value"}};
    CHECK(out.begin_family({.name = "some.name", .unit = "s", .description = "text"}));
    out.sample(labels, {.value = 1.5});
    out.close();
  };
  Page whole(kOpenMetrics);
  write(whole.out);
  const std::string expected = whole.text();
  for (std::size_t bytes = 0; bytes <= expected.size(); ++bytes) {
    std::string memory(bytes + 8, '\xEE');
    PrometheusText out(std::span(memory.data(), bytes), kOpenMetrics);
    write(out);
    CHECK(out.size() == expected.size());
    CHECK(out.fits() == (bytes == expected.size()));
    CHECK(out.text() == (out.fits() ? expected : ""));
    CHECK(memory.substr(0, bytes) == expected.substr(0, bytes));
    CHECK(memory.substr(bytes) == std::string(8, '\xEE'));
  }
}

TEST_CASE("huge names and keys are cut") {
  const std::string huge(100'000, 'n');
  CHECK(name_of({.name = huge, .unit = huge}).size() == 512);
  CHECK(labels_of({{huge, "v"}}) == "x{" + std::string(256, 'n') + "=\"v\"} 1\n");
}

TEST_CASE("powers of two around the buckets of exponential histograms") {
  CHECK(power_below(0, 0) == 0);
  CHECK(power_above(0, 0) == 1);
  CHECK(power_below(-1, 3) == -1);  // (2^(-1/8), 1]
  CHECK(power_above(-1, 3) == 0);
  CHECK(power_above(7, 3) == 1);  // (2^(7/8), 2]
  CHECK(power_above(8, 3) == 2);
  CHECK(power_below(-8, 3) == -1);
  CHECK(power_below(-9, 3) == -2);
  CHECK(power_below(1, -2) == 4);  // (16, 256]
  CHECK(power_above(1, -2) == 8);
  CHECK(power_of_two(0) == 1);
  CHECK(power_of_two(-1) == 0.5);
  CHECK(power_of_two(1023) == 0x1p1023);
  CHECK(power_of_two(1024) == kInfinity);
  CHECK(power_of_two(-1022) == 0x1p-1022);
  CHECK(power_of_two(-1074) == std::numeric_limits<double>::denorm_min());
  CHECK(power_of_two(-1075) == 0);
}

TEST_CASE("the format that a client asks for") {
  CHECK(choose_format("") == kText);
  CHECK(choose_format("*/*") == kText);
  CHECK(choose_format("text/plain") == kText);
  CHECK(choose_format("application/openmetrics-text") == kOpenMetrics);
  CHECK(choose_format("Application/OpenMetrics-Text; version=1.0.0") == kOpenMetrics);
  CHECK(choose_format("application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
                      "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1") ==
        kOpenMetrics);
  CHECK(choose_format("application/openmetrics-text;q=0.4, text/plain;q=0.5") == kText);
  CHECK(choose_format("application/openmetrics-text;q=0.5, text/plain;q=0.5") == kOpenMetrics);
  CHECK(choose_format("application/openmetrics-text;q=0.499,text/plain ; Q=0.5") == kText);
  CHECK(choose_format("application/openmetrics-text;q=0") == kText);
  CHECK(choose_format("application/openmetrics-text;q=x") == kText);
  CHECK(choose_format("application/openmetrics-text;q=1.001") == kText);
  CHECK(choose_format("application/openmetrics-text;q=0.00001") == kText);
  CHECK(choose_format("application/openmetrics-textual") == kText);
  CHECK(choose_format(",;,=;q=,") == kText);
  CHECK(content_type(kText) == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(content_type(kOpenMetrics) == "application/openmetrics-text; version=1.0.0; charset=utf-8");
}

}  // namespace
