// Observable instruments: totals that callbacks tell, and the deltas taken from them.

#include <doctest/doctest.h>

#include <limits>

#include "measure/metering.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;
using measure::Settlement;
using measure::Temporality;

constexpr ObservableCounter kReads{"reads"};
constexpr ObservableCounter<double> kSeconds{"seconds", "s"};
constexpr ObservableUpDownCounter kQueue{"queue"};
constexpr ObservableGauge kHeat{"heat"};
constexpr measure::TableOptions kFrom100{.start_unix_nano = 100};

template <class T>
struct Source {
  std::vector<std::pair<std::int64_t, T>> values;
  int calls = 0;

  static void callback(Observer<T>& observer, void* context) {
    auto& source = *static_cast<Source*>(context);
    ++source.calls;
    for (const auto& [key, value] : source.values) {
      observer.observe(value, {{"key", key}});
    }
  }
};

TEST_CASE("a counter's deltas are what its totals grew by") {
  Metering m(64 * 1024, kFrom100);
  Source<std::int64_t> source{{{1, 10}, {2, 5}}};
  measure::register_callback(m.table, kReads, source.callback, &source);
  std::vector<Told> all = m.collect(200);
  REQUIRE(all.size() == 2);
  CHECK(all[0].integer == 10);
  CHECK(all[0].start == 100);
  CHECK(all[0].temporality == Temporality::Delta);
  CHECK(all[1].integer == 5);
  m.settle(Settlement::Forget);
  source.values = {{1, 17}};  // the other set is not observed any more
  all = m.collect(300);
  REQUIRE(all.size() == 1);
  CHECK(all[0].integer == 7);
  CHECK(all[0].start == 200);
  source.values = {{1, 20}, {2, 6}};
  all = m.collect(400, 2);  // 1 is in flight
  REQUIRE(all.size() == 1);
  CHECK(all[0].integer == 1);
  m.settle(Settlement::Return, 1);
  source.values = {{1, 21}};
  all = m.collect(500, 3);
  REQUIRE(all.size() == 1);
  CHECK(all[0].integer == 11);  // 7 + 3 + 1
  CHECK(all[0].start == 200);
  CHECK(source.calls == 4);
  CHECK(m.balanced());
}

TEST_CASE("a counter that fell began anew") {
  Metering m(64 * 1024, kFrom100);
  Source<double> source{{{1, 10.0}}};
  measure::register_callback(m.table, kSeconds, source.callback, &source);
  (void)m.collect(200);
  m.settle(Settlement::Forget);
  source.values = {{1, 3.0}};
  CHECK(m.collect(300)[0].real == 3.0);

  Metering c(64 * 1024,
             {.temporality = measure::TemporalityPreference::LowMemory, .start_unix_nano = 100});
  source.values = {{1, 10.0}};
  measure::register_callback(c.table, kSeconds, source.callback, &source);
  CHECK(c.collect(200)[0].start == 100);
  source.values = {{1, 12.0}};
  CHECK(c.collect(300)[0].start == 100);
  source.values = {{1, 3.0}};
  const std::vector<Told> all = c.collect(400);
  CHECK(all[0].real == 3.0);
  CHECK(all[0].start == 300);
}

TEST_CASE("a reader that pulls is told totals, as often as it asks") {
  Metering m(64 * 1024,
             {.temporality = measure::TemporalityPreference::Cumulative, .start_unix_nano = 100});
  Source<std::int64_t> source{{{1, 10}}};
  measure::register_callback(m.table, kReads, source.callback, &source);
  CHECK(m.pull(150)[0].integer == 10);
  source.values = {{1, 12}};
  CHECK(m.pull(160)[0].integer == 12);
  CHECK(m.pull(170)[0].integer == 12);
  source.values = {{1, 15}};
  CHECK(m.pull(250)[0].integer == 15);
}

TEST_CASE("up-down counters and gauges tell what is there, if it is observed") {
  Metering m(64 * 1024, kFrom100);
  Source<std::int64_t> queue{{{1, 4}, {2, 8}}};
  Source<std::int64_t> heat{{{1, -40}}};
  measure::register_callback(m.table, kQueue, queue.callback, &queue);
  measure::register_callback(m.table, kHeat, heat.callback, &heat);
  CHECK(m.collect(200).size() == 3);
  m.settle(Settlement::Return);
  queue.values = {{1, 3}};
  heat.values = {};
  std::vector<Told> all = m.collect(300);
  REQUIRE(all.size() == 1);  // neither the other queue nor the gauge
  CHECK(all[0].integer == 3);
  CHECK(all[0].temporality == Temporality::Cumulative);
  CHECK(all[0].start == 100);
}

TEST_CASE("of two observations of one set the last counts; what a view folds adds up") {
  Metering m(64 * 1024, kFrom100);
  Source<std::int64_t> source{{{1, 10}, {1, 7}}};
  measure::register_callback(m.table, kReads, source.callback, &source);
  CHECK(m.collect(200)[0].integer == 7);

  constexpr View kViews[] = {
      {.instrument = "reads",
       .attribute_keys = AttributeKeys{std::span<const std::string_view>{}}}};
  Metering folded(64 * 1024, {.views = kViews});
  source.values = {{1, 10}, {2, 7}};
  measure::register_callback(folded.table, kReads, source.callback, &source);
  CHECK(folded.collect(200)[0].integer == 17);
  folded.settle(Settlement::Forget);
  source.values = {{1, 11}, {2, 9}};
  CHECK(folded.collect(300)[0].integer == 3);

  Metering small(64 * 1024, {.cardinality_limit = 2});
  source.values = {{1, 1}, {2, 2}, {3, 4}};
  measure::register_callback(small.table, kReads, source.callback, &source);
  const std::vector<Told> all = small.collect(200);
  REQUIRE(all.size() == 2);
  CHECK(all[1].integer == 6);
  CHECK(all[1].attributes == kOverflowJson);
  small.settle(Settlement::Forget);
  source.values = {{1, 1}, {2, 3}, {3, 4}};
  CHECK(small.collect(300)[1].integer == 1);
  CHECK(small.balanced());
}

TEST_CASE("bad observations are rejected, and so is a callback of no observable instrument") {
  constexpr Counter kPlain{"plain"};
  Metering m;
  Source<double> source{{{1, -1.0},
                         {2, std::numeric_limits<double>::quiet_NaN()},
                         {3, std::numeric_limits<double>::infinity()}}};
  measure::register_callback(m.table, kSeconds, source.callback, &source);
  CHECK(m.collect(10).empty());
  CHECK(m.rejected(measure::Rejection::Negative) == 1);
  CHECK(m.rejected(measure::Rejection::NotFinite) == 2);
  Source<std::int64_t> plain;
  measure::register_callback(m.table, kPlain, plain.callback, &plain);
  Metering none(64);
  measure::register_callback(none.table, kReads, plain.callback, &plain);
  CHECK(m.table.counts.lost_callbacks == 1);
  CHECK(none.table.counts.lost_callbacks == 1);
  CHECK(none.collect(20).empty());
  CHECK(plain.calls == 0);
}

}  // namespace
