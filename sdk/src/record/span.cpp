// What a `Span` handle does: find its record, or do nothing.

#include <afterglow/span.h>

#include "base/copy.h"
#include "record/attribute_list.h"
#include "record/ids.h"
#include "record/recorder.h"
#include "record/trace_memory.h"

namespace afterglow {
namespace record {
namespace {

// A record with its name; 0, counted, when it does not fit.
[[gnu::always_inline]] inline RecordWithText make_record(Recorder& recorder, LocalTrace& trace,
                                                         std::string_view name) {
  if (trace.span_count >= recorder.max_trace_spans) {
    recorder.spans.refused(DropReason::TraceFull);
    return {};
  }
  const RecordWithText made =
      append_with_text(recorder.pages, trace, recorder.max_trace_pages, sizeof(SpanRecord), name);
  if (made.offset == 0) {
    recorder.spans.refused(made.hit_cap ? DropReason::TraceFull : DropReason::NoMemory);
  }
  return made;
}

void add_to_trace(const Recorder& recorder, LocalTrace& trace, Offset offset) {
  if (trace.last_span != 0) {
    recorder.at<SpanRecord>(trace.last_span)->next = offset;
  } else {
    trace.first_span = offset;
  }
  trace.last_span = offset;
  ++trace.span_count;
  ++trace.open_spans;
}

// Inlined where children start, since there it matters.
[[gnu::always_inline]] inline SpanRecord* start(Recorder& recorder, LocalTrace& trace,
                                                const SpanStart& with, Attributes attributes) {
  const RecordWithText made = make_record(recorder, trace, with.name);
  if (made.offset == 0) {
    return nullptr;
  }
  const std::uint64_t start_unix_nano =
      with.start_unix_nano != 0 ? with.start_unix_nano : now_unix_nano(trace);
  auto* span = recorder.at<SpanRecord>(made.offset);
  base::clear(*span);
  span->trace = trace.first_page;
  span->kind = with.kind;
  span->id = with.id;
  span->parent_id = with.parent_id;
  span->start_unix_nano = start_unix_nano;
  span->scope = with.scope;
  span->name = made.text;
  span->parent_is_remote = with.parent_is_remote;
  add_to_trace(recorder, trace, made.offset);
  recorder.spans.opened();
  if (!with.links.empty()) {
    add_links(recorder, trace, *span, with.links);
  }
  if (attributes.size() != 0) {
    set_attributes(recorder, trace, span->attributes, attributes, recorder.limits.attribute_count);
  }
  return span;
}

}  // namespace

SpanRecord* start_span(Recorder& recorder, LocalTrace& trace, const SpanStart& start,
                       Attributes attributes) {
  return record::start(recorder, trace, start, attributes);
}

void run_start_hooks(const Recorder& recorder, const SpanRecord& span) {
  for (const SpanHook& hook : recorder.hooks) {
    if (hook.on_start != nullptr) {
      hook.on_start(hook.context, SpanView(recorder, span));
    }
  }
}

namespace {

[[gnu::cold]] void run_end_hooks(const Recorder& recorder, const SpanRecord& span) {
  for (const SpanHook& hook : recorder.hooks) {
    if (hook.on_end != nullptr) {
      hook.on_end(hook.context, SpanView(recorder, span));
    }
  }
}

}  // namespace

void end_span(Recorder& recorder, SpanRecord& span, std::uint64_t unix_nano) {
  LocalTrace& trace = *recorder.trace(span.trace);
  const std::uint64_t end = unix_nano != 0 ? unix_nano : now_unix_nano(trace);
  span.end_unix_nano = end < span.start_unix_nano ? span.start_unix_nano : end;
  if (!recorder.hooks.empty()) {
    run_end_hooks(recorder, span);
  }
  --trace.open_spans;
  if (trace.exported || trace.undecided) {
    span.state = SpanState::Ended;
    ++trace.waiting_spans;
    recorder.spans.ended();
  } else {
    // Not recorded for export, or dropped when the root ended, which this child outlived.
    const bool was_sampled = (trace.flags & kSampledFlag) != 0;
    span.state = SpanState::Closed;
    recorder.spans.ended_dropped(was_sampled ? DropReason::TailDropped : DropReason::NotSampled);
  }
  if (recorder.at<SpanRecord>(trace.first_span) == &span) {
    trace.root_ended = true;
    if (recorder.root_ended.call != nullptr) {
      recorder.root_ended.call(recorder.root_ended.object, trace, span);
    }
  }
  release_if_done(recorder, trace);
}

}  // namespace record

using record::LocalTrace;
using record::Recorder;
using record::SpanRecord;

Span::Span(Span&& other) noexcept {
  *this = static_cast<Span&&>(other);
}

Span& Span::operator=(Span&& other) noexcept {
  if (this == &other) {
    return *this;
  }
  end();
  recorder_ = other.recorder_;
  record_ = other.record_;
  page_ = other.page_;
  generation_ = other.generation_;
  trace_flags_ = other.trace_flags_;
  state_ = other.state_;
  trace_id_ = other.trace_id_;
  span_id_ = other.span_id_;
  other.recorder_ = nullptr;
  other.page_ = kNoPage;
  other.state_ = State::Inert;
  other.trace_id_ = {};
  other.span_id_ = {};
  return *this;
}

// A handle in the local trace of another one.
Span::Span(const Span& parent, SpanId id, State state)
    : recorder_(parent.recorder_),
      record_(parent.record_),
      page_(parent.page_),
      generation_(parent.generation_),
      trace_flags_(parent.trace_flags_),
      state_(state),
      trace_id_(parent.trace_id_),
      span_id_(id) {}

// The local trace of this span, while it has memory.
LocalTrace* Span::local_trace() const {
  if (page_ == kNoPage || recorder_->pages.generation(page_) != generation_) {
    return nullptr;
  }
  return recorder_->trace(page_);
}

// The record of an open span; null when there is none or its memory was given to others.
SpanRecord* Span::recording() const {
  if (state_ != State::Recording || recorder_->pages.generation(page_) != generation_) {
    return nullptr;
  }
  return recorder_->at<SpanRecord>(record_);
}

Span Span::recorded_child(std::string_view name, const ChildOptions& options,
                          Attributes attributes) const {
  Recorder& recorder = *recorder_;
  if (recorder.pages.generation(page_) != generation_) {
    return orphan();
  }
  LocalTrace& trace = *recorder.trace(page_);
  Span child(*this, record::next_span_id(recorder.id_generator, trace.id_state), state_);
  const Scope* const scope =
      options.scope != nullptr ? options.scope : recorder.at<SpanRecord>(record_)->scope;
  SpanRecord* const span = record::start(recorder, trace,
                                         {.name = name,
                                          .kind = options.kind,
                                          .id = child.span_id_,
                                          .parent_id = span_id_,
                                          .parent_is_remote = false,
                                          .scope = scope,
                                          .links = options.links,
                                          .start_unix_nano = options.start_unix_nano},
                                         attributes);
  if (span == nullptr) {
    child.lose();
  } else {
    child.record_ = record::offset_of(recorder, span);
    if (!recorder.hooks.empty()) {
      record::run_start_hooks(recorder, *span);
    }
  }
  return child;
}

// A child of what has no record, or had one. A disabled SDK carries the same context on, as long as
// the root holds it; below an inert span all are inert.
Span Span::unrecorded_child() const {
  if (recorder_ == nullptr || recorder_->disabled) {
    return {*this, span_id_, state_ == State::Inert ? State::Inert : State::EndedUnsampled};
  }
  if (state_ != State::Unsampled || recorder_->pages.generation(page_) != generation_) {
    return orphan();
  }
  LocalTrace& trace = *recorder_->trace(page_);
  ++trace.open_spans;
  return {*this, record::next_span_id(recorder_->id_generator, trace.id_state), state_};
}

// A child of a span that has ended or has no record. It is never sampled: nothing is recorded.
Span Span::orphan() const {
  Span child(*this, record::next_span_id(recorder_->id_generator, recorder_->spare_id_state),
             State::EndedUnsampled);
  child.page_ = kNoPage;
  if (state_ != State::Unsampled && state_ != State::EndedUnsampled) {
    recorder_->spans.refused(recorder_->shut_down ? DropReason::Shutdown : DropReason::ParentEnded);
    child.lose();
  }
  return child;
}

// Hold a root that has just started.
void Span::hold(const LocalTrace& trace, SpanRecord& span) {
  state_ = State::Recording;
  record_ = record::offset_of(*recorder_, &span);
  page_ = trace.first_page;
  generation_ = recorder_->pages.generation(page_);
  if (!recorder_->hooks.empty()) {
    record::run_start_hooks(*recorder_, span);
  }
}

// Keep the ids only, of a span that could not start.
void Span::lose() {
  state_ = State::Lost;
  page_ = kNoPage;
  trace_flags_ &= static_cast<std::uint8_t>(~kSampledFlag);
}

// Count this handle in a trace that is not recorded, for its ids and trace state; without memory
// the ids must do.
void Span::hold_unsampled(LocalTrace* trace) {
  if (trace == nullptr) {
    state_ = State::EndedUnsampled;
    return;
  }
  trace->flags = trace_flags_;
  ++trace->open_spans;
  record::add_trace(*recorder_, *trace);
  state_ = State::Unsampled;
  page_ = trace->first_page;
  generation_ = recorder_->pages.generation(page_);
}

void Span::end_open(std::uint64_t unix_nano) {
  LocalTrace* const trace = local_trace();
  if (state_ == State::Unsampled) {
    state_ = State::EndedUnsampled;
    if (trace != nullptr) {
      --trace->open_spans;
      record::release_if_done(*recorder_, *trace);
    }
    return;
  }
  state_ = State::Ended;
  if (trace != nullptr) {
    record::end_span(*recorder_, *recorder_->at<SpanRecord>(record_), unix_nano);
  }
}

bool Span::is_recording() const {
  return recording() != nullptr;
}

SpanContext Span::identity() const {
  return {trace_id_, span_id_, trace_flags_, false, {}};
}

SpanContext Span::context() const {
  SpanContext context = identity();
  if (const LocalTrace* trace = local_trace(); trace != nullptr) {
    context.trace_state = recorder_->text(trace->trace_state);
  }
  return context;
}

}  // namespace afterglow
