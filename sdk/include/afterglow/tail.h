#pragma once

// Tail rules: who is kept once it is known how the request went.
//
//   constexpr TailRule kRules[] = {keep_errors("errors"), keep_slower_than_ms("slow", 500)};
//   constexpr Probability kOnePercent{0.01};
//   constexpr AlwaysRecord kSampler{kOnePercent};
//   constexpr TailPolicy kTail{.rules = kRules};
//   constinit Telemetry telemetry{memory, {.sampler = kSampler, .tail = kTail}};
//
// The rules are asked when the local root ends, before anything is encoded, about every local trace
// that is recorded: sampled at its start, or record-only (`AlwaysRecord` makes the unsampled ones
// record-only, so that their errors are seen). What is dropped frees its memory at once.
//
// Weights stay honest. A trace that chance kept carries `th` whatever rule matches too; one that
// only a rule kept carries no `th`, is named in `afterglow.sampling.rule`, and counts for nothing
// in estimates. Where a rule drops what chance kept, the survivors carry no `th`. Flags that went
// downstream cannot be changed: spans of other services may be missing below a trace that a rule
// kept. OpenTelemetry exports sampled spans only; what a rule keeps is exported with the flags it
// was propagated with.

#include <afterglow/attribute.h>
#include <afterglow/hooks.h>
#include <afterglow/threshold.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace afterglow {

/// What is known of a local trace when its root ends. Valid during the call.
struct TraceOutcome {
  SpanView root;
  std::uint64_t duration_nano = 0;  ///< Of the root.
  std::uint32_t spans = 0;          ///< Recorded so far, open ones too.
  bool has_error = false;           ///< A span of the trace has status Error.
  bool is_sampled = false;          ///< Sampled when it started.
};

/// What a matching rule does.
enum class TailAction : std::uint8_t {
  Keep,
  Drop,
};

/// One condition with what follows from it. `name` appears in `afterglow.sampling.rule` and lives
/// as long as the program.
struct TailRule {
  enum class Condition : std::uint8_t { Error, Duration, RootAttribute, Function };

  std::string_view name;
  TailAction action = TailAction::Keep;
  Condition condition = Condition::Error;
  std::uint64_t duration_nano = 0;  ///< Duration: at least this long.
  std::string_view key = {};        ///< RootAttribute: of this key,
  std::string_view value = {};      ///< and of this text; empty is any value.
  bool (*matches)(void* context, const TraceOutcome& outcome) = nullptr;  ///< Function.
  void* context = nullptr;
};

/// A span of the trace ended with status Error.
constexpr TailRule keep_errors(std::string_view name) {
  return {.name = name, .condition = TailRule::Condition::Error};
}

/// The root took at least `milliseconds`.
constexpr TailRule keep_slower_than_ms(std::string_view name, std::uint32_t milliseconds) {
  return {.name = name,
          .condition = TailRule::Condition::Duration,
          .duration_nano = std::uint64_t{milliseconds} * 1'000'000};
}

/// The root has an attribute of this key, with this string or, for an empty one, any value.
constexpr TailRule keep_attribute(std::string_view name, std::string_view key,
                                  std::string_view value = {}) {
  return {
      .name = name, .condition = TailRule::Condition::RootAttribute, .key = key, .value = value};
}

/// The function says so.
constexpr TailRule keep_if(std::string_view name,
                           bool (*matches)(void* context, const TraceOutcome& outcome),
                           void* context = nullptr) {
  return {.name = name,
          .condition = TailRule::Condition::Function,
          .matches = matches,
          .context = context};
}

/// The same condition, but what it matches is dropped.
constexpr TailRule drop_instead(TailRule rule) {
  rule.action = TailAction::Drop;
  return rule;
}

/// What chance says of a trace, as its id and trace state tell.
struct TailChance {
  std::uint64_t randomness = 0;                 ///< R
  std::optional<std::uint64_t> threshold = {};  ///< T of the decision at its start, where known.
};

/// What becomes of a trace.
struct TailVerdict {
  bool keep = false;
  ThresholdChange threshold = {};
  const TailRule* kept_by = nullptr;  ///< Null when chance kept it too.
};

/// All that is asked when a local root ends; a named `constexpr` value.
struct TailPolicy {
  /// The first that matches decides.
  std::span<const TailRule> rules = {};
  /// Of the sampled traces, keep those with R >= this by chance (`threshold_of(0.1)`); raises their
  /// `th`. Rules keep the others that they match.
  std::uint64_t threshold = kThresholdOfAll;

  [[nodiscard]] TailVerdict judge(const TraceOutcome& outcome, const TailChance& chance) const;
};

/// A reference to a tail policy that lives as long as the program. Unset: what was sampled at the
/// start is exported, and no code for rules is linked.
class Tail {
 public:
  constexpr Tail() = default;
  constexpr Tail(const TailPolicy& policy)  // NOLINT(google-explicit-constructor)
      : policy_(&policy),
        judge_([](const TailPolicy& asked, const TraceOutcome& outcome, const TailChance& chance) {
          return asked.judge(outcome, chance);
        }) {}
  /// A temporary would dangle: name the policy as a constant.
  Tail(const TailPolicy&&) = delete;

  [[nodiscard]] constexpr bool is_set() const { return policy_ != nullptr; }
  [[nodiscard]] TailVerdict judge(const TraceOutcome& outcome, const TailChance& chance) const {
    return judge_(*policy_, outcome, chance);
  }

 private:
  const TailPolicy* policy_ = nullptr;
  TailVerdict (*judge_)(const TailPolicy&, const TraceOutcome&, const TailChance&) = nullptr;
};

}  // namespace afterglow
