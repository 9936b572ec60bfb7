// The samplers that know of no threshold. Pure functions of what is known when a local trace
// starts.

#include <afterglow/sampler.h>

namespace afterglow {

// A caller's `th` weighs what he sampled; of what he did not sample it says nothing.
SamplingResult AlwaysOn::sample(const TraceSummary& trace) const {
  const bool was_dropped = trace.parent != nullptr && !trace.parent->is_sampled();
  return {.decision = Decision::RecordAndSample,
          .threshold = was_dropped ? ThresholdChange::erase() : ThresholdChange::keep()};
}

SamplingResult AlwaysOff::sample(const TraceSummary& /*trace*/) const {
  return {.decision = Decision::Drop};
}

SamplingResult Ratio::sample(const TraceSummary& trace) const {
  const bool keep = randomness_of(trace.trace_id) >= threshold_;
  return {.decision = keep ? Decision::RecordAndSample : Decision::Drop,
          .threshold = ThresholdChange::erase()};
}

const Sampler& ParentBased::delegate(const SpanContext& parent) const {
  if (parent.is_remote) {
    return parent.is_sampled() ? remote_parent_sampled_ : remote_parent_not_sampled_;
  }
  return parent.is_sampled() ? local_parent_sampled_ : local_parent_not_sampled_;
}

SamplingResult ParentBased::sample(const TraceSummary& trace) const {
  if (trace.parent == nullptr) {
    return root_.ask(trace);
  }
  SamplingResult result = delegate(*trace.parent).ask(trace);
  const bool can_be_true =
      trace.parent->is_sampled() && trace.randomness >= trace.parent_threshold.value_or(0);
  if (result.threshold.action == ThresholdChange::Action::Keep && !can_be_true) {
    result.threshold = ThresholdChange::erase();
  }
  return result;
}

SamplingResult AlwaysRecord::sample(const TraceSummary& trace) const {
  SamplingResult result = sampler_.ask(trace);
  if (result.decision == Decision::Drop) {
    result.decision = Decision::RecordOnly;
  }
  return result;
}

// What a function answered, without what makes no sense in it.
static void make_sane(SamplingResult& result, std::uint64_t randomness) {
  if (result.decision > Decision::RecordAndSample) {
    result.decision = Decision::Drop;
  }
  if (result.attributes.data() == nullptr) {
    result.attributes = {};
  }
  const ThresholdChange change = result.threshold;
  const bool sets_wrongly = change.action == ThresholdChange::Action::Set &&
                            (change.value >= kThresholdOfNothing || change.value > randomness);
  if (sets_wrongly || change.action > ThresholdChange::Action::Set) {
    result.threshold = ThresholdChange::erase();
  }
}

SamplingResult UserSampler::sample(const TraceSummary& trace) const {
  if (function == nullptr) {
    return {};
  }
  SamplingResult result = function(context, trace);
  make_sane(result, trace.randomness);
  return result;
}

}  // namespace afterglow
