// Collecting: intervals without gaps, deltas in flight, and the independent cumulative reader.

#include <doctest/doctest.h>

#include "measure/metering.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;
using measure::Settlement;
using measure::Temporality;
using measure::TemporalityPreference;

constexpr Counter kHits{"hits"};
constexpr UpDownCounter kOpen{"open"};
constexpr Gauge kHeat{"heat"};
constexpr double kBounds[] = {1, 2};
constexpr Histogram kTimes{"times", "s", {.bounds = kBounds}};
constexpr ExponentialHistogram kSizes{"sizes"};

constexpr measure::TableOptions kFrom100{.start_unix_nano = 100};

TEST_CASE("the temporality of each kind under each preference") {
  using enum InstrumentKind;
  const auto check = [](InstrumentKind kind, Temporality delta, Temporality low_memory) {
    CHECK(measure::temporality_of(kind, TemporalityPreference::Cumulative) ==
          Temporality::Cumulative);
    CHECK(measure::temporality_of(kind, TemporalityPreference::Delta) == delta);
    CHECK(measure::temporality_of(kind, TemporalityPreference::LowMemory) == low_memory);
  };
  check(Counter, Temporality::Delta, Temporality::Delta);
  check(UpDownCounter, Temporality::Cumulative, Temporality::Cumulative);
  check(Histogram, Temporality::Delta, Temporality::Delta);
  check(ExponentialHistogram, Temporality::Delta, Temporality::Delta);
  check(ObservableCounter, Temporality::Delta, Temporality::Cumulative);
  check(ObservableUpDownCounter, Temporality::Cumulative, Temporality::Cumulative);
}

TEST_CASE("intervals of deltas follow each other") {
  Metering m(64 * 1024, kFrom100);
  m.record(kHits, 1);
  std::vector<Told> all = m.collect(200);
  REQUIRE(all.size() == 1);
  CHECK(all[0].temporality == Temporality::Delta);
  CHECK(all[0].start == 100);
  CHECK(all[0].time == 200);
  m.settle(Settlement::Forget);
  CHECK(m.collect(300).empty());  // nothing was recorded
  m.record(kHits, 2);
  m.record(kTimes, 1);  // a point made later starts with the interval too
  all = m.collect(400);
  REQUIRE(all.size() == 2);
  CHECK(all[0].start == 300);
  CHECK(all[0].time == 400);
  CHECK(all[0].integer == 2);
  CHECK(all[1].start == 300);
}

TEST_CASE("a clock that stands still or goes back makes no empty interval") {
  Metering m(64 * 1024, kFrom100);
  for (std::uint64_t i = 0; i < 3; ++i) {
    m.record(kHits, 1);
    const std::vector<Told> all = m.collect(i == 2 ? 1 : 100);
    REQUIRE(all.size() == 1);
    CHECK(all[0].start == 100 + i);
    CHECK(all[0].time == 101 + i);
    m.settle(Settlement::Forget);
  }
}

TEST_CASE("what is recorded while a delta is in flight belongs to the next one") {
  Metering m(64 * 1024, kFrom100);
  m.record(kHits, 1);
  m.record(kTimes, 1);
  CHECK(m.collect(200).size() == 2);
  m.record(kHits, 2);
  m.record(kTimes, 2);
  CHECK(m.collect(300, 2).empty());  // not before the first is settled
  m.record(kHits, 4);
  const measure::Settled settled = m.settle(Settlement::Forget);
  CHECK(settled.points == 2);
  CHECK(settled.lost == 0);
  const std::vector<Told> all = m.collect(400, 2);
  REQUIRE(all.size() == 2);
  CHECK(all[0].integer == 6);
  CHECK(all[0].start == 200);
  CHECK(all[0].time == 400);
  CHECK(all[1].summary.count == 1);
  CHECK(all[1].counts == std::vector<std::uint32_t>{0, 1, 0});
}

TEST_CASE("what was refused is merged with the earliest start") {
  Metering m(64 * 1024, kFrom100);
  for (std::uint64_t i = 1; i <= 3; ++i) {
    m.record(kHits, 1);
    m.record(kTimes, static_cast<double>(i));
    m.record(kSizes, -1);
    m.record(kHeat, static_cast<std::int64_t>(i));
    const std::vector<Told> all = m.collect(100 + i * 100);
    REQUIRE(all.size() == 4);
    for (const Told& told : all) {
      CHECK(told.start == 100);
      CHECK(told.time == 100 + i * 100);
    }
    CHECK(all[0].integer == static_cast<std::int64_t>(i));
    CHECK(all[1].summary.count == i);
    CHECK(all[1].summary.min == 1);
    CHECK(all[1].summary.max == static_cast<double>(i));
    CHECK(all[2].negatives == std::vector<std::uint32_t>{static_cast<std::uint32_t>(i)});
    CHECK(all[3].integer == static_cast<std::int64_t>(i));
    if (i == 2) {
      m.record(kSizes, -1);  // meanwhile: merged, not only turned back
      m.record(kHeat, 7);
      CHECK(m.settle(Settlement::Return).points == 4);
      m.record(kSizes, 0);
      std::vector<Told> again = m.collect(350);
      CHECK(again[2].negatives == std::vector<std::uint32_t>{3});
      CHECK(again[2].zeros == 1);
      CHECK(again[3].integer == 7);
      m.settle(Settlement::Forget);
      return;
    }
    CHECK(m.settle(Settlement::Return).points == 4);
    CHECK(m.settle(Settlement::Return).points == 0);
  }
}

TEST_CASE("batches are settled one by one") {
  Metering m(64 * 1024, kFrom100);
  m.record(kHits, 1, {{"a", 1}});
  m.record(kHits, 2, {{"a", 2}});
  m.record(kHits, 4, {{"a", 3}});
  {
    measure::Collection collection(m.table, measure::Reader::Push, 200);
    REQUIRE(collection.next() != nullptr);
    collection.take(1);
    REQUIRE(collection.next() != nullptr);
    collection.take(2);
    REQUIRE(collection.next() != nullptr);  // not taken: stays as it is
  }
  CHECK(m.settle(Settlement::Return, 1).points == 1);
  CHECK(m.settle(Settlement::Forget, 0).points == 0);
  const std::vector<Told> all = m.collect(300, 3);
  REQUIRE(all.size() == 2);
  CHECK(all[0].integer == 1);
  CHECK(all[0].start == 100);
  CHECK(all[1].integer == 4);
  CHECK(all[1].start == 100);
  CHECK(m.settle(Settlement::Forget, 2).points == 1);
  CHECK(m.collect(400).empty());
}

TEST_CASE("up-down counters are cumulative under delta and told each time") {
  Metering m(64 * 1024, kFrom100);
  m.record(kOpen, 5);
  m.record(kOpen, -2);
  for (const std::uint64_t time : {std::uint64_t{200}, std::uint64_t{300}}) {
    const std::vector<Told> all = m.collect(time);
    REQUIRE(all.size() == 1);
    CHECK(all[0].temporality == Temporality::Cumulative);
    CHECK(all[0].integer == 3);
    CHECK(all[0].start == 100);
    CHECK(all[0].time == time);
    CHECK(m.settle(Settlement::Return).points == 0);
  }
}

TEST_CASE("cumulative: everything since the start, whatever became of it") {
  Metering m(64 * 1024, {.temporality = TemporalityPreference::Cumulative, .start_unix_nano = 100});
  m.record(kHits, 1);
  m.record(kTimes, 1);
  m.record(kHeat, 1);
  CHECK(m.collect(200).size() == 3);
  m.settle(Settlement::Return);
  m.record(kHits, 2);
  m.record(kHits, 8, {{"new", 1}});
  const std::vector<Told> all = m.collect(300);
  REQUIRE(all.size() == 4);
  CHECK(all[0].integer == 3);
  CHECK(all[0].start == 100);
  CHECK(all[1].start == 100);
  CHECK(all[1].integer == 8);
  CHECK(all[2].summary.count == 1);
  CHECK(all[3].integer == 1);
}

TEST_CASE("a pulling reader is told totals, and takes nothing") {
  Metering m(64 * 1024, {.temporality = TemporalityPreference::Cumulative, .start_unix_nano = 100});
  for (std::uint64_t i = 1; i <= 4; ++i) {
    m.record(kHits, 1);
    m.record(kTimes, 1);
    m.record(kSizes, -1);
    m.record(kOpen, 1);
    m.record(kHeat, static_cast<std::int64_t>(i));
    const std::vector<Told> before = m.pull(150 * i);
    const std::vector<Told> all = m.pull(150 * i + 1);
    REQUIRE(all.size() == 5);
    REQUIRE(before.size() == 5);
    for (std::size_t j = 0; j < 5; ++j) {
      CHECK(all[j].temporality == Temporality::Cumulative);
      CHECK(all[j].start == 100);
      CHECK(all[j].integer == before[j].integer);
      CHECK(all[j].summary.count == before[j].summary.count);
    }
    CHECK(all[0].integer == static_cast<std::int64_t>(i));
    CHECK(all[1].summary.count == i);
    CHECK(all[2].negatives[0] == i);
    CHECK(all[3].integer == static_cast<std::int64_t>(i));
    CHECK(all[4].integer == static_cast<std::int64_t>(i));
  }
  Metering push_only;
  push_only.record(kHits, 1);
  push_only.record(kOpen, 1);
  const std::vector<Told> all = push_only.pull(5);
  REQUIRE(all.size() == 1);  // no totals are kept beside deltas
  CHECK(all[0].name == "open");
  CHECK(push_only.collect(10).size() == 2);
}

}  // namespace
