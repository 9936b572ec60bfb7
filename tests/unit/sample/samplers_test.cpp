// The built-in samplers: pure functions of what is known when a local trace starts.

#include <afterglow/sampler.h>
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "trace.h"

namespace {

using namespace afterglow;
using sampling::id_with_randomness;
using sampling::kWhole;

Decision ask(const Sampler& sampler, const TraceId& id, const SpanContext* parent = nullptr) {
  return sampler
      .ask({.trace_id = id,
            .parent = parent,
            .name = "name",
            .kind = SpanKind::Server,
            .attributes = {},
            .links = {}})
      .decision;
}

bool keeps(const Ratio& ratio, std::uint64_t randomness) {
  return ask(ratio, id_with_randomness(randomness)) == Decision::RecordAndSample;
}

TEST_CASE("always on and always off") {
  for (const std::uint64_t low : {std::uint64_t{0}, kWhole / 2, kWhole - 1}) {
    CHECK(ask(kAlwaysOn, id_with_randomness(low)) == Decision::RecordAndSample);
    CHECK(ask(kAlwaysOff, id_with_randomness(low)) == Decision::Drop);
  }
}

TEST_CASE("ratios at and beyond their ends") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double none : {0.0, -0.0, -0.1, -kInfinity}) {
    CAPTURE(none);
    CHECK_FALSE(keeps(Ratio(none), kWhole - 1));
    CHECK_FALSE(keeps(Ratio(none), 0));
  }
  for (const double all : {1.0, 1.5, kInfinity, std::nan("")}) {
    CAPTURE(all);
    CHECK(keeps(Ratio(all), 0));
    CHECK(keeps(Ratio(all), kWhole - 1));
  }
}

TEST_CASE("the threshold is exact: a half keeps the upper half") {
  CHECK(keeps(Ratio(0.5), kWhole / 2));
  CHECK_FALSE(keeps(Ratio(0.5), kWhole / 2 - 1));
  CHECK(keeps(Ratio(0.25), kWhole / 4 * 3));
  CHECK_FALSE(keeps(Ratio(0.25), kWhole / 4 * 3 - 1));
  const double smallest = std::ldexp(1.0, -56);  // one id of all
  CHECK(keeps(Ratio(smallest), kWhole - 1));
  CHECK_FALSE(keeps(Ratio(smallest), kWhole - 2));
  CHECK_FALSE(keeps(Ratio(smallest / 2), kWhole - 1));
  const double largest = std::nextafter(1.0, 0.0);
  CHECK(keeps(Ratio(largest), kWhole - 1));
  CHECK_FALSE(keeps(Ratio(largest), 0));
}

TEST_CASE("only the low seven bytes of the trace id decide") {
  const Ratio half(0.5);
  for (unsigned high = 0; high < 256; ++high) {
    const auto byte = static_cast<std::uint8_t>(high);
    CHECK(ask(half, id_with_randomness(kWhole / 2, byte)) == Decision::RecordAndSample);
    CHECK(ask(half, id_with_randomness(kWhole / 2 - 1, byte)) == Decision::Drop);
  }
}

TEST_CASE("a million ids: the right share, and a lower ratio keeps a subset") {
  constexpr double kRatios[] = {0.0001, 0.01, 0.5};
  constexpr std::size_t kCount = std::size(kRatios);
  const Ratio samplers[kCount] = {Ratio(kRatios[0]), Ratio(kRatios[1]), Ratio(kRatios[2])};
  std::uint32_t kept[kCount] = {};
  std::mt19937_64 random(31337);
  std::uint32_t not_subset = 0;
  constexpr std::uint32_t kIds = 1'000'000;
  for (std::uint32_t i = 0; i < kIds; ++i) {
    const TraceId id = id_with_randomness(random() % kWhole);
    bool before = false;
    for (std::size_t r = 0; r < kCount; ++r) {
      const bool now = ask(samplers[r], id) == Decision::RecordAndSample;
      not_subset += before && !now ? 1U : 0U;
      kept[r] += now ? 1U : 0U;
      before = now;
    }
  }
  CHECK(not_subset == 0);
  for (std::size_t r = 0; r < kCount; ++r) {
    CAPTURE(kRatios[r]);
    const double expected = kRatios[r] * kIds;
    CHECK(std::abs(kept[r] - expected) <= 3 * std::sqrt(expected * (1 - kRatios[r])));
  }
}

// Answers with its own address, to see who was asked.
struct Marked {
  constexpr explicit Marked(Decision answer) : decision(answer) {}
  [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const {
    ++calls;
    last_name = trace.name;
    return {.decision = decision};
  }
  Decision decision;
  mutable int calls = 0;
  mutable std::string_view last_name;
};

TEST_CASE("parent-based asks the delegate of the case, and no other") {
  const Marked root(Decision::RecordOnly);
  const Marked sampled(Decision::Drop);
  const Marked not_sampled(Decision::RecordAndSample);
  const ParentBased sampler(root, sampled, not_sampled);
  const TraceId id = id_with_randomness(1);
  SpanContext parent{.trace_id = id, .span_id = {{1}}, .trace_flags = 0, .is_remote = true};

  CHECK(ask(sampler, id) == Decision::RecordOnly);
  CHECK((root.calls == 1 && sampled.calls == 0 && not_sampled.calls == 0));
  CHECK(root.last_name == "name");
  CHECK(ask(sampler, id, &parent) == Decision::RecordAndSample);
  CHECK((root.calls == 1 && sampled.calls == 0 && not_sampled.calls == 1));
  constexpr std::uint8_t kSampledFlags[] = {0x01, 0x03, 0xFF};
  for (const std::uint8_t flags : kSampledFlags) {  // a bit, not a number
    parent.trace_flags = flags;
    CHECK(ask(sampler, id, &parent) == Decision::Drop);
  }
  CHECK((root.calls == 1 && sampled.calls == 3 && not_sampled.calls == 1));
  parent.trace_flags = 0xFE;
  CHECK(ask(sampler, id, &parent) == Decision::RecordAndSample);
}

TEST_CASE("a parent that is not remote has delegates of its own") {
  const Marked local_sampled(Decision::RecordOnly);
  const ParentBased sampler(kAlwaysOff, kAlwaysOff, kAlwaysOff, local_sampled, kAlwaysOn);
  const TraceId id = id_with_randomness(1);
  SpanContext parent{.trace_id = id, .span_id = {{1}}, .trace_flags = kSampledFlag};
  CHECK(ask(sampler, id, &parent) == Decision::RecordOnly);
  parent.trace_flags = 0;
  CHECK(ask(sampler, id, &parent) == Decision::RecordAndSample);
  CHECK(local_sampled.calls == 1);
  const ParentBased follows(kAlwaysOff);
  CHECK(ask(follows, id, &parent) == Decision::Drop);
  parent.trace_flags = kSampledFlag;
  CHECK(ask(follows, id, &parent) == Decision::RecordAndSample);
}

TEST_CASE("the default follows the parent, and keeps new traces") {
  const TraceId id = id_with_randomness(1);
  SpanContext parent{
      .trace_id = id, .span_id = {{1}}, .trace_flags = kSampledFlag, .is_remote = true};
  CHECK(ask(kParentBasedAlwaysOn, id) == Decision::RecordAndSample);
  CHECK(ask(kParentBasedAlwaysOn, id, &parent) == Decision::RecordAndSample);
  parent.trace_flags = kRandomFlag;
  CHECK(ask(kParentBasedAlwaysOn, id, &parent) == Decision::Drop);
}

TEST_CASE("parents of others nest") {
  constexpr Ratio kHalf{0.5};
  constexpr static ParentBased kInner{kAlwaysOff};
  const ParentBased outer(kHalf, kInner, kInner);
  SpanContext parent{
      .trace_id = {{1}}, .span_id = {{1}}, .trace_flags = kSampledFlag, .is_remote = true};
  CHECK(ask(outer, id_with_randomness(kWhole - 1)) == Decision::RecordAndSample);
  CHECK(ask(outer, id_with_randomness(0)) == Decision::Drop);
  CHECK(ask(outer, id_with_randomness(0), &parent) == Decision::RecordAndSample);
}

TEST_CASE("a caller's th goes where the decision was not his") {
  const TraceId id = id_with_randomness(kWhole - 1);
  SpanContext parent{
      .trace_id = id, .span_id = {{1}}, .trace_flags = kSampledFlag, .is_remote = true};
  const auto change = [&](const Sampler& sampler) {
    return sampler
        .ask({.trace_id = id,
              .parent = &parent,
              .name = "name",
              .kind = SpanKind::Server,
              .attributes = {},
              .links = {},
              .parent_threshold = kWhole / 2})
        .threshold;
  };
  constexpr Ratio kHalf{0.5};
  CHECK(change(kHalf) == ThresholdChange::erase());
  CHECK(change(kAlwaysOn) == ThresholdChange::keep());
  CHECK(change(kParentBasedAlwaysOn) == ThresholdChange::keep());
  parent.trace_flags = 0;
  CHECK(change(kAlwaysOn) == ThresholdChange::erase());
}

}  // namespace
