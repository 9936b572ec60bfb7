// The built-in samplers. Pure functions of what is known when a local trace starts.

#include <afterglow/sampler.h>

namespace afterglow {
namespace {

// The low seven bytes of the trace id, which W3C's random flag promises to be random.
std::uint64_t randomness(const TraceId& trace_id) {
  constexpr std::size_t kFirstRandomByte = 9;
  std::uint64_t value = 0;
  for (std::size_t i = kFirstRandomByte; i < trace_id.bytes.size(); ++i) {
    value = value << 8U | trace_id.bytes[i];
  }
  return value;
}

}  // namespace

SamplingResult AlwaysOn::sample(const TraceSummary& /*trace*/) const {
  return {.decision = Decision::RecordAndSample};
}

SamplingResult AlwaysOff::sample(const TraceSummary& /*trace*/) const {
  return {.decision = Decision::Drop};
}

SamplingResult Ratio::sample(const TraceSummary& trace) const {
  const bool keep = randomness(trace.trace_id) >= threshold_;
  return {.decision = keep ? Decision::RecordAndSample : Decision::Drop};
}

SamplingResult ParentBased::sample(const TraceSummary& trace) const {
  if (trace.parent == nullptr) {
    return root_.ask(trace);
  }
  return trace.parent->is_sampled() ? remote_parent_sampled_.ask(trace)
                                    : remote_parent_not_sampled_.ask(trace);
}

}  // namespace afterglow
