// Where the rooms meet when a local root ends: what the sampler learns from it, and who is kept.

#include <afterglow/telemetry.h>

#include "context/ot_state.h"
#include "record/attribute_list.h"
#include "record/recorder.h"
#include "telemetry_instance.h"

namespace afterglow {

using record::LocalTrace;
using record::Recorder;
using record::SpanRecord;

void Telemetry::finish_trace(LocalTrace& trace, SpanRecord& root) {
  if (trace.outcome.observe == nullptr && !trace.undecided) {
    return;
  }
  const bool has_error = record::has_error(instance_->recorder, trace);
  if (trace.outcome.observe != nullptr) {
    trace.outcome.observe(trace.outcome.context, has_error, root.end_unix_nano);
  }
  if (trace.undecided) {
    decide(trace, root, has_error);
  }
}

// Ask the tail rules, and let go of the trace or change its weight.
void Telemetry::decide(LocalTrace& trace, SpanRecord& root, bool has_error) {
  Recorder& recorder = instance_->recorder;
  const bool was_sampled = trace.exported;
  const context::OtState ot = context::read_ot(recorder.text(trace.trace_state));
  TailChance chance{.randomness = ot.has_random ? ot.random : randomness_of(trace.id)};
  if (ot.has_threshold) {
    chance.threshold = ot.threshold;
  }
  const TailVerdict verdict =
      config_.tail.judge({.root = SpanView(recorder, root),
                          .duration_nano = root.end_unix_nano - root.start_unix_nano,
                          .spans = trace.span_count,
                          .has_error = has_error,
                          .is_sampled = was_sampled},
                         chance);
  trace.undecided = false;
  trace.exported = verdict.keep;
  trace.log_fate = !verdict.keep                ? record::LogFate::Dropped
                   : verdict.kept_by != nullptr ? record::LogFate::Kept
                                                : record::LogFate::Filtered;
  if (recorder.log_work != nullptr) {
    recorder.log_work->judge(recorder, trace, chance.randomness);
  }
  if (!verdict.keep) {
    record::drop_ended(recorder, trace,
                       was_sampled ? DropReason::TailDropped : DropReason::NotSampled);
    return;
  }
  change_threshold(trace, verdict.threshold);
  if (verdict.kept_by != nullptr) {
    record::set_attribute(recorder, trace, root.attributes, "afterglow.sampling.rule",
                          verdict.kept_by->name, SpanLimits::kUnlimited);
  }
}

}  // namespace afterglow
