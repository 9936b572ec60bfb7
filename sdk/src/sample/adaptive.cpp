#include <afterglow/adaptive.h>

namespace afterglow {

bool AdaptiveState::set_rate(double rate) {
  if (!(rate >= 0.0 && rate <= 1.0)) {
    return false;
  }
  rate_ = rate;
  return true;
}

// --- before a decision -------------------------------------------------------------------------

// How many traces the rest of the window will bring, this one included. By time it is unknown: as
// many as are missing from the last window's number, or as many again as have come, if that is
// more, so that a burst uses up what is left ever more slowly.
std::uint64_t Adaptive::expected() const {
  if (options_.window.requests != 0) {
    return options_.window.requests - state_->asked_;
  }
  const std::uint64_t missing =
      state_->asked_before_ > state_->asked_ ? state_->asked_before_ - state_->asked_ : 0;
  return missing > state_->asked_ ? missing : state_->asked_;
}

// The rate of the weather, lowered where the rest of the budget would not last.
double Adaptive::rate() const {
  double rate = state_->rate_ == AdaptiveState::kNotSet ? options_.rate : state_->rate_;
  if (state_->in_storm_ && !(rate > options_.storm_rate)) {
    rate = options_.storm_rate;
  }
  const auto left = static_cast<double>(options_.budget - state_->kept_);
  const auto to_come = static_cast<double>(expected());
  return to_come > left && !(rate * to_come < left) ? left / to_come : rate;
}

SamplingResult Adaptive::sample(const TraceSummary& trace) const {
  AdaptiveState& state = *state_;
  if (options_.window.requests != 0 && state.asked_ == options_.window.requests) {
    end_budget_window(1);
  }
  if (trace.rate) {
    state.set_rate(*trace.rate);
  }
  SamplingResult result{.decision = Decision::RecordOnly,
                        .threshold = ThresholdChange::erase(),
                        .outcome = {[](const void* adaptive, bool error, std::uint64_t unix_nano) {
                                      static_cast<const Adaptive*>(adaptive)->observe(error,
                                                                                      unix_nano);
                                    },
                                    this}};
  if (state.kept_ >= options_.budget) {
    ++state.capped_;
  } else if (const std::uint64_t threshold = threshold_of(rate()); trace.randomness >= threshold) {
    result.decision = Decision::RecordAndSample;
    result.threshold = ThresholdChange::set(threshold);
    ++state.kept_;
  }
  ++state.asked_;
  return result;
}

// --- after a trace -----------------------------------------------------------------------------

// `windows`: how many lengths of a window the ending one took, 1 or more.
void Adaptive::end_budget_window(double windows) const {
  state_->asked_before_ = static_cast<std::uint64_t>(static_cast<double>(state_->asked_) / windows);
  state_->asked_ = 0;
  state_->kept_ = 0;
}

void Adaptive::observe(bool error, std::uint64_t unix_nano) const {
  AdaptiveState& state = *state_;
  advance(unix_nano);
  ++state.outcomes_;
  state.errors_ += error ? 1U : 0U;
  judge(unix_nano);
}

// Begin the next window of the budget where time says so.
void Adaptive::advance(std::uint64_t unix_nano) const {
  AdaptiveState& state = *state_;
  if (!state.has_time_) {
    state.has_time_ = true;
    state.window_start_ = state.judged_from_ = unix_nano;
  }
  // The clock was put back.
  state.window_start_ = state.window_start_ < unix_nano ? state.window_start_ : unix_nano;
  state.judged_from_ = state.judged_from_ < unix_nano ? state.judged_from_ : unix_nano;
  const std::uint64_t length = options_.window.nanoseconds;
  const std::uint64_t elapsed = unix_nano - state.window_start_;
  if (options_.window.requests == 0 && length != 0 && elapsed >= length) {
    end_budget_window(static_cast<double>(elapsed) / static_cast<double>(length));
    state.window_start_ = unix_nano;
  }
}

// Does a storm begin, or is one over? Only a whole half window is judged: asked after each outcome,
// a few early errors would look like a storm.
void Adaptive::judge(std::uint64_t unix_nano) const {
  AdaptiveState& state = *state_;
  const AdaptiveWindow& window = options_.window;
  const bool is_over = window.requests != 0
                           ? state.outcomes_ >= window.requests / 2
                           : unix_nano - state.judged_from_ >= window.nanoseconds / 2;
  if (!is_over || state.outcomes_ < options_.minimum_outcomes) {
    return;
  }
  const auto outcomes = static_cast<double>(state.outcomes_);
  const auto errors = static_cast<double>(state.errors_);
  const bool is_stormy = errors > options_.storm_share * outcomes;
  const bool is_calm = !is_stormy && errors <= options_.calm_share * outcomes;
  state.calm_halves_ = is_calm ? state.calm_halves_ + 1 : 0;
  if (is_stormy) {
    state.in_storm_ = true;
  } else if (is_calm && state.calm_halves_ / 2 >= options_.calm_windows) {
    state.in_storm_ = false;
    state.calm_halves_ = 0;
  }
  state.outcomes_ = state.errors_ = 0;
  state.judged_from_ = unix_nano;
}

}  // namespace afterglow
