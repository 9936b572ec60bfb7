// The adaptive sampler against a simple reference that remembers everything and counts anew each
// time, and against what it promises. Random traffic; seeds are printed on failure.

#include <afterglow/adaptive.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <optional>
#include <random>
#include <vector>

#include "trace.h"

namespace {

using namespace afterglow;
using sampling::kWhole;
using sampling::Trace;

constexpr std::uint64_t kSecond = 1'000'000'000;

// --- the reference -----------------------------------------------------------------------------

using Flags = std::vector<char>;

std::uint64_t count_of(const Flags& list) {
  return static_cast<std::uint64_t>(std::count(list.begin(), list.end(), 1));
}

class Reference {
 public:
  explicit Reference(const AdaptiveOptions& options) : options_(options) {}

  // The threshold of the next decision; none when the budget is used up.
  std::optional<std::uint64_t> threshold() {
    if (options_.window.requests != 0 && kept_.size() == options_.window.requests) {
      kept_.clear();
    }
    if (count_of(kept_) >= options_.budget) {
      return std::nullopt;
    }
    const double left = static_cast<double>(options_.budget - count_of(kept_));
    const double rate = storm ? std::max(options_.rate, options_.storm_rate) : options_.rate;
    const double to_come = expected();
    return threshold_of(to_come == 0 ? rate : std::min(rate, std::max(left / to_come, 0.0)));
  }

  void decided(bool kept) { kept_.push_back(kept ? 1 : 0); }

  void observe(bool error, std::uint64_t time) {
    begin_ = std::min(begin_.value_or(time), time);
    judged_from_ = std::min(judged_from_.value_or(time), time);
    const std::uint64_t length = options_.window.nanoseconds;
    if (options_.window.requests == 0 && time - *begin_ >= length) {
      before_ = std::floor(static_cast<double>(kept_.size()) /
                           (static_cast<double>(time - *begin_) / static_cast<double>(length)));
      kept_.clear();
      begin_ = time;
    }
    outcomes_.push_back(error ? 1 : 0);
    judge(time);
  }

  bool storm = false;

 private:
  [[nodiscard]] double expected() const {
    const auto asked = static_cast<double>(kept_.size());
    if (options_.window.requests != 0) {
      return static_cast<double>(options_.window.requests) - asked;
    }
    return std::max(before_ - asked, asked);
  }

  void judge(std::uint64_t time) {
    const bool over = options_.window.requests != 0
                          ? outcomes_.size() >= options_.window.requests / 2
                          : time - *judged_from_ >= options_.window.nanoseconds / 2;
    if (!over || outcomes_.size() < options_.minimum_outcomes) {
      return;
    }
    const double share =
        static_cast<double>(count_of(outcomes_)) / static_cast<double>(outcomes_.size());
    history_.push_back(share);
    const auto calm_halves = static_cast<std::ptrdiff_t>(2 * options_.calm_windows);
    if (share > options_.storm_share) {
      storm = true;
    } else if (static_cast<std::ptrdiff_t>(history_.size()) >= calm_halves &&
               std::all_of(history_.end() - calm_halves, history_.end(),
                           [&](double each) { return each <= options_.calm_share; })) {
      storm = false;
    }
    outcomes_.clear();
    judged_from_ = time;
  }

  AdaptiveOptions options_;
  Flags kept_;      // of this window's decisions
  Flags outcomes_;  // errors, of this half window
  double before_ = 0;
  std::optional<std::uint64_t> begin_;
  std::optional<std::uint64_t> judged_from_;
  std::vector<double> history_;  // the share of errors of each half window
};

// --- traffic -----------------------------------------------------------------------------------

struct Weather {
  double error_share = 0;
  double traces_per_second = 10;
  double seconds = 60;
  double longest = 1;   // of a trace, in seconds
  bool evenly = false;  // errors come at equal distances, not at random
};

// Traces that start, overlap and end, asked of the sampler and of the reference.
class World {
 public:
  World(const AdaptiveOptions& options, std::uint64_t seed)
      : reference_(options), sampler_(state_, options), random_(seed) {}

  void run(const Weather& weather) {
    const std::uint64_t until = now + nanoseconds(weather.seconds);
    while (now < until) {
      now += nanoseconds(-std::log(1 - share()) / weather.traces_per_second);
      end_those_before(now);
      start(weather);
    }
  }

  // Decisions that were kept, by the time or the number of the decision.
  std::vector<std::uint64_t> kept_times;
  std::vector<std::uint64_t> kept_numbers;
  std::uint64_t now = 1'000'000 * kSecond;
  std::uint64_t decisions = 0;
  std::uint64_t mismatches = 0;
  double counted = 0;
  unsigned changes = 0;  // of the weather, as the sampler sees it
  std::optional<std::uint64_t> storm_since;
  std::uint64_t last_threshold = 0;

  [[nodiscard]] const AdaptiveState& state() const { return state_; }

 private:
  struct Open {
    std::uint64_t end;
    bool error;
  };

  double share() { return std::uniform_real_distribution<double>(0, 1)(random_); }
  static std::uint64_t nanoseconds(double seconds) {
    return static_cast<std::uint64_t>(seconds * 1e9);
  }

  bool is_error(const Weather& weather) {
    if (!weather.evenly) {
      return share() < weather.error_share;
    }
    error_debt_ += weather.error_share;
    const bool error = error_debt_ >= 1;
    error_debt_ -= error ? 1 : 0;
    return error;
  }

  void start(const Weather& weather) {
    const std::uint64_t r = random_() % kWhole;
    const std::optional<std::uint64_t> expected = reference_.threshold();
    const SamplingResult result = Trace(r).ask(sampler_);
    const bool kept = result.decision == Decision::RecordAndSample;
    const bool keeps = expected.has_value() && r >= *expected;
    const ThresholdChange change =
        keeps ? ThresholdChange::set(*expected) : ThresholdChange::erase();
    mismatches += kept != keeps || result.threshold != change ||
                          (!kept && result.decision != Decision::RecordOnly)
                      ? 1U
                      : 0U;
    reference_.decided(kept);
    if (kept) {
      kept_times.push_back(now);
      kept_numbers.push_back(decisions);
      counted += adjusted_count(result.threshold.value);
      last_threshold = result.threshold.value;
    }
    ++decisions;
    const Open trace{now + nanoseconds(share() * weather.longest), is_error(weather)};
    open_.insert(std::upper_bound(open_.begin(), open_.end(), trace,
                                  [](Open a, Open b) { return a.end < b.end; }),
                 trace);
  }

  void end_those_before(std::uint64_t time) {
    while (!open_.empty() && open_.front().end <= time) {
      const bool before = state_.in_storm();
      sampler_.observe(open_.front().error, open_.front().end);
      reference_.observe(open_.front().error, open_.front().end);
      mismatches += state_.in_storm() != reference_.storm ? 1U : 0U;
      if (before != state_.in_storm()) {
        ++changes;
        storm_since = before ? std::nullopt : std::optional(open_.front().end);
      }
      open_.pop_front();
    }
  }

  AdaptiveState state_;
  Reference reference_;
  Adaptive sampler_;
  std::mt19937_64 random_;
  std::deque<Open> open_;  // by their end
  double error_debt_ = 0;
};

// The most that lie within less than `length` of each other.
std::size_t most_within(const std::vector<std::uint64_t>& sorted, std::uint64_t length) {
  std::size_t most = 0;
  std::size_t first = 0;
  for (std::size_t last = 0; last < sorted.size(); ++last) {
    while (sorted[last] - sorted[first] >= length) {
      ++first;
    }
    most = std::max(most, last - first + 1);
  }
  return most;
}

AdaptiveOptions random_options(std::mt19937_64& generator) {
  const auto random = [&] { return static_cast<std::uint32_t>(generator() >> 32U); };
  const bool by_time = random() % 2 == 0;
  const double rates[] = {0, 0.01, 0.1, 0.5, 1};
  return {.budget = random() % 60,
          .window = by_time ? AdaptiveWindow::seconds(1 + random() % 20)
                            : AdaptiveWindow::of_requests(1 + random() % 300),
          .rate = rates[random() % 5],
          .storm_rate = rates[random() % 5],
          .calm_windows = 1 + random() % 3,
          .minimum_outcomes = 1 + random() % 30};
}

TEST_CASE("random traffic: as the reference, and never more than two budgets in any window") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const AdaptiveOptions options = random_options(random);
    World world(options, random());
    for (int spell = 0; spell < 6; ++spell) {
      const double shares[] = {0, 0.02, 0.04, 0.06, 0.5, 1};
      const double speeds[] = {0.2, 3, 30, 100};
      world.run({.error_share = shares[random() % 6],
                 .traces_per_second = speeds[random() % 4],
                 .seconds = static_cast<double>(random() % 15),
                 .longest = static_cast<double>(random() % 4)});
    }
    CHECK(world.mismatches == 0);
    if (options.window.requests != 0) {
      CHECK(most_within(world.kept_numbers, options.window.requests) <= 2 * options.budget);
    } else {
      CHECK(most_within(world.kept_times, options.window.nanoseconds) <= 2 * options.budget);
    }
  }
}

TEST_CASE("a storm: full rate within one window, back once, and no wavering in between") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    World world({.budget = 100'000, .window = AdaptiveWindow::seconds(10), .rate = 0.1}, seed);
    std::mt19937_64 random(seed);
    world.run({.error_share = 0.01,
               .traces_per_second = 60,
               .seconds = 23.0 + static_cast<double>(random() % 10)});
    CHECK(world.changes == 0);
    CHECK(world.last_threshold == threshold_of(0.1));
    const std::uint64_t begin = world.now;
    world.run({.error_share = 0.3, .traces_per_second = 60, .seconds = 60});
    CHECK(world.changes == 1);
    REQUIRE(world.storm_since.has_value());
    CHECK(*world.storm_since - begin <= 10 * kSecond);
    CHECK(world.last_threshold == 0);
    world.run({.error_share = 0.0375, .traces_per_second = 60, .seconds = 60, .evenly = true});
    CHECK(world.changes == 1);  // between the shares
    world.run({.error_share = 0.01, .traces_per_second = 60, .seconds = 60});
    CHECK(world.changes == 2);
    CHECK(world.last_threshold == threshold_of(0.1));
    world.run({.error_share = 0.0375, .traces_per_second = 60, .seconds = 60, .evenly = true});
    CHECK(world.changes == 2);
    CHECK(world.mismatches == 0);
  }
}

TEST_CASE("steady traffic uses its budget, and what is kept adds up whatever the rate was") {
  constexpr std::uint32_t kBudget = 100;
  constexpr double kWindows = 60;
  World world({.budget = kBudget, .window = AdaptiveWindow::seconds(10), .rate = 1}, 11);
  world.run({.error_share = 0, .traces_per_second = 50, .seconds = 10 * kWindows, .longest = 0.1});
  CHECK(world.mismatches == 0);
  const auto kept = static_cast<double>(world.kept_times.size());
  CHECK(kept >= 0.7 * kBudget * kWindows);
  CHECK(kept <= kBudget * (kWindows + 1));
  CHECK(world.state().capped() == 0);
  // The rate falls to about 1/8 at the end of a window: a standard error of about 1 %.
  CHECK(std::abs(world.counted / static_cast<double>(world.decisions) - 1) < 0.05);
}

TEST_CASE("a burst of ten times the traffic is thinned out, not cut off") {
  World world({.budget = 200, .window = AdaptiveWindow::seconds(10), .rate = 1}, 12);
  world.run({.error_share = 0, .traces_per_second = 50, .seconds = 100, .longest = 0.1});
  world.run({.error_share = 0.5, .traces_per_second = 500, .seconds = 9, .longest = 0.1});
  CHECK(world.state().capped() == 0);
  CHECK(world.mismatches == 0);
}

}  // namespace
