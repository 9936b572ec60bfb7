#pragma once

// A sampler that keeps a budget, and looks closer while things go wrong.
//
//   constinit AdaptiveState state;
//   constexpr Adaptive kAdaptive{state, {.budget = 600, .window = AdaptiveWindow::seconds(60),
//                                        .rate = 0.05}};
//   constexpr ParentBased kSampler{kAdaptive};
//
// In calm weather it keeps `rate` of the traces. When more than 5 % of the traces that ended lately
// had an error it keeps all of them (`storm_rate`), until a calm time has passed. In either case
// the budget wins: the rate is lowered in good time, so that what is kept fits the window. It
// learns from traffic, so what it learns is lost with the instance: where each request gets a fresh
// one, the rate is the configured one, which the host may change at run time: by
// OTEL_TRACES_SAMPLER_ARG without an OTEL_TRACES_SAMPLER, or `set_rate`.
//
// Each decision is R >= T (threshold.h) with a T chosen before R is looked at, so `th` is honest
// and what was kept can be counted back, whatever the rate was. What is not kept is recorded all
// the same, since its errors count; it leaves only where a rule at the end of the trace keeps it.
// Only when the budget is used up, after a burst of several times the traffic of the window before,
// is a trace refused whatever its R: `capped()` counts those, which no `th` stands for.
//
// It reads no clock: time comes with the outcomes, and a window ends with the first outcome behind
// its end. Until that arrives the old budget holds, so that within any time of one window's length
// at most two budgets are kept.

#include <afterglow/sampler.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace afterglow {

/// How long a budget lasts. With neither, for the life of the instance.
struct AdaptiveWindow {
  std::uint64_t nanoseconds = 0;
  std::uint64_t requests = 0;  ///< Decisions, where it is not by time.

  static constexpr AdaptiveWindow seconds(std::uint32_t count) {
    return {.nanoseconds = std::uint64_t{count} * 1'000'000'000};
  }
  static constexpr AdaptiveWindow of_requests(std::uint32_t count) { return {.requests = count}; }
};

struct AdaptiveOptions {
  std::uint32_t budget = 1000;  ///< Traces kept in one window.
  AdaptiveWindow window = AdaptiveWindow::seconds(60);
  double rate = 0.1;          ///< In calm weather; out of range as for `Probability`.
  double storm_rate = 1.0;    ///< In a storm, where that is more.
  double storm_share = 0.05;  ///< A storm begins when more than this share of outcomes are errors.
  double calm_share = 0.025;  ///< Calm is this share at most; between the two nothing changes.
  /// How many windows in a row must be calm before a storm is over. Outcomes are judged every half
  /// window, so that a storm is met within the length of one.
  std::uint32_t calm_windows = 2;
  std::uint32_t minimum_outcomes = 20;  ///< Fewer say nothing: judging waits for more.
};

/// What an `Adaptive` has seen: lent by the program, at namespace scope, one for each sampler.
class AdaptiveState {
 public:
  constexpr AdaptiveState() = default;

  /// The rate in calm weather from now on, instead of the sampler's own. False, and nothing
  /// changes, when it is not a number from 0 to 1.
  bool set_rate(double rate);

  [[nodiscard]] bool in_storm() const { return in_storm_; }
  /// Traces that were refused because the budget was used up.
  [[nodiscard]] std::uint64_t capped() const { return capped_; }

 private:
  friend class Adaptive;

  static constexpr double kNotSet = -1;

  double rate_ = kNotSet;
  // The window of the budget.
  std::uint64_t window_start_ = 0;
  std::uint64_t asked_ = 0;
  std::uint64_t kept_ = 0;
  std::uint64_t asked_before_ = 0;  // in the window before
  std::uint64_t capped_ = 0;
  // The half window of outcomes.
  std::uint64_t judged_from_ = 0;
  std::uint64_t outcomes_ = 0;
  std::uint64_t errors_ = 0;
  std::uint32_t calm_halves_ = 0;
  bool has_time_ = false;
  bool in_storm_ = false;
};

/// See above. Decides for each trace it is asked about as for a root.
class Adaptive {
 public:
  constexpr explicit Adaptive(AdaptiveState& state, const AdaptiveOptions& options = {})
      : state_(&state), options_(options) {}

  /// Never `Drop`. The result names `observe`, which the SDK then calls when the trace ends.
  [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const;
  std::size_t describe(std::span<char> out) const;

  /// A local trace has ended, at `unix_nano`. Times need not be in order; a clock that was put back
  /// makes the window longer.
  void observe(bool error, std::uint64_t unix_nano) const;

 private:
  [[nodiscard]] double rate() const;
  [[nodiscard]] std::uint64_t expected() const;
  void end_budget_window(double windows) const;
  void advance(std::uint64_t unix_nano) const;
  void judge(std::uint64_t unix_nano) const;

  AdaptiveState* state_;
  AdaptiveOptions options_;
};

}  // namespace afterglow
