#include <afterglow/probability.h>

namespace afterglow {

SamplingResult Probability::sample(const TraceSummary& trace) const {
  if (trace.randomness < threshold_) {
    return {.decision = Decision::Drop, .threshold = ThresholdChange::erase()};
  }
  return {.decision = Decision::RecordAndSample, .threshold = ThresholdChange::set(threshold_)};
}

SamplingResult ParentThreshold::sample(const TraceSummary& trace) const {
  if (trace.parent == nullptr) {
    return root_.ask(trace);
  }
  const bool keep = trace.parent_threshold.has_value() ? trace.randomness >= *trace.parent_threshold
                                                       : trace.parent->is_sampled();
  if (!keep || !trace.parent_threshold.has_value()) {
    return {.decision = keep ? Decision::RecordAndSample : Decision::Drop,
            .threshold = ThresholdChange::erase()};
  }
  return {.decision = Decision::RecordAndSample,
          .threshold = ThresholdChange::set(*trace.parent_threshold)};
}

}  // namespace afterglow
