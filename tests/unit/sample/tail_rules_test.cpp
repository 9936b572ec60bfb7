// What a tail policy says of a finished trace: a table of all there is, and the edges of each rule.

#include <afterglow/tail.h>
#include <doctest/doctest.h>

#include <cstdint>
#include <optional>

#include "record/recorder.h"

namespace {

using namespace afterglow;

constexpr std::uint64_t kPolicyThreshold = threshold_of(0.25);  // th:c
constexpr std::uint64_t kLower = threshold_of(0.5);
constexpr std::uint64_t kHigher = threshold_of(0.125);

// A trace that nobody recorded: its root has no attributes.
struct Finished {
  record::Recorder recorder{};
  record::SpanRecord root{};

  [[nodiscard]] TraceOutcome outcome(bool sampled, bool error = false,
                                     std::uint64_t duration = 0) const {
    return {.root = SpanView(recorder, root),
            .duration_nano = duration,
            .spans = 1,
            .has_error = error,
            .is_sampled = sampled};
  }
};

enum class Matched : std::uint8_t { None, Keep, Drop };
enum class Known : std::uint8_t { Nothing, Lower, Same, Higher };  // than the policy's threshold

struct Case {
  bool sampled;
  bool chance;  // R is at least the policy's threshold
  Matched rule;
  Known parent;
  bool has_drop_rules;
};

struct Row {
  std::optional<bool> sampled;
  std::optional<bool> chance;
  std::optional<Matched> rule;
  std::optional<Known> parent;
  std::optional<bool> has_drop_rules;
  bool keep;
  ThresholdChange threshold;
  bool named;

  [[nodiscard]] bool covers(const Case& c) const {
    return sampled.value_or(c.sampled) == c.sampled && chance.value_or(c.chance) == c.chance &&
           rule.value_or(c.rule) == c.rule && parent.value_or(c.parent) == c.parent &&
           has_drop_rules.value_or(c.has_drop_rules) == c.has_drop_rules;
  }
};

constexpr std::nullopt_t kAny = std::nullopt;
constexpr ThresholdChange kSame = ThresholdChange::keep();
constexpr ThresholdChange kGone = ThresholdChange::erase();
constexpr ThresholdChange kRaised = ThresholdChange::set(kPolicyThreshold);

// sampled, chance, rule that matches, th it came with, drop rules → keep, what of th, named
constexpr Row kTable[] = {
    {kAny, kAny, Matched::Drop, kAny, kAny, false, kSame, false},
    {false, kAny, Matched::None, kAny, kAny, false, kGone, false},
    {true, false, Matched::None, kAny, kAny, false, kGone, false},
    {false, kAny, Matched::Keep, kAny, kAny, true, kGone, true},
    {true, false, Matched::Keep, kAny, kAny, true, kGone, true},
    {true, true, Matched::None, kAny, true, true, kGone, false},
    {true, true, Matched::Keep, kAny, true, true, kGone, false},
    {true, true, Matched::None, Known::Nothing, false, true, kSame, false},
    {true, true, Matched::Keep, Known::Nothing, false, true, kSame, false},
    {true, true, Matched::None, Known::Lower, false, true, kRaised, false},
    {true, true, Matched::Keep, Known::Lower, false, true, kRaised, false},
    {true, true, Matched::None, Known::Same, false, true, kSame, false},
    {true, true, Matched::Keep, Known::Same, false, true, kSame, false},
    {true, true, Matched::None, Known::Higher, false, true, kSame, false},
    {true, true, Matched::Keep, Known::Higher, false, true, kSame, false},
};

constexpr bool always(void* /*context*/, const TraceOutcome& /*outcome*/) {
  return true;
}
constexpr bool never(void* /*context*/, const TraceOutcome& /*outcome*/) {
  return false;
}

constexpr TailRule kKeeps = keep_if("keeps", always);
constexpr TailRule kDrops = drop_instead(keep_if("drops", always));
constexpr TailRule kNeverKeeps = keep_if("never keeps", never);
constexpr TailRule kNeverDrops = drop_instead(keep_if("never drops", never));

// The rules of a case; a policy "has drop rules" also where they stand behind the one that matched.
std::span<const TailRule> rules_of(const Case& c) {
  static constexpr TailRule kNone[] = {kNeverKeeps};
  static constexpr TailRule kNoneOfDrops[] = {kNeverKeeps, kNeverDrops};
  static constexpr TailRule kKeep[] = {kNeverKeeps, kKeeps};
  static constexpr TailRule kKeepBeforeDrop[] = {kKeeps, kDrops};
  static constexpr TailRule kDrop[] = {kNeverKeeps, kDrops, kKeeps};
  switch (c.rule) {
    case Matched::None:
      return c.has_drop_rules ? std::span<const TailRule>(kNoneOfDrops) : kNone;
    case Matched::Keep:
      return c.has_drop_rules ? std::span<const TailRule>(kKeepBeforeDrop) : kKeep;
    default:
      return kDrop;
  }
}

std::optional<std::uint64_t> threshold_of_parent(Known known) {
  switch (known) {
    case Known::Lower:
      return kLower;
    case Known::Same:
      return kPolicyThreshold;
    case Known::Higher:
      return kHigher;
    default:
      return std::nullopt;
  }
}

void check(const Case& c) {
  CAPTURE(c.sampled);
  CAPTURE(c.chance);
  CAPTURE(static_cast<int>(c.rule));
  CAPTURE(static_cast<int>(c.parent));
  CAPTURE(c.has_drop_rules);
  const Row* found = nullptr;
  for (const Row& row : kTable) {
    if (row.covers(c)) {
      CHECK(found == nullptr);
      found = &row;
    }
  }
  REQUIRE(found != nullptr);
  const TailPolicy policy{.rules = rules_of(c), .threshold = kPolicyThreshold};
  const TailChance chance{.randomness = c.chance ? kPolicyThreshold : kPolicyThreshold - 1,
                          .threshold = threshold_of_parent(c.parent)};
  const TailVerdict verdict = policy.judge(Finished().outcome(c.sampled), chance);
  CHECK(verdict.keep == found->keep);
  CHECK((verdict.kept_by != nullptr) == found->named);
  if (found->keep) {
    CHECK(verdict.threshold == found->threshold);
  }
  if (found->named) {
    CHECK(verdict.kept_by->name == "keeps");
  }
}

TEST_CASE("every combination of decision, chance, rule, th and drop rules has its row") {
  int cases = 0;
  for (const bool sampled : {false, true}) {
    for (const bool chance : {false, true}) {
      for (const Matched rule : {Matched::None, Matched::Keep, Matched::Drop}) {
        for (const Known parent : {Known::Nothing, Known::Lower, Known::Same, Known::Higher}) {
          for (const bool drops : {false, true}) {
            if (rule != Matched::Drop || drops) {
              check({sampled, chance, rule, parent, drops});
              ++cases;
            }
          }
        }
      }
    }
  }
  CHECK(cases == 80);
}

TEST_CASE("without rules and threshold, what was sampled is kept as it is") {
  constexpr TailPolicy kPolicy{};
  const Finished trace;
  const TailVerdict kept = kPolicy.judge(trace.outcome(true), {.randomness = 0, .threshold = 0});
  CHECK(kept.keep);
  CHECK(kept.threshold == ThresholdChange::keep());
  CHECK(kept.kept_by == nullptr);
  CHECK_FALSE(kPolicy.judge(trace.outcome(false), {.randomness = kThresholdOfNothing - 1}).keep);
}

TEST_CASE("a threshold that keeps nothing leaves everything to the rules") {
  static constexpr TailRule kRules[] = {keep_errors("errors")};
  constexpr TailPolicy kPolicy{.rules = kRules, .threshold = kThresholdOfNothing};
  const Finished trace;
  const TailChance best{.randomness = kThresholdOfNothing - 1, .threshold = 0};
  CHECK_FALSE(kPolicy.judge(trace.outcome(true), best).keep);
  const TailVerdict error = kPolicy.judge(trace.outcome(true, true), best);
  CHECK(error.keep);
  CHECK(error.kept_by == &kRules[0]);
  CHECK(error.threshold == ThresholdChange::erase());
}

TEST_CASE("the first rule that matches decides") {
  const Finished trace;
  static constexpr TailRule kKeepFirst[] = {keep_if("first", always), kDrops,
                                            keep_if("last", always)};
  CHECK(TailPolicy{.rules = kKeepFirst}.judge(trace.outcome(false), {}).kept_by == &kKeepFirst[0]);
  static constexpr TailRule kDropFirst[] = {kDrops, kKeeps};
  CHECK_FALSE(TailPolicy{.rules = kDropFirst}.judge(trace.outcome(true), {}).keep);
}

TEST_CASE("errors: kept when there is one") {
  static constexpr TailRule kRules[] = {keep_errors("errors")};
  constexpr TailPolicy kPolicy{.rules = kRules};
  const Finished trace;
  CHECK(kPolicy.judge(trace.outcome(false, true), {}).keep);
  CHECK_FALSE(kPolicy.judge(trace.outcome(false, false), {}).keep);
}

TEST_CASE("duration: from its limit on, to the nanosecond, beyond 32 bits of them") {
  static constexpr TailRule kRules[] = {keep_slower_than_ms("slow", 60'000)};
  constexpr TailPolicy kPolicy{.rules = kRules};
  constexpr std::uint64_t kLimit = 60'000'000'000;
  const Finished trace;
  CHECK_FALSE(kPolicy.judge(trace.outcome(false, false, kLimit - 1), {}).keep);
  CHECK(kPolicy.judge(trace.outcome(false, false, kLimit), {}).keep);
  CHECK(kPolicy.judge(trace.outcome(false, false, kLimit + 1), {}).keep);
  CHECK(kPolicy.judge(trace.outcome(false, false, UINT64_MAX), {}).keep);
  static constexpr TailRule kLongest[] = {keep_slower_than_ms("slow", UINT32_MAX)};
  CHECK(kLongest[0].duration_nano == std::uint64_t{UINT32_MAX} * 1'000'000);
}

TEST_CASE("an attribute that the root does not have matches nothing") {
  static constexpr TailRule kRules[] = {keep_attribute("any", "a"), keep_attribute("empty", ""),
                                        keep_attribute("one", "a", "b")};
  CHECK_FALSE(TailPolicy{.rules = kRules}.judge(Finished().outcome(false), {}).keep);
}

TEST_CASE("a function is asked with its context and the outcome; none at all matches nothing") {
  struct Seen {
    std::uint64_t duration = 0;
    bool error = false;
    int calls = 0;
  };
  Seen seen;
  const TailRule rules[] = {keep_if("none", nullptr), keep_if(
                                                          "mine",
                                                          [](void* context, const TraceOutcome& o) {
                                                            auto& to = *static_cast<Seen*>(context);
                                                            to = {o.duration_nano, o.has_error,
                                                                  to.calls + 1};
                                                            return o.is_sampled;
                                                          },
                                                          &seen)};
  const TailPolicy policy{.rules = rules, .threshold = kThresholdOfNothing};
  const Finished trace;
  CHECK_FALSE(policy.judge(trace.outcome(false, true, 7), {}).keep);
  CHECK(seen.duration == 7);
  CHECK(seen.error);
  CHECK(policy.judge(trace.outcome(true), {}).kept_by == &rules[1]);
  CHECK(seen.calls == 2);
}

TEST_CASE("a condition that is none of the four matches nothing") {
  const TailRule rules[] = {{.name = "nonsense", .condition = static_cast<TailRule::Condition>(9)}};
  CHECK_FALSE(TailPolicy{.rules = rules}.judge(Finished().outcome(false, true), {}).keep);
}

TEST_CASE("a rule that drops instead has the same condition") {
  constexpr TailRule kRule = drop_instead(keep_attribute("health", "http.route", "/health"));
  CHECK(kRule.action == TailAction::Drop);
  CHECK(kRule.condition == TailRule::Condition::RootAttribute);
  CHECK(kRule.name == "health");
  CHECK(kRule.key == "http.route");
  CHECK(kRule.value == "/health");
}

TEST_CASE("a Tail is unset, or asks the policy it refers to") {
  CHECK_FALSE(Tail().is_set());
  static constexpr TailPolicy kPolicy{.threshold = kThresholdOfNothing};
  constexpr Tail kTail(kPolicy);
  CHECK(kTail.is_set());
  CHECK_FALSE(kTail.judge(Finished().outcome(true), {.randomness = 1}).keep);
}

}  // namespace
