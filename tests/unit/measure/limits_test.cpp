// The limits of a table: cardinality, memory, and sets that are bound once.

#include <doctest/doctest.h>

#include <string>

#include "measure/metering.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;
using measure::Rejection;
using measure::Settlement;

constexpr Counter kHits{"hits", "{hit}"};
constexpr UpDownCounter kOpen{"open"};
constexpr Gauge kHeat{"heat"};
constexpr double kBounds[] = {0, 5, 10};
constexpr Histogram kTimes{"times", "s", {.bounds = kBounds}};

TEST_CASE("the cardinality limit keeps one place for the overflow point") {
  Metering m(64 * 1024, {.cardinality_limit = 4});
  for (std::int64_t i = 0; i < 10; ++i) {
    m.record(kHits, 1, {{"i", i}});
    m.record(kHits, 1, {{"i", i}});
  }
  m.record(kHits, 1);
  std::vector<Told> all = m.collect(10);
  REQUIRE(all.size() == 4);
  CHECK(all[0].integer == 2);
  CHECK(all[2].integer == 2);
  CHECK(all[3].integer == 15);
  CHECK(all[3].attributes == kOverflowJson);
  CHECK(m.table.counts.overflowed == 15);
  CHECK(m.table.counts.aggregated == 21);
  Metering one(64 * 1024, {.cardinality_limit = 1});
  one.record(kHits, 1);
  one.record(kHits, 2);
  all = one.collect(10);
  REQUIRE(all.size() == 1);
  CHECK(all[0].integer == 3);
  CHECK(all[0].attributes == kOverflowJson);
}

TEST_CASE("a set of too many attributes counts in the overflow point") {
  std::vector<Attribute> many;
  std::vector<std::string> keys(measure::kMaxAttributes + 1);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keys[i] = "k" + std::to_string(i);
    many.emplace_back(DynamicKey(keys[i]), 1);
  }
  Metering m;
  m.record(kHits, 1, std::span<const Attribute>(many));
  many.pop_back();
  m.record(kHits, 2, std::span<const Attribute>(many));
  const std::vector<Told> all = m.collect(10);
  REQUIRE(all.size() == 2);
  CHECK(all[0].attributes == kOverflowJson);
  CHECK(all[0].integer == 1);
  CHECK(all[1].integer == 2);
}

void fill(std::size_t bytes, std::uint32_t limit, std::int64_t sets, std::int64_t further) {
  Metering m(bytes, {.cardinality_limit = limit});
  for (std::int64_t i = 0; i < sets; ++i) {
    m.record(kHits, i, {{"client", i}, {"route", "/cart"}});
    m.record(kTimes, 3, {{"client", i}});
  }
  const std::uint32_t used_at_limit = m.table.region.used_bytes();
  for (std::int64_t i = sets; i < sets + further; ++i) {
    m.record(kHits, i, {{"client", i}, {"route", "/cart"}});
  }
  for (std::int64_t i = 0; i < sets; ++i) {
    m.record(kHits, 1, {{"route", "/cart"}, {"client", i}});
  }
  CHECK(m.table.region.used_bytes() <= m.table.region.size());
  std::int64_t sum = 0;
  std::int64_t overflow = 0;
  std::int64_t points = 0;
  std::uint64_t count = 0;
  for (const Told& told : m.collect(10)) {
    sum += told.integer;
    count += told.summary.count;
    points += told.name == "hits" ? 1 : 0;
    overflow += told.attributes == kOverflowJson ? told.integer : 0;
  }
  const std::int64_t all = (sets + further) * (sets + further - 1) / 2;
  CHECK(sum == all + sets);
  CHECK(count == static_cast<std::uint64_t>(sets));
  CHECK(points <= limit);
  if (points == limit) {
    const std::int64_t kept = limit - 1;  // each got its number and, later, one
    CHECK(overflow == all + sets - (kept * (kept - 1) / 2 + kept));
    CHECK(m.table.region.used_bytes() == used_at_limit);
  }
  CHECK(m.balanced());
  CHECK(m.table.counts.all_rejected() == 0);
}

TEST_CASE("100,000 sets beyond the limit take no memory and none is lost") {
  fill(1024 * 1024, 2000, 2001, 100'000);
}

TEST_CASE("a small table: its memory is the limit, and none is lost") {
  fill(4 * 1024, 2000, 2000, 100'000);
  fill(2 * 1024, 2000, 100, 1000);
}

TEST_CASE("a table of any size balances its books") {
  for (std::size_t bytes = 0; bytes < 3000; bytes += 8) {
    CAPTURE(bytes);
    Metering m(bytes);
    std::uint64_t told = 0;
    for (std::int64_t i = 0; i < 8; ++i) {
      m.record(kHits, 1, {{"i", i}});
      m.record(kTimes, 1, {{"i", i}});
      m.record(kHeat, 1);
      m.record(kOpen, 1, {{"text", std::string(static_cast<std::size_t>(i) * 50, 'x')}});
    }
    for (const Told& point : m.collect(10)) {
      told += point.name == "heat"
                  ? 8
                  : static_cast<std::uint64_t>(point.integer) + point.summary.count;
    }
    REQUIRE(m.balanced());
    REQUIRE(m.table.counts.measurements() == 32);
    REQUIRE(m.table.counts.aggregated == told);
    REQUIRE(m.rejected(Rejection::NoMemory) + told == 32);
  }
}

TEST_CASE("a bound set is resolved once and stays valid") {
  Metering m;
  const measure::BoundPoints bound = measure::bind(m.table, kHits, {{"a", 1}, {"b", 2}});
  CHECK(m.collect(5).empty());  // binding measures nothing
  measure::record(m.table, bound, Metering::number<Counter<>>(3), nullptr);
  m.record(kHits, 4, {{"b", 2}, {"a", 1}});
  measure::record(m.table, bound, Metering::number<Counter<>>(-1), nullptr);
  CHECK(m.rejected(Rejection::Negative) == 1);
  std::vector<Told> all = m.collect(10);
  REQUIRE(all.size() == 1);
  CHECK(all[0].integer == 7);
  measure::record(m.table, bound, Metering::number<Counter<>>(5), nullptr);
  m.settle(Settlement::Forget);
  all = m.collect(20);
  REQUIRE(all.size() == 1);
  CHECK(all[0].integer == 5);
  measure::set_up(m.table, m.memory, {});
  measure::record(m.table, bound, Metering::number<Counter<>>(5), nullptr);
  CHECK(m.rejected(Rejection::Stale) == 1);
  CHECK(m.balanced());
  CHECK(m.collect(30).empty());
}

TEST_CASE("bound without memory: the overflow point, or a rejection") {
  Metering m(64 * 1024, {.cardinality_limit = 1});
  const measure::BoundPoints bound = measure::bind(m.table, kHits, {{"a", 1}});
  measure::record(m.table, bound, Metering::number<Counter<>>(3), nullptr);
  CHECK(m.collect(10)[0].attributes == kOverflowJson);
  Metering none(64);
  const measure::BoundPoints nothing = measure::bind(none.table, kHits, {{"a", 1}});
  measure::record(none.table, nothing, Metering::number<Counter<>>(3), nullptr);
  measure::record(none.table, {}, Metering::number<Counter<>>(3), nullptr);
  CHECK(none.rejected(Rejection::NoMemory) == 1);
  CHECK(none.rejected(Rejection::Stale) == 1);
  CHECK(none.balanced());
}

}  // namespace
