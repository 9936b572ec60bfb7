// What it costs to ask each sampler about a new trace.

#include <afterglow/adaptive.h>
#include <afterglow/afterglow.h>
#include <afterglow/probability.h>
#include <afterglow/rules.h>

#include "scenario.h"

namespace afterglow::bench {
namespace {

namespace sc = afterglow::semconv;

constinit std::uint32_t asked = 0;
constinit std::uint32_t kept = 0;

constexpr Ratio kHalf{0.5};
constexpr ParentBased kParentBasedHalf{kHalf};
constexpr Probability kProbability{0.5};
constexpr Rule kRules[] = {{.kind = SpanKind::Client, .sampler = kAlwaysOff},
                           {.name = "GET /health", .sampler = kAlwaysOff},
                           {.attribute = "url.path", .value = "/cart", .sampler = kProbability}};
constexpr RuleBased kRuleBased{kRules};
constexpr UserSampler kUser{[](void* /*context*/, const TraceSummary& /*trace*/) {
                              return SamplingResult{.decision = Decision::RecordAndSample};
                            },
                            nullptr};
constexpr AlwaysRecord kAlwaysRecord{kProbability};
constinit AdaptiveState state;
constexpr Adaptive kAdaptive{state, {.budget = 1'000'000, .rate = 0.5}};

// New traces whose ids are spread evenly.
void ask(const Sampler& sampler) {
  const Attribute attributes[] = {{sc::http::kRequestMethod, "GET"}, {sc::url::kPath, "/cart"}};
  for (std::uint32_t i = 0; i < kOperations; ++i) {
    TraceId id;
    id.bytes[0] = 1;
    id.bytes[9] = static_cast<std::uint8_t>(i);
    const SamplingResult result = sampler.ask({.trace_id = id,
                                               .parent = nullptr,
                                               .name = "GET /cart",
                                               .kind = SpanKind::Server,
                                               .attributes = attributes,
                                               .links = {},
                                               .has_randomness = true});
    ++asked;
    kept += result.decision == Decision::RecordAndSample ? 1U : 0U;
  }
}

void forget_decisions() {
  asked = 0;
  kept = 0;
}

void ask_always_on() {
  ask(kAlwaysOn);
}

void ask_ratio() {
  ask(kHalf);
}

void ask_parent_based() {
  ask(kParentBasedHalf);
}

void ask_probability() {
  ask(kProbability);
}

void ask_rules() {
  ask(kRuleBased);
}

void ask_user() {
  ask(kUser);
}

void ask_always_record() {
  ask(kAlwaysRecord);
}

void ask_adaptive() {
  ask(kAdaptive);
}

bool all_decided() {
  return asked == kOperations && kept >= kOperations / 2;
}

constexpr Scenario kScenarios[] = {
    {"sampler_always_on", forget_decisions, ask_always_on, all_decided},
    {"sampler_ratio", forget_decisions, ask_ratio, all_decided},
    {"sampler_parent_based", forget_decisions, ask_parent_based, all_decided},
    {"sampler_probability", forget_decisions, ask_probability, all_decided},
    {"sampler_rules", forget_decisions, ask_rules, all_decided},
    {"sampler_user", forget_decisions, ask_user, all_decided},
    {"sampler_always_record", forget_decisions, ask_always_record, all_decided},
    {"sampler_adaptive", forget_decisions, ask_adaptive, all_decided},
};

}  // namespace

std::span<const Scenario> sampler_scenarios() {
  return kScenarios;
}

}  // namespace afterglow::bench
