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
  auto* span = recorder.at<SpanRecord>(made.offset);
  base::clear(*span);
  span->trace = trace.first_page;
  span->kind = with.kind;
  span->parent_is_remote = with.parent_is_remote;
  span->id = with.id;
  span->parent_id = with.parent_id;
  span->start_unix_nano = with.start_unix_nano != 0 ? with.start_unix_nano : now_unix_nano(trace);
  span->scope = with.scope;
  span->name = made.text;
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

void end_span(Recorder& recorder, SpanRecord& span, std::uint64_t unix_nano) {
  LocalTrace& trace = *recorder.trace(span.trace);
  const std::uint64_t end = unix_nano != 0 ? unix_nano : now_unix_nano(trace);
  span.end_unix_nano = end < span.start_unix_nano ? span.start_unix_nano : end;
  for (const SpanHook& hook : recorder.hooks) {
    if (hook.on_end != nullptr) {
      hook.on_end(hook.context, SpanView(recorder, span));
    }
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
  if (trace.first_span == offset_of(recorder, &span)) {
    trace.root_ended = true;
    if (recorder.root_ended.call != nullptr) {
      recorder.root_ended.call(recorder.root_ended.object, trace, span);
    }
  }
  release_if_done(recorder, trace);
}

}  // namespace record

using record::LocalTrace;
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
  slot_ = other.slot_;
  generation_ = other.generation_;
  trace_flags_ = other.trace_flags_;
  state_ = other.state_;
  trace_id_ = other.trace_id_;
  span_id_ = other.span_id_;
  other.recorder_ = nullptr;
  other.state_ = State::Inert;
  other.trace_id_ = {};
  other.span_id_ = {};
  return *this;
}

// The record of an open span; null when there is none or its memory was given to others.
SpanRecord* Span::recording() const {
  if (state_ != State::Recording ||
      recorder_->pages.generation(base::PagePool::page_of(slot_)) != generation_) {
    return nullptr;
  }
  return recorder_->at<SpanRecord>(slot_);
}

// The local trace of this span, while it has memory.
LocalTrace* Span::local_trace() const {
  if (recorder_ == nullptr || slot_ == kNoSlot ||
      recorder_->pages.generation(base::PagePool::page_of(slot_)) != generation_) {
    return nullptr;
  }
  const bool has_record = state_ == State::Recording || state_ == State::Ended;
  return has_record ? recorder_->trace(recorder_->at<SpanRecord>(slot_)->trace)
                    : recorder_->at<LocalTrace>(slot_);
}

Span Span::start_child(std::string_view name, const ChildOptions& options, Attributes attributes) {
  if (state_ == State::Unsampled) {
    return unsampled_child();
  }
  const SpanRecord* parent = recording();
  if (parent == nullptr) {
    return child_without_record();
  }
  LocalTrace& trace = *recorder_->trace(parent->trace);
  Span child = identity_of_child(trace.id_state);
  child.hold(record::start(*recorder_, trace,
                           {.name = name,
                            .kind = options.kind,
                            .id = child.span_id_,
                            .parent_id = span_id_,
                            .parent_is_remote = false,
                            .scope = options.scope != nullptr ? options.scope : parent->scope,
                            .links = options.links,
                            .start_unix_nano = options.start_unix_nano},
                           attributes));
  return child;
}

// A handle with the parent's trace and flags, an id of its own, and nothing behind it.
Span Span::identity_of_child(std::uint64_t& id_state) const {
  Span child;
  child.recorder_ = recorder_;
  child.trace_id_ = trace_id_;
  child.trace_flags_ = trace_flags_;
  child.span_id_ = record::next_span_id(recorder_->id_generator, id_state);
  return child;
}

Span Span::unsampled_child() const {
  if (recorder_->pages.generation(base::PagePool::page_of(slot_)) != generation_) {
    return child_without_record();
  }
  auto& trace = *recorder_->at<LocalTrace>(slot_);
  ++trace.open_spans;
  Span child;
  child.recorder_ = recorder_;
  child.slot_ = slot_;
  child.generation_ = generation_;
  child.trace_flags_ = trace_flags_;
  child.state_ = State::Unsampled;
  child.trace_id_ = trace_id_;
  child.span_id_ = recorder_->disabled
                       ? span_id_
                       : record::next_span_id(recorder_->id_generator, trace.id_state);
  return child;
}

// A child of a span that has ended or has no record. It is never sampled: nothing is recorded.
// Below a span of a disabled SDK it carries the same context on; below an inert one it is inert.
Span Span::child_without_record() const {
  if (recorder_ == nullptr || recorder_->disabled) {
    Span child;
    child.recorder_ = recorder_;
    child.trace_id_ = trace_id_;
    child.span_id_ = span_id_;
    child.trace_flags_ = trace_flags_;
    child.state_ = state_;
    return child;
  }
  Span child = identity_of_child(recorder_->spare_id_state);
  if (state_ != State::Unsampled && state_ != State::EndedUnsampled) {
    recorder_->spans.refused(recorder_->shut_down ? DropReason::Shutdown : DropReason::ParentEnded);
    child.hold(nullptr);
  } else {
    child.state_ = State::EndedUnsampled;
  }
  return child;
}

// Hold a span that has just started, or, without one, keep the ids only.
void Span::hold(SpanRecord* span) {
  if (span == nullptr) {
    state_ = State::Lost;
    trace_flags_ &= static_cast<std::uint8_t>(~kSampledFlag);
    return;
  }
  state_ = State::Recording;
  slot_ = record::offset_of(*recorder_, span);
  generation_ = recorder_->pages.generation(base::PagePool::page_of(slot_));
  record::run_start_hooks(*recorder_, *span);
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
  slot_ = record::offset_of(*recorder_, trace);
  generation_ = recorder_->pages.generation(trace->first_page);
}

void Span::end(std::uint64_t unix_nano) {
  if (state_ == State::Unsampled) {
    state_ = State::EndedUnsampled;
    if (recorder_->pages.generation(base::PagePool::page_of(slot_)) == generation_) {
      auto& trace = *recorder_->at<LocalTrace>(slot_);
      --trace.open_spans;
      record::release_if_done(*recorder_, trace);
    }
    return;
  }
  if (SpanRecord* span = recording(); span != nullptr) {
    record::end_span(*recorder_, *span, unix_nano);
  }
  if (state_ == State::Recording) {
    state_ = State::Ended;
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
