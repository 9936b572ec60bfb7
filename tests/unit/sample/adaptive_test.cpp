// The adaptive sampler, one rule at a time. `adaptive_model_test.cpp` does the same at random.

#include <afterglow/adaptive.h>
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <type_traits>

#include "trace.h"

namespace {

using namespace afterglow;
using sampling::kWhole;
using sampling::Trace;

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kStart = 1'700'000'000 * kSecond;

// As a program declares them.
constinit AdaptiveState program_state;
constexpr Adaptive kProgram{program_state, {.budget = 1, .window = {}}};
static_assert(std::is_trivially_destructible_v<AdaptiveState>);
static_assert(std::is_trivially_destructible_v<Adaptive>);

// The threshold the next trace is decided by; asks with the highest R, so it is kept.
std::uint64_t next_threshold(const Adaptive& sampler) {
  const SamplingResult result = Trace(kWhole - 1).ask(sampler);
  REQUIRE(result.decision == Decision::RecordAndSample);
  return result.threshold.value;
}

void observe(const Adaptive& sampler, unsigned count, unsigned errors, std::uint64_t time) {
  for (unsigned i = 0; i < count; ++i) {
    sampler.observe(i < errors, time);
  }
}

TEST_CASE("in calm weather the rate is the configured one, and dropped traces are recorded") {
  AdaptiveState state;
  const Adaptive sampler(state, {.rate = 0.25});
  const SamplingResult kept = Trace(kWhole / 4 * 3).ask(sampler);
  CHECK(kept.decision == Decision::RecordAndSample);
  CHECK(kept.threshold == ThresholdChange::set(kWhole / 4 * 3));
  const SamplingResult other = Trace(kWhole / 4 * 3 - 1).ask(sampler);
  CHECK(other.decision == Decision::RecordOnly);
  CHECK(other.threshold == ThresholdChange::erase());
  CHECK(state.capped() == 0);
}

TEST_CASE("at namespace scope, through a sampler, with the outcome heard by the result's hook") {
  const SamplingResult result = Trace(kWhole - 1).ask(kProgram);
  CHECK(result.decision == Decision::RecordAndSample);
  CHECK(Trace(kWhole - 1).ask(kProgram).decision == Decision::RecordOnly);
  CHECK(program_state.capped() == 1);
  REQUIRE((result.outcome.observe != nullptr));
  for (int i = 0; i < 20; ++i) {
    CHECK_FALSE(program_state.in_storm());
    result.outcome.observe(result.outcome.context, true, kStart);
  }
  CHECK(program_state.in_storm());
}

TEST_CASE("rates out of range are the nearest, not-a-number is everything") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double all : {1.0, 1.5, kInfinity, std::nan("")}) {
    AdaptiveState state;
    CHECK(next_threshold(Adaptive(state, {.rate = all})) == 0);
  }
  for (const double none : {0.0, -1.0, -kInfinity}) {
    AdaptiveState state;
    const Adaptive sampler(state, {.rate = none});
    CHECK(Trace(kWhole - 1).ask(sampler).decision == Decision::RecordOnly);
    CHECK(state.capped() == 0);
  }
}

TEST_CASE("the host sets the rate at run time; nonsense changes nothing") {
  AdaptiveState state;
  const Adaptive sampler(state, {.rate = 0.25});
  CHECK(state.set_rate(0.5));
  CHECK(next_threshold(sampler) == kWhole / 2);
  for (const double wrong : {-0.1, 1.1, std::nan(""), std::numeric_limits<double>::infinity()}) {
    CHECK_FALSE(state.set_rate(wrong));
    CHECK(next_threshold(sampler) == kWhole / 2);
  }
  CHECK(state.set_rate(1));
  CHECK(next_threshold(sampler) == 0);
  CHECK(state.set_rate(0));
  CHECK(Trace(kWhole - 1).ask(sampler).decision == Decision::RecordOnly);
}

TEST_CASE("a storm begins above its share of errors, and not before enough outcomes") {
  for (const unsigned errors : {5U, 6U}) {
    AdaptiveState state;
    const Adaptive sampler(state, {.window = {}, .rate = 0.25, .minimum_outcomes = 100});
    observe(sampler, 99, errors, kStart);
    CHECK_FALSE(state.in_storm());
    observe(sampler, 1, 0, kStart);
    CHECK(state.in_storm() == (errors == 6));  // more than 5 of 100
    CHECK(next_threshold(sampler) == (errors == 6 ? 0 : kWhole / 4 * 3));
  }
}

TEST_CASE("a storm's rate raises only") {
  AdaptiveState state;
  const Adaptive sampler(state,
                         {.window = {}, .rate = 0.5, .storm_rate = 0.25, .minimum_outcomes = 1});
  observe(sampler, 1, 1, kStart);
  CHECK(state.in_storm());
  CHECK(next_threshold(sampler) == kWhole / 2);
  state.set_rate(0.125);
  CHECK(next_threshold(sampler) == kWhole / 4 * 3);
}

// Half windows of 100 outcomes each with so many errors; the last outcome ends the half.
void half_window(const Adaptive& sampler, std::uint64_t& now, unsigned errors) {
  observe(sampler, 99, errors, now);
  now += 5 * kSecond;
  observe(sampler, 1, 0, now);
}

TEST_CASE("a storm is over after its calm windows in a row, and the band between keeps it") {
  AdaptiveState state;
  const Adaptive sampler(state, {.window = AdaptiveWindow::seconds(10), .calm_windows = 2});
  std::uint64_t now = kStart;
  for (int i = 0; i < 10; ++i) {
    half_window(sampler, now, 5);  // at the share: no storm
    CHECK_FALSE(state.in_storm());
  }
  half_window(sampler, now, 50);
  CHECK(state.in_storm());
  for (int i = 0; i < 10; ++i) {
    half_window(sampler, now, 3);  // between the shares
    CHECK(state.in_storm());
  }
  for (int i = 0; i < 3; ++i) {
    half_window(sampler, now, 2);
    CHECK(state.in_storm());
  }
  half_window(sampler, now, 3);  // a break: calm counts from the beginning
  for (int i = 0; i < 3; ++i) {
    half_window(sampler, now, 2);
    CHECK(state.in_storm());
  }
  half_window(sampler, now, 2);
  CHECK_FALSE(state.in_storm());
  for (int i = 0; i < 10; ++i) {
    half_window(sampler, now, 3);  // between the shares: calm stays calm
    CHECK_FALSE(state.in_storm());
  }
}

TEST_CASE("a clock that is put back ends no half window") {
  AdaptiveState state;
  const Adaptive sampler(state, {.window = AdaptiveWindow::seconds(10), .minimum_outcomes = 1});
  observe(sampler, 1, 0, kStart);
  observe(sampler, 1, 1, kStart - 1);
  CHECK_FALSE(state.in_storm());
  observe(sampler, 1, 0, kStart - 1 + 5 * kSecond);
  CHECK(state.in_storm());
}

TEST_CASE("what is stormy is not calm, and what is neither ends no storm") {
  AdaptiveState state;
  const Adaptive wide(state, {.window = {}, .calm_share = 1, .calm_windows = 1});
  observe(wide, 20, 20, kStart);
  observe(wide, 20, 20, kStart);
  observe(wide, 20, 1, kStart);  // the first calm half
  CHECK(state.in_storm());
  observe(wide, 20, 1, kStart);
  CHECK_FALSE(state.in_storm());
  const Adaptive hasty(state, {.window = {}, .calm_windows = 0});
  observe(hasty, 20, 20, kStart);
  observe(hasty, 20, 1, kStart);  // between the shares
  CHECK(state.in_storm());
  observe(hasty, 20, 0, kStart);
  CHECK_FALSE(state.in_storm());
}

TEST_CASE("few outcomes say nothing: a half window waits for more") {
  AdaptiveState state;
  const Adaptive sampler(state, {.window = AdaptiveWindow::seconds(10), .minimum_outcomes = 20});
  for (unsigned i = 0; i < 19; ++i) {
    observe(sampler, 1, 1, kStart + i * 100 * kSecond);
    CHECK_FALSE(state.in_storm());
  }
  observe(sampler, 1, 0, kStart + 1900 * kSecond);
  CHECK(state.in_storm());
}

TEST_CASE("by time: the budget holds until an outcome behind the window's end") {
  AdaptiveState state;
  const Adaptive sampler(state, {.budget = 3, .window = AdaptiveWindow::seconds(10), .rate = 1});
  observe(sampler, 1, 0, kStart);
  const auto keep_all = [&] {
    unsigned kept = 0;
    for (int i = 0; i < 100; ++i) {
      kept += Trace(kWhole - 1).ask(sampler).decision == Decision::RecordAndSample ? 1U : 0U;
    }
    return kept;
  };
  CHECK(keep_all() == 3);
  CHECK(state.capped() == 97);
  observe(sampler, 1, 0, kStart + 10 * kSecond - 1);
  CHECK(keep_all() == 0);
  observe(sampler, 1, 0, kStart + 10 * kSecond);
  CHECK(keep_all() == 3);
  // A clock that is put back makes the window longer and gives nothing away.
  observe(sampler, 1, 0, kStart);
  CHECK(keep_all() == 0);
  observe(sampler, 1, 0, kStart + 10 * kSecond - 1);
  CHECK(keep_all() == 0);
  observe(sampler, 1, 0, kStart + 10 * kSecond);
  CHECK(keep_all() == 3);
  observe(sampler, 1, 0, ~std::uint64_t{0});
  CHECK(keep_all() == 3);
  observe(sampler, 1, 0, 0);
  CHECK(keep_all() == 0);
}

TEST_CASE("by requests: each window of N has its budget, used up to the last") {
  AdaptiveState state;
  const Adaptive sampler(state,
                         {.budget = 10, .window = AdaptiveWindow::of_requests(100), .rate = 1});
  std::mt19937_64 random(5);
  for (int window = 0; window < 50; ++window) {
    unsigned kept = 0;
    for (int i = 0; i < 100; ++i) {
      const SamplingResult result = Trace(random() % kWhole).ask(sampler);
      kept += result.decision == Decision::RecordAndSample ? 1U : 0U;
    }
    CHECK(kept >= 9);  // towards the end the rate is what is left of what is to come
    CHECK(kept <= 10);
  }
}

TEST_CASE("without a window the budget is for the life of the instance") {
  AdaptiveState state;
  const Adaptive sampler(state, {.budget = 2, .window = {}, .rate = 1});
  std::uint64_t now = kStart;
  unsigned kept = 0;
  for (int i = 0; i < 1000; ++i) {
    kept += Trace(kWhole - 1).ask(sampler).decision == Decision::RecordAndSample ? 1U : 0U;
    observe(sampler, 1, 0, now += 1000 * kSecond);
  }
  CHECK(kept == 2);
}

TEST_CASE("nothing is kept of a budget of nothing") {
  AdaptiveState state;
  const Adaptive sampler(state, {.budget = 0, .rate = 1});
  CHECK(Trace(kWhole - 1).ask(sampler).decision == Decision::RecordOnly);
  CHECK(state.capped() == 1);
}

TEST_CASE("strange options do no harm") {
  const double nan = std::nan("");
  for (const double share : {-1.0, 0.0, 1.0, 2.0, nan}) {
    AdaptiveState state;
    const Adaptive sampler(state, {.window = AdaptiveWindow::of_requests(1),
                                   .rate = nan,
                                   .storm_rate = share,
                                   .storm_share = share,
                                   .calm_share = share,
                                   .calm_windows = 0,
                                   .minimum_outcomes = 0});
    for (std::uint64_t i = 0; i < 100; ++i) {
      (void)Trace(i).ask(sampler);
      sampler.observe(i % 3 == 0, i);
    }
  }
  AdaptiveState state;
  const Adaptive sampler(state, {.window = {}, .calm_windows = 0, .minimum_outcomes = 1});
  observe(sampler, 1, 1, 0);
  CHECK(state.in_storm());  // an error is never calm
  observe(sampler, 1, 0, 0);
  CHECK_FALSE(state.in_storm());
}

}  // namespace
