// Bound instruments have quick ways, for what only adds up. These tests go through them and past
// each of their conditions: the books and the bodies are those of the general way.

#include <limits>

#include "metric_fixture.h"

namespace afterglow::test {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kFewest = std::numeric_limits<std::int64_t>::min();
constexpr double kGreatest = std::numeric_limits<double>::max();
constexpr double kNoNumbers[] = {std::numeric_limits<double>::quiet_NaN(),
                                 std::numeric_limits<double>::infinity(),
                                 -std::numeric_limits<double>::infinity()};
constexpr Histogram<std::int64_t> kWhole{"cart.whole", "1", {.bounds = kItemBounds}};

std::string body_of_flush(FreshInstance<>& fresh) {
  const std::size_t before = fresh.host.sent_count();
  check_books(fresh.telemetry.flush());
  return fresh.host.sent_count() == before ? "" : std::string(fresh.host.sent(before).body);
}

/// Between `begin` and the next `]`.
std::string list_of(std::string_view document, std::string_view begin) {
  const std::size_t at = document.find(begin);
  REQUIRE(at != std::string_view::npos);
  const std::string_view rest = document.substr(at + begin.size());
  return std::string(rest.substr(0, rest.find(']')));
}

}  // namespace

TEST_CASE("what is bound stays so across flushes, which take what was added so far") {
  FreshInstance<> fresh(kEveryFlush);
  auto hits = fresh.telemetry.bind(kLookups, {{"cache.hit", true}});
  auto items = fresh.telemetry.bind(kItems);
  for (std::int64_t round = 1; round <= 3; ++round) {
    hits.add(round);
    hits.add(10);
    for (const double value : {1.0, 1.5, 11.0}) {
      items.record(value);
    }
    const std::string body = body_of_flush(fresh);
    CHECK(integers_of(body) == std::to_string(round + 10) + " ");
    CHECK(contains(body, R"("count":"3","sum":13.5,"min":1.0,"max":11.0)"));
    CHECK(list_of(body, R"("bucketCounts":[)") == R"("1","1","0","1")");
  }
  CHECK(body_of_flush(fresh).empty());
  const FlushReport report = fresh.telemetry.report();
  CHECK(report.measurements.recorded == 15);
  CHECK(report.measurements.aggregated == 15);
  CHECK(report.measurements.overflowed == 0);
}

TEST_CASE("what is bound and what is not measure the same point") {
  FreshInstance<> fresh(kEveryFlush);
  auto hits = fresh.telemetry.bind(kLookups, {{"a", 1}, {"b", "x"}});
  auto again = fresh.telemetry.bind(kLookups, {{"b", "x"}, {"a", 1}});
  hits.add(1);
  again.add(2);
  fresh.telemetry.add(kLookups, 4, {{"a", 1}, {"b", "x"}});
  CHECK(integers_of(body_of_flush(fresh)) == "7 ");
}

TEST_CASE("a bound counter rejects what is negative, an up-down counter takes it") {
  FreshInstance<> fresh(kEveryFlush);
  auto hits = fresh.telemetry.bind(kLookups);
  auto open = fresh.telemetry.bind(kOpen);
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, kFewest, std::int64_t{5}}) {
    hits.add(value);
  }
  open.add(-3);
  open.add(1);
  const FlushReport report = fresh.telemetry.report();
  CHECK(report.measurements.rejected(RejectReason::Negative) == 2);
  CHECK(report.measurements.aggregated == 4);
  CHECK(integers_of(body_of_flush(fresh)) == "5 -2 ");
}

TEST_CASE("bound sums stay at the ends of their range") {
  FreshInstance<> fresh(kEveryFlush);
  auto hits = fresh.telemetry.bind(kLookups);
  auto open = fresh.telemetry.bind(kOpen);
  auto times = fresh.telemetry.bind(kItems);
  hits.add(kMost - 1);
  hits.add(1);
  hits.add(1);
  hits.add(kMost);
  open.add(kFewest);
  open.add(-1);
  open.add(kFewest);
  open.add(2);
  times.record(kGreatest);
  times.record(kGreatest);
  const std::string body = body_of_flush(fresh);
  CHECK(integers_of(body) == "9223372036854775807 -9223372036854775806 ");
  CHECK(contains(body, R"("sum":1.7976931348623157e308,)"));
  CHECK(fresh.telemetry.report().measurements.aggregated == 10);
}

TEST_CASE("a bound histogram takes finite numbers only, of its bucket each") {
  FreshInstance<> fresh(kEveryFlush);
  auto times = fresh.telemetry.bind(kItems);
  auto whole = fresh.telemetry.bind(kWhole);
  for (const double value : kNoNumbers) {
    times.record(value);  // the first one, too
  }
  for (const double value : {-1.0, 1.0, 1.5, 5.0, 5.5, 10.0, 10.5, 1e300}) {
    times.record(value);
    whole.record(value < 100 ? static_cast<std::int64_t>(value) : std::int64_t{100});
  }
  for (const double value : kNoNumbers) {
    times.record(value);
  }
  CHECK(fresh.telemetry.report().measurements.rejected(RejectReason::NotFinite) == 6);
  const std::string body = body_of_flush(fresh);
  CHECK(list_of(body, R"("min":-1.0,"max":1e300,"bucketCounts":[)") == R"("2","2","2","2")");
  CHECK(list_of(body, R"("min":-1.0,"max":100.0,"bucketCounts":[)") == R"("3","2","2","1")");
}

TEST_CASE("after the shutdown what is bound counts as rejected") {
  FreshInstance<> fresh(kEveryFlush);
  auto hits = fresh.telemetry.bind(kLookups);
  auto items = fresh.telemetry.bind(kItems);
  hits.add(1);
  items.record(1);
  items.record(1);
  CHECK(fresh.telemetry.shutdown().metrics.exported == 2);
  hits.add(1);
  items.record(1);
  const FlushReport report = fresh.telemetry.flush();
  check_books(report);
  CHECK(report.measurements.rejected(RejectReason::Shutdown) == 2);
  CHECK(report.measurements.aggregated == 3);
}

TEST_CASE("bound in the overflow point it counts as overflowed") {
  FreshInstance<> fresh({.metrics = {.cardinality_limit = 1, .every_requests = 1}});
  auto hits = fresh.telemetry.bind(kLookups, {{"a", 1}});
  auto items = fresh.telemetry.bind(kItems, {{"a", 1}});
  hits.add(1);
  items.record(1);
  items.record(1);
  CHECK(fresh.telemetry.report().measurements.overflowed == 3);
  CHECK(count(body_of_flush(fresh), "otel.metric.overflow") == 2);
}

TEST_CASE("bound, a view may drop it, make two of it, or aggregate it in another way") {
  static constexpr View kViews[] = {
      {.instrument = "cart.cost", .drop = true},
      {.instrument = "cart.cache.lookups", .name = "one"},
      {.instrument = "cart.cache.lookups", .name = "two", .attribute_keys = AttributeKeys{{}}},
      {.instrument = "cart.open", .aggregation = ViewAggregation::explicit_buckets(kItemBounds)},
      {.instrument = "cart.whole", .aggregation = ViewAggregation::sum()},
      {.instrument = "cart.items", .aggregation = ViewAggregation::last_value()}};
  FreshInstance<> fresh({.metrics = {.views = kViews, .every_requests = 1}});
  fresh.telemetry.bind(kCost).add(1.5);
  auto hits = fresh.telemetry.bind(kLookups, {{"a", 1}});
  auto open = fresh.telemetry.bind(kOpen);
  auto whole = fresh.telemetry.bind(kWhole);
  auto items = fresh.telemetry.bind(kItems);
  for (const std::int64_t value : {3, 4}) {
    hits.add(value);
    open.add(value);
    whole.record(value);
    items.record(value);
  }
  whole.record(-1);  // as a counter
  const FlushReport report = fresh.telemetry.report();
  CHECK(report.measurements.aggregated == 10);
  CHECK(report.measurements.rejected(RejectReason::ByView) == 1);
  CHECK(report.measurements.rejected(RejectReason::Negative) == 1);
  const std::string body = body_of_flush(fresh);
  CHECK(integers_of(body) == "7 7 7 ");
  CHECK(list_of(body, R"("bucketCounts":[)") == R"("0","2","0","0")");
  CHECK(contains(body, R"("asDouble":4.0)"));
}

TEST_CASE("bound, the other instruments measure as ever, and spans lend exemplars") {
  FreshInstance<> fresh(kEveryFlush);
  auto cost = fresh.telemetry.bind(kCost);
  auto heat = fresh.telemetry.bind(kTemperature);
  auto sizes = fresh.telemetry.bind(kSizes);
  auto hits = fresh.telemetry.bind(kLookups);
  Span span = fresh.telemetry.start_span("GET /");
  cost.add(0.5);
  cost.add(0.25);
  heat.set(-4);
  heat.set(-5);
  sizes.record(1);
  sizes.record(2);
  hits.add(1);
  hits.add(2, span);
  span.end();
  const FlushReport report = fresh.telemetry.report();
  CHECK(report.measurements.aggregated == 8);
  fresh.telemetry.flush();
  const std::string_view body = fresh.host.sent(1).body;
  CHECK(contains(body, R"("asDouble":0.75)"));
  CHECK(integers_of(body) == "-5 3 2 ");
  CHECK(count(body, "traceId") == 1);
  CHECK(contains(body, R"("zeroCount":"0")"));
}

TEST_CASE("cumulative: what is bound adds to the total") {
  FreshInstance<> fresh(
      {.metrics = {.temporality = TemporalityPreference::Cumulative, .every_requests = 1}});
  auto hits = fresh.telemetry.bind(kLookups);
  auto items = fresh.telemetry.bind(kItems);
  for (std::int64_t round = 1; round <= 3; ++round) {
    hits.add(2);
    items.record(2);
    const std::string body = body_of_flush(fresh);
    CHECK(integers_of(body) == std::to_string(2 * round) + " ");
    CHECK(contains(body, R"("count":")" + std::to_string(round) + '"'));
  }
}

}  // namespace afterglow::test
