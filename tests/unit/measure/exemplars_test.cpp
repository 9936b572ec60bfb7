// Exemplars: which measurements are kept, and where they go with their interval.

#include <doctest/doctest.h>

#include "encode/otlp_metrics.h"
#include "measure/metering.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;
using measure::Settlement;

constexpr Counter kHits{"hits"};
constexpr double kBounds[] = {1, 2};
constexpr Histogram kTimes{"times", "s", {.bounds = kBounds}};

struct Clock {
  std::uint64_t time = 1000;
  int reads = 0;
};

measure::ExemplarSource source_at(Clock& clock, std::uint8_t span) {
  return {.trace_id = {{1, span}},
          .span_id = {{span}},
          .now_unix_nano =
              [](const void* context) {
                auto& its = *static_cast<Clock*>(const_cast<void*>(context));
                ++its.reads;
                return ++its.time;
              },
          .context = &clock,
          .offer = measure::offer_exemplar,
          .write = encode::write_exemplars};
}

TEST_CASE("a histogram keeps the last one of each bucket") {
  Metering m(64 * 1024, {.exemplar_slots = 8});
  Clock clock;
  const auto a = source_at(clock, 1);
  const auto b = source_at(clock, 2);
  m.record(kTimes, 0.5, {}, &a);
  m.record(kTimes, 1, {}, &b);
  m.record(kTimes, 3, {}, &a);
  m.record(kTimes, 3);
  CHECK(clock.reads == 3);
  std::vector<Told> all = m.collect(2000);
  REQUIRE(all[0].exemplars.size() == 2);
  const measure::Exemplar& last = all[0].exemplars[0];
  CHECK(last.value.real == 3);
  CHECK(last.span_id == SpanId{{1}});
  CHECK(last.unix_nano == 1003);
  CHECK(all[0].exemplars[1].value.real == 1);
  CHECK(all[0].exemplars[1].trace_id == TraceId{{1, 2}});
  m.record(kTimes, 3, {}, &b);
  m.settle(Settlement::Return);  // what is newer wins its place, the other comes back
  all = m.collect(2100);
  REQUIRE(all[0].exemplars.size() == 2);
  CHECK(all[0].exemplars[0].value.real == 1);
  CHECK(all[0].exemplars[1].span_id == SpanId{{2}});
  m.settle(Settlement::Forget);
  m.record(kTimes, 3);
  CHECK(m.collect(2200)[0].exemplars.empty());
}

TEST_CASE("the pool is fixed, and used again") {
  Metering m(64 * 1024, {.exemplar_slots = 2});
  Clock clock;
  const auto a = source_at(clock, 1);
  for (int round = 0; round < 3; ++round) {
    for (const double value : {1.0, 2.0, 3.0}) {
      m.record(kTimes, value, {}, &a);
    }
    CHECK(m.collect(2000 + static_cast<std::uint64_t>(round))[0].exemplars.size() == 2);
    m.settle(Settlement::Forget);
  }
  CHECK(clock.reads == 6);
  Metering none;
  none.record(kTimes, 1, {}, &a);
  CHECK(none.collect(1)[0].exemplars.empty());
  CHECK(clock.reads == 6);
}

TEST_CASE("an exemplar that loses its place goes back to the pool") {
  Metering m(64 * 1024, {.exemplar_slots = 2});
  Clock clock;
  const auto a = source_at(clock, 1);
  for (int round = 0; round < 5; ++round) {
    m.record(kTimes, 3, {}, &a);
    REQUIRE(m.collect(2000 + static_cast<std::uint64_t>(round))[0].exemplars.size() == 1);
    m.record(kTimes, 3, {}, &a);
    m.settle(Settlement::Return);
  }
  CHECK(clock.reads == 10);
}

TEST_CASE("each interval chooses anew") {
  Metering m(64 * 1024, {.exemplar_slots = 2});
  Clock clock;
  const auto a = source_at(clock, 1);
  for (int round = 0; round < 50; ++round) {
    m.record(kHits, 1, {}, &a);  // the first of an interval is always kept
    REQUIRE(m.collect(2000 + static_cast<std::uint64_t>(round))[0].exemplars.size() == 1);
    m.settle(Settlement::Forget);
  }
}

TEST_CASE("others choose with equal chances") {
  int kept[10] = {};
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Metering m(4096, {.exemplar_slots = 4, .exemplars_per_point = 2, .seed = seed});
    Clock clock;
    for (std::uint8_t i = 0; i < 10; ++i) {
      const auto source = source_at(clock, i);
      m.record(kHits, i, {}, &source);
    }
    const std::vector<Told> all = m.collect(5000);
    REQUIRE(all[0].exemplars.size() == 2);
    for (const measure::Exemplar& exemplar : all[0].exemplars) {
      ++kept[exemplar.value.integer];
    }
  }
  for (const int count : kept) {  // 400 expected, standard deviation 18
    CHECK(count > 320);
    CHECK(count < 480);
  }
}

TEST_CASE("a rejected measurement is no exemplar") {
  Metering m(64 * 1024, {.exemplar_slots = 2});
  Clock clock;
  const auto a = source_at(clock, 1);
  m.record(kHits, -1, {}, &a);
  CHECK(clock.reads == 0);
}

}  // namespace
