// What a tail policy says of a finished local trace. Pure functions.

#include <afterglow/tail.h>

namespace afterglow {
namespace {

bool has_attribute(const TraceOutcome& outcome, const TailRule& rule) {
  const Value value = outcome.root.attribute(rule.key);
  if (value.type() == ValueType::Empty) {
    return false;
  }
  return rule.value.empty() ||
         (value.type() == ValueType::String && value.as_string() == rule.value);
}

bool matches(const TailRule& rule, const TraceOutcome& outcome) {
  switch (rule.condition) {
    case TailRule::Condition::Error:
      return outcome.has_error;
    case TailRule::Condition::Duration:
      return outcome.duration_nano >= rule.duration_nano;
    case TailRule::Condition::RootAttribute:
      return has_attribute(outcome, rule);
    case TailRule::Condition::Function:
      return rule.matches != nullptr && rule.matches(rule.context, outcome);
  }
  return false;
}

const TailRule* first_match(const TailPolicy& policy, const TraceOutcome& outcome) {
  for (const TailRule& rule : policy.rules) {
    if (matches(rule, outcome)) {
      return &rule;
    }
  }
  return nullptr;
}

bool drops_by_outcome(const TailPolicy& policy) {
  for (const TailRule& rule : policy.rules) {
    if (rule.action == TailAction::Drop) {
      return true;
    }
  }
  return false;
}

// The weight of a trace that chance kept: the higher of both thresholds, unless outcomes were
// dropped too, or nobody knows the first one.
ThresholdChange weight(const TailPolicy& policy, const TailChance& chance) {
  if (drops_by_outcome(policy)) {
    return ThresholdChange::erase();
  }
  if (!chance.threshold || *chance.threshold >= policy.threshold) {
    return ThresholdChange::keep();
  }
  return ThresholdChange::set(policy.threshold);
}

}  // namespace

TailVerdict TailPolicy::judge(const TraceOutcome& outcome, const TailChance& chance) const {
  const bool by_chance = outcome.is_sampled && chance.randomness >= threshold;
  const TailRule* rule = first_match(*this, outcome);
  if (rule != nullptr && rule->action == TailAction::Drop) {
    return {};
  }
  if (by_chance) {
    return {.keep = true, .threshold = weight(*this, chance)};
  }
  return {.keep = rule != nullptr, .threshold = ThresholdChange::erase(), .kept_by = rule};
}

}  // namespace afterglow
