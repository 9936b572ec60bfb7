// Rules by kind, name and attribute; functions of the program's; recording what is dropped.

#include <afterglow/probability.h>
#include <afterglow/rules.h>
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

// Whether a rule with these conditions decides for the trace.
bool matches(const Rule& rule, const Trace& trace) {
  const RuleBased sampler({&rule, 1});
  return trace.ask(sampler).decision == Decision::RecordAndSample;
}

Trace named(std::string_view name, SpanKind kind = SpanKind::Server) {
  Trace trace(1);
  trace.name = name;
  trace.kind = kind;
  return trace;
}

Trace with(std::span<const Attribute> attributes) {
  Trace trace(1);
  trace.attributes = attributes;
  return trace;
}

TEST_CASE("a rule without conditions matches everything; without rules `otherwise` decides") {
  CHECK(matches({.sampler = kAlwaysOn}, named("")));
  const RuleBased nothing({});
  CHECK(named("a").ask(nothing).decision == Decision::Drop);
  const RuleBased everything({}, kAlwaysOn);
  CHECK(named("a").ask(everything).decision == Decision::RecordAndSample);
}

TEST_CASE("names match whole or by their beginning") {
  const Rule exact{.name = "GET /cart", .sampler = kAlwaysOn};
  CHECK(matches(exact, named("GET /cart")));
  CHECK_FALSE(matches(exact, named("GET /cart/1")));
  CHECK_FALSE(matches(exact, named("GET /car")));
  CHECK_FALSE(matches(exact, named("get /cart")));
  CHECK_FALSE(matches(exact, named("")));
  const Rule prefix{.name_prefix = "GET /cart", .sampler = kAlwaysOn};
  CHECK(matches(prefix, named("GET /cart")));
  CHECK(matches(prefix, named("GET /cart/1")));
  CHECK_FALSE(matches(prefix, named("GET /car")));
  CHECK_FALSE(matches(prefix, named(std::string_view("GET /cart", 8))));
  CHECK_FALSE(matches(prefix, named("a GET /cart")));
  CHECK_FALSE(matches(prefix, named("")));
  CHECK(matches(exact, named({"GET /cart\0x", 9})));
  CHECK_FALSE(matches(exact, named({"GET /cart\0", 10})));
}

TEST_CASE("kinds match, and all conditions of a rule must hold") {
  const Rule client{.kind = SpanKind::Client, .sampler = kAlwaysOn};
  CHECK(matches(client, named("a", SpanKind::Client)));
  CHECK_FALSE(matches(client, named("a", SpanKind::Server)));
  const Attribute attributes[] = {{"tenant", "acme"}};
  const Rule all{.kind = SpanKind::Server,
                 .name_prefix = "GET",
                 .attribute = "tenant",
                 .value = "acme",
                 .sampler = kAlwaysOn};
  Trace trace = named("GET /");
  CHECK_FALSE(matches(all, trace));
  trace.attributes = attributes;
  CHECK(matches(all, trace));
  trace.name = "POST /";
  CHECK_FALSE(matches(all, trace));
  trace.name = "GET /";
  trace.kind = SpanKind::Client;
  CHECK_FALSE(matches(all, trace));
}

TEST_CASE("attribute values match by type and value") {
  const Attribute attributes[] = {{"b", true},  {"i", 7},     {"d", 0.5},        {"s", "text"},
                                  {"twice", 1}, {"twice", 2}, {"none", Value()}, {"zero", 0.0}};
  const Trace trace = with(attributes);
  const auto has = [&](std::string_view key, Value value) {
    return matches({.attribute = key, .value = value, .sampler = kAlwaysOn}, trace);
  };
  for (const std::string_view key : {"b", "i", "d", "s", "twice", "none"}) {
    CAPTURE(key);
    CHECK(has(key, {}));
  }
  CHECK_FALSE(has("absent", {}));
  CHECK((has("b", true) && !has("b", false) && !has("b", 1)));
  CHECK((has("i", 7) && !has("i", 8) && !has("i", 7.0) && !has("i", "7")));
  CHECK((has("d", 0.5) && !has("d", 0.25)));
  CHECK((has("s", "text") && !has("s", "tex") && !has("s", "")));
  CHECK((has("twice", 2) && !has("twice", 1)));
  CHECK((has("zero", -0.0) && !has("d", std::nan(""))));
  constexpr std::int64_t kList[] = {1};
  const Attribute list[] = {{"list", kList}};
  CHECK_FALSE(matches({.attribute = "list", .value = kList, .sampler = kAlwaysOn}, with(list)));
  CHECK(matches({.attribute = "list", .sampler = kAlwaysOn}, with(list)));
}

TEST_CASE("the first rule that matches decides, also to drop") {
  constexpr Rule kRules[] = {
      {.name = "GET /health", .sampler = kAlwaysOff},
      {.name_prefix = "GET ", .sampler = kAlwaysOn},
      {.name = "GET /cart", .sampler = kAlwaysOff},
  };
  const RuleBased sampler(kRules, kAlwaysOff);
  CHECK(named("GET /health").ask(sampler).decision == Decision::Drop);
  CHECK(named("GET /cart").ask(sampler).decision == Decision::RecordAndSample);
  CHECK(named("POST /").ask(sampler).decision == Decision::Drop);
}

TEST_CASE("with probabilities behind the rules the true totals of each route come back") {
  constexpr static Probability kAll{1};
  constexpr static Probability kTenth{0.1};
  constexpr static Probability kFew{0.01};
  constexpr Rule kRules[] = {{.name = "checkout", .sampler = kAll},
                             {.name = "search", .sampler = kTenth}};
  const RuleBased sampler(kRules, kFew);
  constexpr std::string_view kNames[] = {"checkout", "search", "other"};
  constexpr double kRatios[] = {1, 0.1, 0.01};
  double truth[3] = {};
  double counted[3] = {};
  constexpr unsigned kSeed = 99;
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 200'000; ++i) {
    const std::size_t route = random() % 100 < 5 ? 0 : random() % 100 < 30 ? 1 : 2;
    Trace trace(random() % kWhole);
    trace.name = kNames[route];
    const SamplingResult result = trace.ask(sampler);
    ++truth[route];
    counted[route] +=
        result.decision == Decision::RecordAndSample ? adjusted_count(result.threshold.value) : 0;
  }
  for (std::size_t route = 0; route < 3; ++route) {
    CAPTURE(route);
    const double error = std::sqrt(truth[route] * (1 - kRatios[route]) / kRatios[route]);
    CHECK(std::abs(counted[route] - truth[route]) <= 3 * error + 1e-4 * truth[route]);
  }
}

// --- functions ---------------------------------------------------------------------------------

// Answers what the context points at.
SamplingResult answer(void* context, const TraceSummary& /*trace*/) {
  return *static_cast<SamplingResult*>(context);
}

SamplingResult ask_user(SamplingResult result, std::uint64_t r = 100) {
  const UserSampler sampler{&answer, &result};
  return Trace(r).ask(sampler);
}

TEST_CASE("a function decides, with what it was given") {
  constexpr Attribute kAttributes[] = {{"rule", "mine"}};
  const SamplingResult result = ask_user({.decision = Decision::RecordAndSample,
                                          .attributes = kAttributes,
                                          .sets_trace_state = true,
                                          .trace_state = "a=b",
                                          .threshold = ThresholdChange::set(100)});
  CHECK(result.decision == Decision::RecordAndSample);
  CHECK(result.attributes.data() == kAttributes);
  CHECK(result.sets_trace_state);
  CHECK(result.trace_state == "a=b");
  CHECK(result.threshold == ThresholdChange::set(100));
  for (const Decision decision : {Decision::Drop, Decision::RecordOnly}) {
    CHECK(ask_user({.decision = decision}).decision == decision);
  }
  const UserSampler none;
  CHECK(Trace(1).ask(none).decision == Decision::Drop);
}

TEST_CASE("nonsense of a function does no harm") {
  for (unsigned decision = 3; decision < 256; ++decision) {
    CHECK(ask_user({.decision = static_cast<Decision>(decision)}).decision == Decision::Drop);
  }
  const auto threshold = [](ThresholdChange change) {
    return ask_user({.decision = Decision::RecordAndSample, .threshold = change}).threshold;
  };
  CHECK(threshold(ThresholdChange::keep()) == ThresholdChange::keep());
  CHECK(threshold(ThresholdChange::erase()) == ThresholdChange::erase());
  CHECK(threshold(ThresholdChange::set(0)) == ThresholdChange::set(0));
  CHECK(threshold(ThresholdChange::set(101)) == ThresholdChange::erase());  // R is 100
  CHECK(threshold(ThresholdChange::set(kWhole)) == ThresholdChange::erase());
  CHECK(threshold(ThresholdChange::set(~std::uint64_t{0})) == ThresholdChange::erase());
  CHECK(threshold({static_cast<ThresholdChange::Action>(3), 0}) == ThresholdChange::erase());
  const SamplingResult empty = ask_user(
      {.attributes = std::span<const Attribute>(static_cast<const Attribute*>(nullptr), 3)});
  CHECK(empty.attributes.empty());
  // An R that no trace has must not let 2^56 through.
  SamplingResult wrong{.threshold = ThresholdChange::set(kWhole)};
  const UserSampler sampler{&answer, &wrong};
  const Trace trace(1);
  TraceSummary summary = trace.summary();
  summary.randomness = ~std::uint64_t{0};
  CHECK(Sampler(sampler).ask(summary).threshold == ThresholdChange::erase());
}

TEST_CASE("what is dropped is recorded all the same, and nothing else changes") {
  constexpr static Probability kHalf{0.5};
  const AlwaysRecord sampler(kHalf);
  CHECK(Trace(0).ask(sampler).decision == Decision::RecordOnly);
  CHECK(Trace(0).ask(sampler).threshold == ThresholdChange::erase());
  CHECK(Trace(kWhole - 1).ask(sampler).decision == Decision::RecordAndSample);
  CHECK(Trace(kWhole - 1).ask(sampler).threshold == ThresholdChange::set(kWhole / 2));
  SamplingResult only{.decision = Decision::RecordOnly};
  const UserSampler user{&answer, &only};
  const AlwaysRecord around(user);
  CHECK(Trace(0).ask(around).decision == Decision::RecordOnly);
}

}  // namespace
