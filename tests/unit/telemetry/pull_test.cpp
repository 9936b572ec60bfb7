// Metrics that are asked for: by a host, in parts, and as a page for Prometheus.

#include <afterglow/prometheus.h>

#include <vector>

#include "metric_fixture.h"

namespace afterglow::test {
namespace {

constexpr Config kPull{.service_name = "cart", .metrics = {.reader = MetricReader::pull()}};

// All parts of one report.
std::vector<std::string> report_of(FakeHost& host) {
  std::vector<std::string> parts;
  for (std::string_view part = host.collect_metrics(); !part.empty();
       part = host.collect_metrics()) {
    CHECK(part.starts_with(R"({"resourceMetrics":[{"resource":{"attributes":[)"));
    CHECK(part.ends_with("]}]}]}"));
    parts.emplace_back(part);
  }
  return parts;
}

// Long once it is escaped, so that a few points fill a part.
std::string user(std::int64_t number) {
  return std::string(80, '\x01') + std::to_string(number);
}

std::string page_of(Telemetry& telemetry, PrometheusFormat format = PrometheusFormat::Text) {
  std::string memory(8192, '\0');
  const std::size_t size = write_prometheus(telemetry, format, memory);
  REQUIRE(size <= memory.size());
  return memory.substr(0, size);
}

}  // namespace

TEST_CASE("a pull reader tells totals as often as it is asked, and pushes nothing") {
  FreshInstance<> fresh(kPull);
  constexpr host::Pair kEnvironment[] = {
      {"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta"}};
  fresh.host.environment = kEnvironment;
  fresh.telemetry.add(kLookups, 2);
  fresh.telemetry.add(kOpen, -1);
  fresh.telemetry.export_metrics_next();
  FlushReport report = fresh.telemetry.flush();
  CHECK(report.status == FlushStatus::Nothing);
  auto parts = report_of(fresh.host);
  REQUIRE(parts.size() == 1);
  CHECK(integers_of(parts[0]) == "2 -1 ");
  CHECK(count(parts[0], R"("aggregationTemporality":2)") == 2);
  CHECK(count(parts[0], "service.instance.id") == 0);
  const std::string start = quoted_of(parts[0], "startTimeUnixNano");
  CHECK(integers_of(report_of(fresh.host)[0]) == "2 -1 ");
  fresh.telemetry.add(kLookups, 3);
  CHECK(integers_of(report_of(fresh.host)[0]) == "5 -1 ");
  CHECK(quoted_of(report_of(fresh.host)[0], "startTimeUnixNano") == start);
  report = fresh.telemetry.shutdown();
  check_books(report);
  CHECK(report.measurements.aggregated == 3);
  CHECK(report.metrics.recorded == 0);
  CHECK(fresh.host.sent_count() == 0);
  CHECK(fresh.host.line_count() == 0);
  CHECK(integers_of(report_of(fresh.host)[0]) == "5 -1 ");
}

TEST_CASE("the host is offered metrics when the first one is measured, by pull readers only") {
  FreshInstance<> push;
  push.telemetry.add(kLookups, 1);
  CHECK(push.host.count(Call::OfferMetrics) == 0);
  FreshInstance<> pull(kPull);
  pull.telemetry.flush();
  CHECK(pull.host.count(Call::OfferMetrics) == 0);
  CHECK(pull.host.collect_metrics().empty());
  pull.telemetry.add(kLookups, 1);
  pull.telemetry.add(kLookups, 1);
  CHECK(pull.host.count(Call::OfferMetrics) == 1);
}

TEST_CASE("what is asked for before any flush has its resource") {
  FreshInstance<> fresh(kPull);
  constexpr host::Pair kPlatform[] = {{"cloud.region", "eu"}};
  fresh.host.platform = kPlatform;
  fresh.telemetry.add(kLookups, 1);
  CHECK(count(report_of(fresh.host)[0], R"("cloud.region","value":{"stringValue":"eu"})") == 1);
  report_of(fresh.host);
  CHECK(fresh.host.count(Call::Resource) == 1);
}

TEST_CASE("a report goes in as many parts as it takes, each point once") {
  FreshInstance<> fresh({.metrics = {.reader = MetricReader::pull(), .pages = 24}});
  std::string expected;
  for (std::int64_t i = 0; i < 80; ++i) {
    fresh.telemetry.add(kLookups, i + 1, {{"user", user(i)}});
    expected += std::to_string(i + 1) + " ";
  }
  for (int round = 0; round < 3; ++round) {
    const auto parts = report_of(fresh.host);
    CHECK(parts.size() > 1);
    std::string all;
    for (const std::string& part : parts) {
      all += integers_of(part);
    }
    CHECK(all == expected);
  }
}

TEST_CASE("between parts requests go on; what they add is told now or next time") {
  FreshInstance<> fresh({.metrics = {.reader = MetricReader::pull(), .pages = 24}});
  for (std::int64_t i = 0; i < 80; ++i) {
    fresh.telemetry.add(kLookups, 1, {{"user", user(i)}});
  }
  CHECK_FALSE(fresh.host.collect_metrics().empty());
  fresh.telemetry.add(kLookups, 7, {{"user", "new"}});
  fresh.telemetry.start_span("GET /").end();
  fresh.telemetry.flush();
  std::string rest;
  for (const std::string& part : report_of(fresh.host)) {
    rest += integers_of(part);
  }
  CHECK(rest.ends_with("1 7 "));
}

TEST_CASE("a point larger than a part is left out and counted") {
  FreshInstance<> fresh({.metrics = {.reader = MetricReader::pull(), .pages = 24}});
  fresh.telemetry.add(kLookups, 1, {{"user", 1}});
  const std::string large(8000, '\x01');
  fresh.telemetry.add(kLookups, 2, {{"user", large}});
  fresh.telemetry.add(kLookups, 3, {{"user", 3}});
  REQUIRE(fresh.telemetry.report().measurements.overflowed == 0);
  std::string all;
  for (const std::string& part : report_of(fresh.host)) {
    all += integers_of(part);
  }
  CHECK(all == "1 3 ");
  CHECK(fresh.telemetry.report().metrics.dropped(DropReason::TooLarge) == 1);
  check_books(fresh.telemetry.report());
}

TEST_CASE("callbacks run once a report") {
  static int calls = 0;
  calls = 0;
  constexpr ObservableCounter kSeen{"seen"};
  FreshInstance<> fresh({.metrics = {.reader = MetricReader::pull(), .pages = 24}});
  fresh.telemetry.observe(kSeen, [](Observer<std::int64_t>& observer, void*) {
    ++calls;
    observer.observe(calls);
  });
  for (std::int64_t i = 0; i < 80; ++i) {
    fresh.telemetry.add(kLookups, 1, {{"user", user(i)}});
  }
  CHECK(report_of(fresh.host).size() > 1);
  CHECK(calls == 1);
  CHECK(count(report_of(fresh.host).back(), R"("asInt":"2")") == 1);
  CHECK(calls == 2);
}

TEST_CASE("what may not leave is not told") {
  FreshInstance<> none({.metrics = {.reader = MetricReader::pull(), .way = ExportWay::None}});
  none.telemetry.add(kLookups, 1);
  CHECK(none.host.collect_metrics().empty());
  CHECK(page_of(none.telemetry) == "");
  FreshInstance<> by_environment(kPull);
  constexpr host::Pair kEnvironment[] = {{"OTEL_METRICS_EXPORTER", "none"}};
  by_environment.host.environment = kEnvironment;
  by_environment.telemetry.add(kLookups, 1);
  CHECK(by_environment.host.collect_metrics().empty());
  FreshInstance<> disabled(kPull);
  constexpr host::Pair kDisabled[] = {{"OTEL_SDK_DISABLED", "true"}};
  disabled.host.environment = kDisabled;
  disabled.telemetry.add(kLookups, 1);
  CHECK(disabled.host.collect_metrics().empty());
  CHECK(page_of(disabled.telemetry) == "");
}

TEST_CASE("conflicts are told in pull mode too") {
  constexpr Counter kOther{"cart.open"};
  FreshInstance<> fresh(kPull);
  fresh.telemetry.add(kOpen, 1);
  fresh.telemetry.add(kOther, 1);
  fresh.telemetry.flush();
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::MetricConflict) == 1);
}

TEST_CASE("a page for Prometheus tells the resource and every instrument") {
  FreshInstance<> fresh(kPull);
  fresh.telemetry.add(kLookups, 2, {{"cache.hit", true}});
  Span span = fresh.telemetry.start_span("GET /");
  span.record(kItems, 4);
  span.end();
  const std::string target =
      "target_info{service_name=\"cart\",telemetry_sdk_language=\"cpp\",telemetry_sdk_name="
      "\"afterglow\",telemetry_sdk_version=\"" +
      std::string(kVersion) + "\"} 1\n";
  CHECK(page_of(fresh.telemetry) ==
        "# TYPE target_info gauge\n# HELP target_info The resource of these metrics.\n" + target +
            "# TYPE cart_cache_lookups_total counter\n"
            "# HELP cart_cache_lookups_total Lookups in the cache.\n"
            "cart_cache_lookups_total{cache_hit=\"true\"} 2\n"
            "# TYPE cart_items histogram\n"
            "cart_items_bucket{le=\"1.0\"} 0\n"
            "cart_items_bucket{le=\"5.0\"} 1\n"
            "cart_items_bucket{le=\"10.0\"} 1\n"
            "cart_items_bucket{le=\"+Inf\"} 1\n"
            "cart_items_count 1\n"
            "cart_items_sum 4.0\n");
  const std::string open_metrics = page_of(fresh.telemetry, PrometheusFormat::OpenMetrics);
  CHECK(
      open_metrics.starts_with("# TYPE target info\n# HELP target The resource of these "
                               "metrics.\n" +
                               target));
  CHECK(count(open_metrics, "cart_items_bucket{le=\"5.0\"} 1 # {trace_id=\"") == 1);
  CHECK(open_metrics.ends_with("# EOF\n"));
}

TEST_CASE("a page says how much memory it takes") {
  FreshInstance<> fresh(kPull);
  fresh.telemetry.add(kLookups, 2);
  const std::string whole = page_of(fresh.telemetry);
  CHECK(write_prometheus(fresh.telemetry, PrometheusFormat::Text, {}) == whole.size());
  char few[8];
  CHECK(write_prometheus(fresh.telemetry, PrometheusFormat::Text, few) == whole.size());
}

TEST_CASE("a page of an instance that measured nothing, and of one that pushes") {
  FreshInstance<> idle(kPull);
  CHECK(page_of(idle.telemetry) == "");
  CHECK(page_of(idle.telemetry, PrometheusFormat::OpenMetrics) == "# EOF\n");
  FreshInstance<> push;
  push.telemetry.add(kLookups, 2);
  push.telemetry.add(kOpen, 2);
  const std::string page = page_of(push.telemetry);
  CHECK(count(page, "cart_cache_lookups") == 0);
  CHECK(page.ends_with("# TYPE cart_open gauge\ncart_open 2\n"));
}

TEST_CASE("a name that is taken is a conflict") {
  constexpr Counter kSame{"cart.open.total"};
  constexpr UpDownCounter kFirst{"cart_open_total"};
  FreshInstance<> fresh(kPull);
  fresh.telemetry.add(kFirst, 1);
  fresh.telemetry.add(kSame, 2);
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::MetricConflict) == 0);
  CHECK(page_of(fresh.telemetry).ends_with("# TYPE cart_open_total gauge\ncart_open_total 1\n"));
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::MetricConflict) == 1);
}

}  // namespace afterglow::test
