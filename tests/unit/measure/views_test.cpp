// Views: dropped, renamed, other attributes, other aggregations, several of one instrument.

#include <doctest/doctest.h>

#include "measure/metering.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;

constexpr Counter kHits{"cache.hits", "{hit}"};
constexpr Counter kMisses{"cache.misses"};
constexpr double kBounds[] = {1, 2};
constexpr double kWide[] = {100};
constexpr Histogram kTimes{"times", "s", {.bounds = kBounds}};
constexpr Histogram<std::int64_t> kItems{"items"};
constexpr std::string_view kRoute[] = {"route"};

struct Viewed : Metering {
  explicit Viewed(std::span<const View> views) : Metering(64 * 1024, {.views = views}) {
    record(kHits, 1, {{"route", "/"}, {"user", 1}});
    record(kHits, 2, {{"user", 2}, {"route", "/"}});
    record(kMisses, 4);
    record(kTimes, 1.5, {{"user", 1}});
    record(kItems, 3);
  }
};

TEST_CASE("patterns match names") {
  CHECK(View{.instrument = "*"}.matches("a"));
  CHECK(View{.instrument = "CACHE.hits"}.matches("cache.HITS"));
  CHECK(View{.instrument = "cache.*"}.matches("cache.hits"));
  CHECK(View{.instrument = "cache.*"}.matches("cache."));
  CHECK(View{.instrument = "*hit?"}.matches("cache.hits"));
  CHECK(View{.instrument = "*c*h*s"}.matches("cache.hits"));
  CHECK_FALSE(View{.instrument = "cache.*"}.matches("cache"));
  CHECK_FALSE(View{.instrument = "cache.hit"}.matches("cache.hits"));
  CHECK_FALSE(View{.instrument = "cache.hits?"}.matches("cache.hits"));
  CHECK_FALSE(View{.instrument = "*x*"}.matches("cache.hits"));
  CHECK_FALSE(View{.instrument = ""}.matches("a"));
}

TEST_CASE("a dropped instrument is measured no more, and that is counted") {
  constexpr View kViews[] = {{.instrument = "cache.*", .drop = true}};
  Viewed m(kViews);
  const std::vector<Told> all = m.collect(10);
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "times");
  CHECK(m.rejected(measure::Rejection::ByView) == 3);
  const measure::BoundPoints bound = measure::bind(m.table, kHits, {});
  measure::record(m.table, bound, Metering::number<Counter<>>(3), nullptr);
  CHECK(m.rejected(measure::Rejection::ByView) == 4);
  CHECK(m.balanced());
}

TEST_CASE("renamed, with chosen attributes") {
  constexpr View kViews[] = {
      {.instrument = "cache.hits", .name = "found", .attribute_keys = AttributeKeys{kRoute}},
      {.instrument = "times",
       .attribute_keys = AttributeKeys{std::span<const std::string_view>{}}}};
  const std::vector<Told> all = Viewed(kViews).collect(10);
  REQUIRE(all.size() == 4);
  CHECK(all[0].name == "found");
  CHECK(all[0].integer == 3);
  CHECK(all[0].attributes == R"(,"attributes":[{"key":"route","value":{"stringValue":"/"}}])");
  CHECK(all[2].name == "times");
  CHECK(all[2].attributes.empty());
}

TEST_CASE("other aggregations") {
  constexpr View kViews[] = {
      {.instrument = "cache.hits", .aggregation = ViewAggregation::explicit_buckets(kBounds)},
      {.instrument = "cache.misses", .aggregation = ViewAggregation::last_value()},
      {.instrument = "times", .aggregation = ViewAggregation::sum()},
      {.instrument = "items", .aggregation = ViewAggregation::exponential(20)}};
  Viewed m(kViews);
  const std::vector<Told> all = m.collect(10);
  REQUIRE(all.size() == 5);
  CHECK(all[0].counts == std::vector<std::uint32_t>{1, 0, 0});
  CHECK(all[1].counts == std::vector<std::uint32_t>{0, 1, 0});
  CHECK(all[2].integer == 4);
  CHECK(all[3].real == 1.5);
  CHECK(all[4].counts == std::vector<std::uint32_t>{1});
  CHECK(all[4].scale == 20);
  m.record(kTimes, -1);  // a sum of a histogram only grows
  CHECK(m.rejected(measure::Rejection::Negative) == 1);
}

TEST_CASE("several views of an instrument make several streams; four at most") {
  constexpr View kViews[] = {
      {.instrument = "times", .name = "a"},
      {.instrument = "t*", .name = "b", .aggregation = ViewAggregation::explicit_buckets(kWide)},
      {.instrument = "times", .drop = true},
      {.instrument = "times", .name = "A"},
      {.instrument = "times", .name = "e"}};
  Viewed m(kViews);
  const std::vector<Told> all = m.collect(10);
  REQUIRE(all.size() == 7);
  CHECK(all[3].name == "a");
  CHECK(all[4].name == "b");
  CHECK(all[4].counts == std::vector<std::uint32_t>{1, 0});
  CHECK(all[5].name == "A");
  CHECK(m.table.counts.ignored_views == 1);
  CHECK(m.table.counts.name_conflicts == 1);
  CHECK(m.balanced());
  const measure::BoundPoints bound = measure::bind(m.table, kTimes, {});
  (void)m.settle(measure::Settlement::Forget);
  measure::record(m.table, bound, Metering::number<Histogram<>>(7), nullptr);
  CHECK(m.collect(20).size() == 3);
  CHECK(m.balanced());
}

TEST_CASE("a view's own cardinality limit") {
  constexpr View kViews[] = {{.instrument = "cache.hits", .cardinality_limit = 2}};
  const std::vector<Told> all = Viewed(kViews).collect(10);
  CHECK(all[0].integer == 1);
  CHECK(all[1].integer == 2);
  CHECK(all[1].attributes == kOverflowJson);
}

}  // namespace
