// Recording: which point a measurement goes to, what is rejected, and what happens at the limits.

#include <doctest/doctest.h>

#include <limits>

#include "measure/metering.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;
using measure::Rejection;
using measure::Settlement;

constexpr Counter kHits{"hits", "{hit}"};
constexpr Counter<double> kCost{"cost", "EUR"};
constexpr UpDownCounter kOpen{"open"};
constexpr UpDownCounter<double> kLevel{"level"};
constexpr Gauge kHeat{"heat"};
constexpr Gauge<double> kLoad{"load"};
constexpr double kBounds[] = {0, 5, 10};
constexpr Histogram kTimes{"times", "s", {.bounds = kBounds}};
constexpr Histogram<std::int64_t> kItems{"items", "{item}", {.bounds = kBounds}};
constexpr Histogram kDefault{"default"};
constexpr Histogram kNoBounds{"unbounded", "", {.bounds = {}}};
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kGreatest = std::numeric_limits<double>::max();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kFewest = std::numeric_limits<std::int64_t>::min();

TEST_CASE("the identity is name without case, kind, number type and unit") {
  constexpr Counter kSame{"HITS", "{hit}", "another description"};
  constexpr Counter kOtherUnit{"hits", "{HIT}"};
  constexpr Counter<double> kOtherType{"hits", "{hit}"};
  constexpr UpDownCounter kOtherKind{"hits", "{hit}"};
  CHECK(kSame.identity() == kHits.identity());
  CHECK(kOtherUnit.identity() != kHits.identity());
  CHECK(kOtherType.identity() != kHits.identity());
  CHECK(kOtherKind.identity() != kHits.identity());
  CHECK(kHits.kind() == InstrumentKind::Counter);
  CHECK_FALSE(kHits.is_double());
  CHECK(kTimes.is_double());

  Metering m;
  m.record(kHits, 1);
  m.record(kSame, 2);
  CHECK(m.table.counts.name_conflicts == 0);
  m.record(kOtherUnit, 4);
  m.record(kOtherKind, 8);
  m.record(kOtherUnit, 16);
  const std::vector<Told> all = m.collect(10);
  REQUIRE(all.size() == 3);
  CHECK(all[0].integer == 3);
  CHECK(all[0].name == "hits");
  CHECK(all[1].integer == 20);
  CHECK(all[2].integer == 8);
  CHECK(m.table.counts.name_conflicts == 2);  // once for each stream that came later
}

TEST_CASE("the order of attributes is irrelevant, their values and types are not") {
  Metering m;
  m.record(kHits, 1, {{"a", 1}, {"b", "x"}});
  m.record(kHits, 2, {{"b", "x"}, {"a", 1}});
  m.record(kHits, 4, {{"a", 1}});
  m.record(kHits, 8, {{"a", true}, {"b", "x"}});
  m.record(kHits, 16, {{"a", 1.0}, {"b", "x"}});
  m.record(kHits, 32, {{"a", 1}, {"b", "xy"}});
  m.record(kHits, 64, {{"ab", 1}, {"b", "x"}});
  m.record(kHits, 128, {{"a", "1"}, {"b", "x"}});
  m.record(kHits, 256, {{"b", 1}, {"a", "x"}});
  m.record(kHits, 512);
  std::vector<std::int64_t> sums;
  for (const Told& told : m.collect(10)) {
    sums.push_back(told.integer);
  }
  CHECK(sums == std::vector<std::int64_t>{3, 4, 8, 16, 32, 64, 128, 256, 512});
}

TEST_CASE("of a key given twice the last value counts, and empty keys are none") {
  Metering m;
  m.record(kHits, 1, {{"a", 1}, {"a", 2}, {DynamicKey(""), 3}});
  m.record(kHits, 2, {{"a", 2}});
  m.record(kHits, 4, {{DynamicKey(std::string(70'000, 'k')), 1}, {"a", 2}});
  const std::vector<Told> all = m.collect(10);
  REQUIRE(all.size() == 1);
  CHECK(all[0].integer == 7);
  CHECK(all[0].attributes == R"(,"attributes":[{"key":"a","value":{"intValue":"2"}}])");
}

TEST_CASE("values of all types are kept apart and copied") {
  const std::int64_t integers[] = {1, -2};
  const double doubles[] = {0.5};
  const bool bools[] = {true, false};
  const std::string_view strings[] = {"s", ""};
  const Value mixed[] = {1, "two", Value{}};
  const Attribute map[] = {{"k", 1}, {"l", mixed}};
  const std::byte raw[] = {std::byte{1}, std::byte{0xFF}};
  const Value values[] = {
      integers, doubles,           bools,     strings, mixed, std::span<const Attribute>(map),
      Value{},  Value::bytes(raw), INT64_MIN, "a\0b",  1.5,   false};
  Metering m;
  for (int round = 0; round < 2; ++round) {
    for (const Value& value : values) {
      std::string key = "key";
      m.record(kHits, 1, {{DynamicKey(key), value}});
      key = "gone";
    }
  }
  const std::vector<Told> all = m.collect(10);
  REQUIRE(all.size() == std::size(values));
  const char* expected[] = {
      R"({"arrayValue":{"values":[{"intValue":"1"},{"intValue":"-2"}]}})",
      R"({"arrayValue":{"values":[{"doubleValue":0.5}]}})",
      R"({"arrayValue":{"values":[{"boolValue":true},{"boolValue":false}]}})",
      R"({"arrayValue":{"values":[{"stringValue":"s"},{"stringValue":""}]}})",
      R"({"arrayValue":{"values":[{"intValue":"1"},{"stringValue":"two"},{}]}})",
      (R"({"kvlistValue":{"values":[{"key":"k","value":{"intValue":"1"}},)"
       R"({"key":"l","value":{"arrayValue":{"values":[{"intValue":"1"},{"stringValue":"two"},{}]}}}]}})"),
      R"({})",
      R"({"bytesValue":"Af8="})",
      R"({"intValue":"-9223372036854775808"})",
      R"({"stringValue":"a"})",
      R"({"doubleValue":1.5})",
      R"({"boolValue":false})"};
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i].integer == 2);
    CHECK(all[i].attributes ==
          R"(,"attributes":[{"key":"key","value":)" + std::string(expected[i]) + "}]");
  }
}

TEST_CASE("values nest eight deep; NaN and infinity can be attributes") {
  Value nested = 1;
  Value arrays[12][1];
  for (auto& array : arrays) {
    array[0] = nested;
    nested = array;
  }
  Metering m;
  m.record(kHits, 1, {{"deep", nested}, {"nan", kNaN}, {"inf", -kInfinity}});
  m.record(kHits, 1, {{"inf", -kInfinity}, {"nan", kNaN}, {"deep", nested}});
  const std::vector<Told> all = m.collect(10);
  REQUIRE(all.size() == 1);
  std::size_t depth = 0;
  for (std::size_t at = 0; (at = all[0].attributes.find("arrayValue", at)) != std::string::npos;
       ++at) {
    ++depth;
  }
  CHECK(depth == 8);
  CHECK(all[0].attributes.find(R"("nan","value":{"doubleValue":"NaN"})") != std::string::npos);
  CHECK(all[0].attributes.find(R"({"doubleValue":"-Infinity"})") != std::string::npos);
}

TEST_CASE("explicit buckets are upper-inclusive") {
  Metering m;
  for (const double value : {-1.0, 0.0, 0.1, 5.0, 5.1, 10.0, 10.1, 1e300}) {
    m.record(kTimes, value);
    m.record(kItems, static_cast<std::int64_t>(value < 1e18 ? value : 1e18));
    m.record(kNoBounds, value);
  }
  const std::vector<Told> all = m.collect(10);
  REQUIRE(all.size() == 3);
  CHECK(all[0].counts == std::vector<std::uint32_t>{2, 2, 2, 2});
  CHECK(all[0].summary.count == 8);
  CHECK(all[0].summary.min == -1);
  CHECK(all[0].summary.max == 1e300);
  CHECK(all[1].counts == std::vector<std::uint32_t>{3, 2, 2, 1});
  CHECK(all[1].summary.max == 1e18);
  CHECK(all[2].counts == std::vector<std::uint32_t>{8});
  CHECK(std::size(kDefaultBounds) == 15);
  m.record(kDefault, 10'000);
  m.record(kDefault, 10'000.5);
  const std::vector<Told> more = m.collect(11, 2);
  REQUIRE(more.size() == 1);
  CHECK(more[0].counts.size() == 16);
  CHECK(more[0].counts[14] == 1);
  CHECK(more[0].counts[15] == 1);
}

TEST_CASE("what no number can be is rejected and counted") {
  Metering m;
  for (const double bad : {kNaN, kInfinity, -kInfinity}) {
    m.record(kCost, bad);
    m.record(kLevel, bad);
    m.record(kLoad, bad);
    m.record(kTimes, bad);
  }
  CHECK(m.rejected(Rejection::NotFinite) == 12);
  m.record(kCost, -0.5);
  m.record(kHits, -1);
  m.record(kHits, kFewest);
  CHECK(m.rejected(Rejection::Negative) == 3);
  m.record(kCost, -0.0);
  m.record(kOpen, -1);
  m.record(kLevel, -0.5);
  m.record(kHeat, -3);
  CHECK(m.table.counts.aggregated == 4);
  CHECK(m.balanced());
  CHECK(m.collect(10).size() == 4);  // what was only rejected has no point
}

TEST_CASE("sums stay at the end of their range and say so") {
  Metering m;
  m.record(kHits, kMost);
  m.record(kHits, 1);
  m.record(kOpen, kFewest);
  m.record(kOpen, -1);
  m.record(kOpen, 3);
  m.record(kCost, kGreatest);
  m.record(kCost, kGreatest);
  m.record(kLevel, -kGreatest);
  m.record(kLevel, -kGreatest);
  m.record(kTimes, kGreatest);
  m.record(kTimes, kGreatest);
  CHECK(m.table.counts.saturated == 5);
  CHECK(m.table.counts.aggregated == 11);
  const std::vector<Told> all = m.collect(10);
  REQUIRE(all.size() == 5);
  CHECK(all[0].integer == kMost);
  CHECK(all[1].integer == kFewest + 3);
  CHECK(all[2].real == kGreatest);
  CHECK(all[3].real == -kGreatest);
  CHECK(all[4].summary.sum == kGreatest);
  m.record(kHits, 1);
  m.settle(Settlement::Return);
  CHECK(m.table.counts.saturated > 5);
  CHECK(m.collect(11)[0].integer == kMost);
}

TEST_CASE("a histogram counts to 2^32-1 and then rejects") {
  Metering m;
  m.record(kTimes, 1);
  auto& stream = *measure::streams_of(m.table, kTimes);
  auto& point = measure::point_of(m.table, stream, {});
  auto& cell = *static_cast<measure::ExplicitCell*>(
      measure::cell_of(m.table, stream, point, measure::CellRole::Live));
  cell.summary.count = measure::kMaxCount;
  cell.counts()[1] = measure::kMaxCount;
  m.record(kTimes, 1);
  CHECK(m.rejected(Rejection::CountFull) == 1);
  CHECK(m.balanced());
  (void)m.collect(10);
  m.record(kTimes, 1);
  const measure::Settled settled = m.settle(Settlement::Return);
  CHECK(settled.points == 1);
  CHECK(settled.lost == 1);  // the sum of both counts does not fit
  CHECK(m.collect(11)[0].summary.count == 1);
}

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
    REQUIRE(m.table.counts.measurements == 32);
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

TEST_CASE("hashes that collide do not make sets equal") {
  // Enough sets for many collisions in the index, each with its own sum.
  Metering m(512 * 1024, {.seed = 99});
  for (int round = 0; round < 2; ++round) {
    for (std::int64_t i = 0; i < 1500; ++i) {
      m.record(kHits, i, {{"x", i * 4096}, {"y", std::to_string(i)}});
    }
  }
  const std::vector<Told> all = m.collect(10);
  REQUIRE(all.size() == 1500);
  for (std::size_t i = 0; i < all.size(); ++i) {
    REQUIRE(all[i].integer == static_cast<std::int64_t>(2 * i));
  }
}

}  // namespace
