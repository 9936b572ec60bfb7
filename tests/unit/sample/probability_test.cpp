// Consistent probability sampling: what is kept, what it says of itself, and that it adds up.

#include <afterglow/probability.h>
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "trace.h"

namespace {

using namespace afterglow;
using sampling::kWhole;
using sampling::Parent;
using sampling::Trace;

constexpr ThresholdChange kKeep = ThresholdChange::keep();
constexpr ThresholdChange kErase = ThresholdChange::erase();
constexpr std::uint64_t kQuarter = kWhole / 4 * 3;  // the threshold of 1/4

TEST_CASE("R at and above T is kept and says T, R below is dropped and says nothing") {
  const Probability quarter(0.25);
  for (const std::uint64_t r : {kQuarter, kQuarter + 1, kWhole - 1}) {
    const SamplingResult kept = Trace(r).ask(quarter);
    CHECK(kept.decision == Decision::RecordAndSample);
    CHECK(kept.threshold == ThresholdChange::set(kQuarter));
  }
  for (const std::uint64_t r : {std::uint64_t{0}, kQuarter - 1}) {
    const SamplingResult dropped = Trace(r).ask(quarter);
    CHECK(dropped.decision == Decision::Drop);
    CHECK(dropped.threshold == kErase);
  }
}

TEST_CASE("ratios at and beyond their ends") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double all : {1.0, 1.5, infinity, std::nan("")}) {
    const Probability sampler(all);
    CHECK(Trace(0).ask(sampler).threshold == ThresholdChange::set(0));
  }
  for (const double none : {0.0, -1.0, -infinity}) {
    const Probability sampler(none);
    CHECK(Trace(kWhole - 1).ask(sampler).decision == Decision::Drop);
  }
}

TEST_CASE("explicit randomness decides, not the trace id") {
  const Trace trace(0);  // an id that is never kept
  TraceSummary summary = trace.summary();
  const Probability quarter(0.25);
  CHECK(Sampler(quarter).ask(summary).decision == Decision::Drop);
  summary.randomness = kQuarter;
  CHECK(Sampler(quarter).ask(summary).decision == Decision::RecordAndSample);
  const ParentThreshold parent(quarter);
  CHECK(Sampler(parent).ask(summary).decision == Decision::RecordAndSample);
}

TEST_CASE("a probability sampler ignores what the parent decided") {
  const Probability quarter(0.25);
  for (const bool sampled : {false, true}) {
    CHECK(Trace(kQuarter, Parent{sampled, kWhole - 1}).ask(quarter).threshold ==
          ThresholdChange::set(kQuarter));
    CHECK(Trace(0, Parent{sampled, 0}).ask(quarter).decision == Decision::Drop);
  }
}

TEST_CASE("a parent's threshold decides again, against its flag where they contradict") {
  constexpr static Probability kRoot{0.25};
  const ParentThreshold sampler(kRoot);
  CHECK(Trace(kQuarter).ask(sampler).threshold == ThresholdChange::set(kQuarter));
  CHECK(Trace(kQuarter - 1).ask(sampler).decision == Decision::Drop);
  for (const bool sampled : {false, true}) {
    CAPTURE(sampled);
    const SamplingResult kept = Trace(100, Parent{sampled, 100}).ask(sampler);
    CHECK(kept.decision == Decision::RecordAndSample);
    CHECK(kept.threshold == ThresholdChange::set(100));
    const SamplingResult dropped = Trace(99, Parent{sampled, 100}).ask(sampler);
    CHECK(dropped.decision == Decision::Drop);
    CHECK(dropped.threshold == kErase);
    // Without a threshold the flag is all there is, and nobody knows what the trace stands for.
    const SamplingResult unknown = Trace(100, Parent{sampled}).ask(sampler);
    CHECK(unknown.decision == (sampled ? Decision::RecordAndSample : Decision::Drop));
    CHECK(unknown.threshold == kErase);
  }
}

TEST_CASE("following the flag, th goes on only where it can be true") {
  const Sampler& sampler = kParentBasedAlwaysOn;
  const SamplingResult agreed = Trace(100, Parent{true, 100}).ask(sampler);
  CHECK(agreed.decision == Decision::RecordAndSample);
  CHECK(agreed.threshold == kKeep);
  const SamplingResult kept_too_much = Trace(99, Parent{true, 100}).ask(sampler);
  CHECK(kept_too_much.decision == Decision::RecordAndSample);
  CHECK(kept_too_much.threshold == kErase);
  for (const std::uint64_t r : {std::uint64_t{99}, std::uint64_t{100}}) {
    CHECK(Trace(r, Parent{false, 100}).ask(sampler).decision == Decision::Drop);
    CHECK(Trace(r, Parent{false, 100}).ask(sampler).threshold == kErase);
  }
  CHECK(Trace(0, Parent{true}).ask(sampler).threshold == kKeep);  // nothing there to be wrong
  CHECK(Trace(0).ask(sampler).threshold == kKeep);
}

TEST_CASE("what a delegate keeps of unsampled parents does not carry their th; its own stays") {
  constexpr static Probability kQuarterOf{0.25};
  const ParentBased rescue(kAlwaysOn, kAlwaysOn, kAlwaysOn);
  CHECK(Trace(100, Parent{false, 100}).ask(rescue).decision == Decision::RecordAndSample);
  CHECK(Trace(100, Parent{false, 100}).ask(rescue).threshold == kErase);
  const ParentBased own(kAlwaysOn, kQuarterOf, kQuarterOf);
  CHECK(Trace(kQuarter, Parent{true, kWhole - 1}).ask(own).threshold ==
        ThresholdChange::set(kQuarter));
  CHECK(Trace(kQuarter, Parent{false, 0}).ask(own).threshold == ThresholdChange::set(kQuarter));
}

TEST_CASE("the samplers that know no threshold leave a sampled caller's alone, but for a ratio") {
  const Ratio half(0.5);
  CHECK(Trace(kWhole - 1, Parent{true, 5}).ask(half).threshold == kErase);
  CHECK(Trace(1, Parent{true, 5}).ask(kAlwaysOn).threshold == kKeep);
  CHECK(Trace(1, Parent{true, 5}).ask(kAlwaysOff).threshold == kKeep);
}

// --- a million ids -----------------------------------------------------------------------------

constexpr std::uint32_t kIds = 1'000'000;

TEST_CASE("a million ids: 1 % within three standard errors, nested sets, counts that add up") {
  constexpr double kRatios[] = {0.001, 0.01, 1.0 / 3, 1.0};
  constexpr std::size_t kCount = std::size(kRatios);
  const Probability samplers[kCount] = {Probability(kRatios[0]), Probability(kRatios[1]),
                                        Probability(kRatios[2]), Probability(kRatios[3])};
  std::uint32_t kept[kCount] = {};
  double counted[kCount] = {};
  std::uint32_t not_subset = 0;
  constexpr std::uint64_t kSeed = 20240229;
  CAPTURE(kSeed);
  std::mt19937_64 random(kSeed);
  const Trace trace(0);
  TraceSummary summary = trace.summary();
  for (std::uint32_t i = 0; i < kIds; ++i) {
    summary.randomness = random() % kWhole;
    bool before = false;
    for (std::size_t s = 0; s < kCount; ++s) {
      const SamplingResult result = samplers[s].sample(summary);
      const bool now = result.decision == Decision::RecordAndSample;
      not_subset += before && !now ? 1U : 0U;
      before = now;
      kept[s] += now ? 1U : 0U;
      counted[s] += now ? adjusted_count(result.threshold.value) : 0;
    }
  }
  CHECK(not_subset == 0);
  for (std::size_t s = 0; s < kCount; ++s) {
    const double ratio = kRatios[s];
    CAPTURE(ratio);
    const double error = std::sqrt(ratio * (1 - ratio) * kIds);
    CHECK(std::abs(kept[s] - ratio * kIds) <= 3 * error);
    CHECK(std::abs(counted[s] - kIds) <= 3 * error / ratio);
  }
  CHECK(kept[kCount - 1] == kIds);
  CHECK(counted[kCount - 1] == kIds);
}

TEST_CASE("services along a trace agree, and each kept span counts for what it says") {
  // A root at 10 %, a child that follows it, and one that decides for itself at 30 %.
  constexpr static Probability kRoot{0.1};
  constexpr static Probability kOwn{0.3};
  const ParentThreshold follows(kRoot);
  double roots = 0;
  double children = 0;
  double own = 0;
  std::uint32_t disagreed = 0;
  std::mt19937_64 random(7);
  for (std::uint32_t i = 0; i < kIds / 10; ++i) {
    const std::uint64_t r = random() % kWhole;
    const SamplingResult root = Trace(r).ask(follows);
    const bool kept = root.decision == Decision::RecordAndSample;
    const Parent parent{kept, kept ? std::optional(root.threshold.value) : std::nullopt};
    const SamplingResult child = Trace(r, parent).ask(follows);
    const SamplingResult independent = Trace(r, parent).ask(kOwn);
    const bool wider = independent.decision == Decision::RecordAndSample;
    disagreed += child.decision != root.decision || (kept && !wider) ? 1U : 0U;
    roots += kept ? adjusted_count(root.threshold.value) : 0;
    children += kept ? adjusted_count(child.threshold.value) : 0;
    own += wider ? adjusted_count(independent.threshold.value) : 0;
  }
  CHECK(disagreed == 0);
  const double total = kIds / 10.0;
  CHECK(roots == children);
  CHECK(std::abs(roots - total) <= 3 * std::sqrt(total * 0.9 / 0.1));
  CHECK(std::abs(own - total) <= 3 * std::sqrt(total * 0.7 / 0.3));
}

}  // namespace
