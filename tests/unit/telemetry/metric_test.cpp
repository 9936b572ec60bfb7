// Measuring: verbs, calls, the memory it takes, and what is rejected.

#include <cmath>
#include <limits>

#include "metric_fixture.h"

namespace afterglow::test {

TEST_CASE("the first measurement reads clock and random once; later ones make no host call") {
  FreshInstance<> fresh(kEveryFlush);
  fresh.telemetry.add(kLookups, 1);
  CHECK(fresh.host.calls() == "earw");
  fresh.host.forget_calls();
  fresh.telemetry.add(kLookups, 1, {{"cache.hit", true}});
  fresh.telemetry.record(kItems, 3);
  fresh.telemetry.set(kTemperature, -4);
  auto bound = fresh.telemetry.bind(kOpen, {{"a", 1}});
  bound.add(-1);
  CHECK(fresh.host.calls().empty());
}

TEST_CASE("a measurement through a sampled span reads a clock where an exemplar is kept") {
  FreshInstance<> fresh(kEveryFlush);
  fresh.telemetry.add(kLookups, 1);
  Span server = fresh.telemetry.start_span("GET /");
  fresh.host.forget_calls();
  server.record(kItems, 3);
  CHECK(fresh.host.calls() == "m");
  server.add(kLookups, 1);
  CHECK(fresh.host.calls() == "mm");
  auto bound = fresh.telemetry.bind(kItems, {});
  bound.record(7, server);
  CHECK(fresh.host.calls() == "mmm");
  bound.record(7);
  CHECK(fresh.host.calls() == "mmm");
  server.end();
  fresh.host.forget_calls();
  server.record(kItems, 0);
  fresh.telemetry.flush();
  const std::string_view body = fresh.host.sent(1).body;
  CHECK(fresh.host.sent(1).signal == Signal::Metrics);
  CHECK(count(body, R"("exemplars":)") == 2);
  CHECK(count(body, hex_of(server.context().span_id.bytes)) == 4);
  CHECK(count(body, hex_of(server.context().trace_id.bytes)) == 4);
}

TEST_CASE("exemplars follow the filter") {
  const auto exemplars = [](ExemplarFilter filter, Sampler sampler) {
    FreshInstance<> fresh(
        {.sampler = sampler, .metrics = {.exemplars = filter, .every_requests = 1}});
    Span server = fresh.telemetry.start_span("GET /");
    server.record(kItems, 3);
    fresh.telemetry.add(kLookups, 1);
    Span inert;
    inert.add(kLookups, 5);
    auto bound = fresh.telemetry.bind(kItems);
    bound.record(7, inert);
    fresh.telemetry.export_metrics_next();
    fresh.telemetry.flush();
    const FlushReport report = fresh.telemetry.report();
    CHECK(report.measurements.aggregated == 3);
    return count(fresh.host.sent(0).body, "traceId");
  };
  CHECK(exemplars(ExemplarFilter::TraceBased, kAlwaysOn) == 1);
  CHECK(exemplars(ExemplarFilter::TraceBased, kAlwaysOff) == 0);
  CHECK(exemplars(ExemplarFilter::AlwaysOn, kAlwaysOff) == 1);
  CHECK(exemplars(ExemplarFilter::AlwaysOff, kAlwaysOn) == 0);
}

TEST_CASE("numbers that cannot be measured are rejected and counted") {
  FreshInstance<> fresh(kEveryFlush);
  Telemetry& telemetry = fresh.telemetry;
  telemetry.add(kLookups, -1);
  telemetry.add(kCost, -0.5);
  telemetry.add(kCost, std::nan(""));
  telemetry.record(kItems, std::numeric_limits<double>::infinity());
  telemetry.add(kOpen, -1);
  telemetry.add(kLookups, std::numeric_limits<std::uint64_t>::max());
  telemetry.add(kLookups, std::uint8_t{3});
  const FlushReport report = telemetry.flush();
  check_books(report);
  CHECK(report.measurements.recorded == 7);
  CHECK(report.measurements.rejected(RejectReason::Negative) == 2);
  CHECK(report.measurements.rejected(RejectReason::NotFinite) == 2);
  CHECK(report.measurements.aggregated == 3);
  CHECK(integers_of(fresh.host.sent(0).body) == "9223372036854775807 -1 ");
  CHECK(report.dropped() == 0);
}

TEST_CASE("views apply, and instruments of one name are told once") {
  static constexpr std::string_view kNone[] = {"cache.hit"};
  static constexpr View kViews[] = {
      {.instrument = "cart.cost", .drop = true},
      {.instrument = "cart.cache.*", .name = "lookups", .attribute_keys = AttributeKeys{kNone}}};
  static constexpr Counter kOther{"Cart.Open", "1"};
  FreshInstance<> fresh({.metrics = {.views = kViews, .every_requests = 1}});
  fresh.telemetry.add(kCost, 1.5);
  fresh.telemetry.add(kLookups, 1, {{"cache.hit", true}, {"user", "a"}});
  fresh.telemetry.add(kLookups, 1, {{"cache.hit", true}, {"user", "b"}});
  fresh.telemetry.add(kOpen, 1);
  fresh.telemetry.add(kOther, 1);
  const FlushReport report = fresh.telemetry.flush();
  check_books(report);
  CHECK(report.measurements.rejected(RejectReason::ByView) == 1);
  const std::string_view body = fresh.host.sent(0).body;
  CHECK(integers_of(body) == "2 1 1 ");
  CHECK(contains(body, R"("name":"lookups")"));
  CHECK(!contains(body, "user"));
  CHECK(contains(body, R"("name":"Cart.Open")"));
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::MetricConflict) == 1);
  fresh.telemetry.flush();
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::MetricConflict) == 1);
}

TEST_CASE("without metrics nothing is paid") {
  FreshInstance<> fresh(kEveryFlush);
  fresh.telemetry.start_span("GET /").end();
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.metrics.recorded == 0);
  CHECK(fresh.host.sent_count() == 1);
  CHECK(all_free(fresh.telemetry));
  CHECK(fresh.host.calls() == "earwmmtepS");
}

TEST_CASE("the table is a run of pages: a quarter of the pool, or what the program says") {
  const auto taken = [](std::uint32_t pages) {
    FreshInstance<> fresh({.metrics = {.pages = pages}});
    fresh.telemetry.add(kLookups, 1);
    CHECK(fresh.telemetry.page_count() == 27);
    return fresh.telemetry.page_count() - fresh.telemetry.free_pages();
  };
  CHECK(taken(0) == 6);
  CHECK(taken(1) == 2);
  CHECK(taken(27) == 27);
  CHECK(taken(28) == 14);
  CHECK(taken(4'000'000'000U) == 14);
}

TEST_CASE("where there is no such run fewer pages are taken, without any it is rejected") {
  FreshInstance<> fresh({.metrics = {.every_requests = 1}});
  Telemetry& telemetry = fresh.telemetry;
  Span spans[27];
  for (Span& span : spans) {
    span = telemetry.start_span("GET /");
  }
  CHECK(telemetry.free_pages() == 0);
  telemetry.add(kLookups, 1);
  auto bound = telemetry.bind(kLookups);
  bound.add(5);
  spans[0].add(kLookups, 1);
  CHECK(telemetry.report().measurements.rejected(RejectReason::NoMemory) == 3);
  CHECK(telemetry.diagnostic_count(Diagnostic::MetricMemory) == 4);
  spans[3] = Span();
  spans[5] = Span();
  telemetry.flush();
  telemetry.add(kLookups, 1);  // two pages, not adjacent
  CHECK(telemetry.report().measurements.rejected(RejectReason::NoMemory) == 4);
  spans[4] = Span();
  telemetry.flush();
  telemetry.add(kLookups, 1);  // three pages in a row: six are wanted, three are taken
  CHECK(telemetry.report().measurements.aggregated == 1);
  CHECK(telemetry.free_pages() == 0);
  bound.add(5);  // bound when there was no table
  const FlushReport report = telemetry.flush();
  check_books(report);
  CHECK(report.measurements.rejected(RejectReason::NoMemory) == 4);
  CHECK(report.measurements.rejected(RejectReason::Stale) == 1);
  CHECK(report.measurements.aggregated == 1);
}

TEST_CASE("a full table counts in overflow points, and nothing is lost") {
  FreshInstance<16 * 1024> fresh(kEveryFlush);
  constexpr std::int64_t kSets = 5000;
  for (std::int64_t i = 0; i < kSets; ++i) {
    fresh.telemetry.add(kLookups, 1, {{"user", i}});
  }
  const FlushReport report = fresh.telemetry.flush();
  check_books(report);
  CHECK(report.measurements.aggregated == kSets);
  CHECK(report.measurements.overflowed > kSets - 20);
  CHECK(count(fresh.host.sent(0).body, "otel.metric.overflow") == 1);
  CHECK(report.metrics.exported == kSets - report.measurements.overflowed + 1);
}

TEST_CASE("no room for another instrument is rejected and told") {
  FreshInstance<16 * 1024> fresh(kEveryFlush);
  static constexpr double kMany[100] = {
      0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
      20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39,
      40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59,
      60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79,
      80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99};
  static constexpr Histogram kWide{"wide", "1", {.bounds = kMany}};
  static constexpr Histogram kWider{"wider", "1", {.bounds = kMany}};
  fresh.telemetry.record(kWide, 1);
  fresh.telemetry.record(kWider, 1);
  const FlushReport report = fresh.telemetry.flush();
  check_books(report);
  CHECK(report.measurements.rejected(RejectReason::NoMemory) >= 1);
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::MetricMemory) == 1);
  fresh.telemetry.flush();
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::MetricMemory) == 1);
}

TEST_CASE("a disabled SDK counts measurements, and makes no table") {
  static constexpr host::Pair kDisabled[] = {{"OTEL_SDK_DISABLED", "true"}};
  FreshInstance<> fresh(kEveryFlush);
  fresh.host.environment = kDisabled;
  fresh.telemetry.add(kLookups, 1);
  Span span = fresh.telemetry.start_span("GET /");
  span.record(kItems, 1);
  auto bound = fresh.telemetry.bind(kLookups);
  bound.add(1);
  fresh.telemetry.observe(ObservableGauge{"gauge"}, [](Observer<std::int64_t>&, void*) {});
  const FlushReport report = fresh.telemetry.flush();
  check_books(report);
  CHECK(report.status == FlushStatus::Disabled);
  CHECK(report.measurements.rejected(RejectReason::Disabled) == 3);
  CHECK(report.measurements.recorded == 3);
  CHECK(fresh.host.sent_count() == 0);
}

TEST_CASE("a buffer that is too small counts too") {
  fake_host().reset();
  static std::byte memory[100];
  Telemetry telemetry(std::span<std::byte>(memory), {});
  telemetry.add(kLookups, 1);
  const FlushReport report = telemetry.flush();
  check_books(report);
  CHECK(report.measurements.rejected(RejectReason::Disabled) == 1);
}

TEST_CASE("measurements after shutdown are rejected") {
  FreshInstance<> fresh;
  fresh.telemetry.add(kLookups, 1);
  auto bound = fresh.telemetry.bind(kLookups);
  CHECK(fresh.telemetry.shutdown().metrics.exported == 1);
  fresh.telemetry.add(kLookups, 1);
  bound.add(1);
  const FlushReport report = fresh.telemetry.flush();
  check_books(report);
  CHECK(report.measurements.rejected(RejectReason::Shutdown) == 2);
  CHECK(report.metrics.recorded == 1);
}

TEST_CASE("a bound instrument that nothing was bound to does nothing") {
  FreshInstance<> fresh;
  Bound<Counter<std::int64_t>> unbound;
  unbound.add(1);
  CHECK(fresh.telemetry.report().measurements.recorded == 0);
  CHECK(fresh.host.calls().empty());
}

}  // namespace afterglow::test
