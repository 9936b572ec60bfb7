#pragma once

// Consistent probability samplers: what they keep can be counted back, and services agree.
//
//   constexpr Probability kOnePercent{0.01};
//   constexpr ParentThreshold kSampler{kOnePercent};   // roots at 1 %, the others as their parent
//
// Both compare the randomness R of the trace with a threshold T and write T into `tracestate` as
// `th` (threshold.h). The specification's composable samplers are these, and no second kind:
//
//   ComposableAlwaysOn         Probability{1}          ComposableParentThreshold   ParentThreshold
//   ComposableAlwaysOff        AlwaysOff               ComposableRuleBased         RuleBased
//   ComposableProbability      Probability             CompositeSampler            not needed
//
// An intent is worth a type of its own where intents are combined; here a delegate's answer is
// passed on as it is. Specification: "TraceState: Probability Sampling".

#include <afterglow/sampler.h>
#include <afterglow/threshold.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace afterglow {

/// Keep the given share of traces, whatever their parents decided, and say so in `th`. Below 2^-56
/// is 0, above 1 and not-a-number are 1. The ratio is rounded so that `th` has `precision` digits
/// and is exactly what was decided by; 4 digits are off by less than one in ten thousand.
class Probability {
 public:
  constexpr explicit Probability(double ratio, unsigned precision = kThresholdPrecision)
      : threshold_(threshold_of(ratio, precision)) {}
  [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const;
  std::size_t describe(std::span<char> out) const;

 private:
  std::uint64_t threshold_;
};

/// Decide as the parent did, by its threshold: R >= T, whatever its sampled flag says. A parent
/// without `th` is followed by its flag, and the trace stays without `th`. Without a parent, `root`
/// decides.
class ParentThreshold {
 public:
  constexpr explicit ParentThreshold(Sampler root) : root_(root) {}
  [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const;
  std::size_t describe(std::span<char> out) const;

 private:
  Sampler root_;
};

}  // namespace afterglow
