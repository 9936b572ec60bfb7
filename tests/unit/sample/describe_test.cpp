// What samplers say of themselves.

#include <afterglow/adaptive.h>
#include <afterglow/probability.h>
#include <afterglow/rules.h>
#include <doctest/doctest.h>

#include <string>

#include "trace.h"

namespace {

using namespace afterglow;

std::string text_of(const Sampler& sampler, std::size_t capacity = 512) {
  std::string out(capacity + 1, '#');
  const std::size_t length = describe(sampler, {out.data(), capacity});
  REQUIRE(length <= capacity);
  CHECK(out.find_first_not_of('#', length) == std::string::npos);  // nothing behind it
  return out.substr(0, length);
}

std::string ratio_text(double ratio) {
  const Ratio sampler(ratio);
  return text_of(sampler);
}

TEST_CASE("the specification's names") {
  CHECK(text_of(kAlwaysOn) == "AlwaysOnSampler");
  CHECK(text_of(kAlwaysOff) == "AlwaysOffSampler");
  CHECK(ratio_text(0.0001) == "TraceIdRatioBased{0.000100}");
  CHECK(ratio_text(0) == "TraceIdRatioBased{0.000000}");
  CHECK(ratio_text(1) == "TraceIdRatioBased{1.000000}");
  CHECK(ratio_text(0.5) == "TraceIdRatioBased{0.500000}");
  CHECK(ratio_text(1.0 / 3) == "TraceIdRatioBased{0.333333}");
  CHECK(ratio_text(2.0 / 3) == "TraceIdRatioBased{0.666667}");
  CHECK(ratio_text(0.9999999) == "TraceIdRatioBased{1.000000}");
  CHECK(ratio_text(0.0000004) == "TraceIdRatioBased{0.000000}");
  CHECK(ratio_text(0.0000006) == "TraceIdRatioBased{0.000001}");
  const Probability one_percent(0.01);
  CHECK(text_of(one_percent) == "ProbabilitySampler{0.010000}");
}

TEST_CASE("composed samplers name what they are composed of") {
  constexpr static Ratio kTenth{0.1};
  const ParentBased parent(kTenth);
  CHECK(text_of(parent) ==
        "ParentBased{root=TraceIdRatioBased{0.100000},remoteParentSampled=AlwaysOnSampler,"
        "remoteParentNotSampled=AlwaysOffSampler,localParentSampled=AlwaysOnSampler,"
        "localParentNotSampled=AlwaysOffSampler}");
  constexpr static Probability kAll{1};
  constexpr static UserSampler kUser{};
  constexpr static AlwaysRecord kRecord{kUser};
  const ParentThreshold threshold(kRecord);
  CHECK(text_of(threshold) == "ParentThreshold{root=AlwaysRecord{UserSampler}}");
  constexpr Rule kRules[] = {{.name = "a", .sampler = kAll}, {.name = "b", .sampler = kAlwaysOff}};
  const RuleBased rules(kRules, kTenth);
  CHECK(text_of(rules) ==
        "RuleBased{ProbabilitySampler{1.000000},AlwaysOffSampler,"
        "otherwise=TraceIdRatioBased{0.100000}}");
  AdaptiveState state;
  const Adaptive adaptive(state, {.budget = 250, .rate = 0.05});
  CHECK(text_of(adaptive) == "Adaptive{budget=250,rate=0.050000,stormRate=1.000000}");
}

// A sampler of the program's.
struct Own {
  [[nodiscard]] SamplingResult sample(const TraceSummary&) const { return {}; }
};

TEST_CASE("other types are just samplers") {
  constexpr Own kOwn{};
  CHECK(text_of(kOwn) == "Sampler");
  CHECK(Sampler(kOwn).as<Own>() == &kOwn);
  CHECK(Sampler(kOwn).as<AlwaysOn>() == nullptr);
}

TEST_CASE("what does not fit is cut") {
  constexpr static Ratio kTenth{0.1};
  const ParentBased parent(kTenth);
  const std::string whole = text_of(parent);
  for (std::size_t capacity = 0; capacity <= whole.size() + 1; ++capacity) {
    CHECK(text_of(parent, capacity) == whole.substr(0, capacity));
  }
}

}  // namespace
