// Where the rooms meet between the headers and a trace: its trace state, its weight, its baggage as
// attributes.

#include "base/wipe.h"
#include "context/baggage.h"
#include "context/ot_state.h"
#include "context/tracestate.h"
#include "record/attribute_list.h"
#include "record/trace_memory.h"
#include "telemetry_instance.h"

namespace afterglow {

using record::LocalTrace;
using record::Recorder;

// The page that an extraction filled, now the root's; null when it filled none, or when it belongs
// to another Telemetry.
LocalTrace* Telemetry::take_page(RemoteParent& parent) {
  Recorder& recorder = instance_->recorder;
  if (parent.page_ == RemoteParent::kNoPage || parent.recorder_ != &recorder ||
      recorder.pages.generation(parent.page_) != parent.generation_) {
    return nullptr;
  }
  LocalTrace* trace = recorder.trace(parent.page_);
  parent.page_ = RemoteParent::kNoPage;
  return trace;
}

// A trace state that did not come with the headers: a sampler's, or the program's own parent.
void Telemetry::set_trace_state(LocalTrace& trace, std::string_view trace_state) {
  Recorder& recorder = instance_->recorder;
  char text[context::kTracestateCapacity];
  context::TracestateCollector collector(text);
  collector.add_line(trace_state);
  if (collector.discarded()) {
    recorder.diagnostics.notice(Diagnostic::TracestateDiscarded);
  }
  record::Append append(recorder.pages, trace, recorder.max_trace_pages);
  trace.trace_state = append.copy(collector.text());
  if (collector.truncated() || append.failed()) {
    recorder.diagnostics.notice(Diagnostic::TracestateTruncated);
  }
  append.commit();
}

// What the caller's `ot` member says of chance goes into the question.
SamplingResult Telemetry::ask_sampler(TraceSummary summary) {
  context::OtState ot;
  if (summary.parent != nullptr && !summary.parent->trace_state.empty()) {
    ot = context::read_ot(summary.parent->trace_state);
  }
  summary.randomness = ot.has_random ? ot.random : randomness_of(summary.trace_id);
  summary.has_randomness = summary.has_randomness || ot.has_random;
  if (ot.has_threshold) {
    summary.parent_threshold = ot.threshold;
  }
  summary.rate = instance_->settings.rate;
  return instance_->settings.sampler().ask(summary);
}

// `th` in the trace's own `ot` member.
void Telemetry::change_threshold(LocalTrace& trace, ThresholdChange change) {
  const Recorder& recorder = instance_->recorder;
  const std::string_view before = recorder.text(trace.trace_state);
  if (change == ThresholdChange::keep() || (before.empty() && change == ThresholdChange::erase())) {
    return;
  }
  char text[context::kTracestateCapacity];
  const std::string_view after(text, context::set_threshold(before, change, text));
  if (after != before) {
    set_trace_state(trace, after);
  }
}

void Telemetry::link_caller(LocalTrace& trace, record::SpanRecord& span,
                            const SpanContext& caller) {
  if (caller.is_valid()) {
    const Link link{.context = caller};
    record::add_links(instance_->recorder, trace, span, {&link, 1});
  }
}

void Telemetry::copy_baggage_attributes(LocalTrace& trace, record::SpanRecord& span) {
  Recorder& recorder = instance_->recorder;
  for (const std::string_view key : config_.baggage_attributes) {
    context::BaggageMember member;
    if (!context::find_member(recorder.text(trace.baggage), key, member)) {
      continue;
    }
    const std::size_t needed = context::decode_value(member.value, recorder.scratch);
    const std::size_t length = needed < recorder.scratch.size() ? needed : recorder.scratch.size();
    record::set_attribute(recorder, trace, span.attributes, DynamicKey(key),
                          std::string_view(recorder.scratch.data(), length),
                          {recorder.limits.attribute_count, recorder.limits.attribute_value_length,
                           redact::Place::Baggage});
    base::wipe(recorder.scratch.data(), length);
  }
}

}  // namespace afterglow
