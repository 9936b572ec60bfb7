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
      measure::cell_of(stream, point, measure::CellRole::Live));
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
