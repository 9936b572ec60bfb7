// What a `Span` handle does: find its record, or do nothing.

#include <afterglow/span.h>

#include "record/attribute_list.h"
#include "record/ids.h"
#include "record/recorder.h"
#include "record/span_data.h"

namespace afterglow {

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
  child.hold(record::start_span(*recorder_, trace,
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
  LocalTrace* trace = local_trace();
  if (trace == nullptr) {
    return child_without_record();
  }
  Span child = identity_of_child(trace->id_state);
  child.span_id_ = recorder_->disabled ? span_id_ : child.span_id_;
  child.slot_ = slot_;
  child.generation_ = generation_;
  child.state_ = State::Unsampled;
  ++trace->open_spans;
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

Span& Span::set_attribute(Key key, const Value& value) {
  if (SpanRecord* span = recording(); span != nullptr) {
    record::set_attribute(*recorder_, *recorder_->trace(span->trace), span->attributes, key, value,
                          recorder_->limits.attribute_count);
  }
  return *this;
}

Span& Span::set_attributes(Attributes attributes) {
  for (const Attribute& attribute : attributes) {
    set_attribute(attribute.key, attribute.value);
  }
  return *this;
}

Span& Span::add_event(std::string_view name, Attributes attributes, std::uint64_t unix_nano) {
  if (SpanRecord* span = recording(); span != nullptr) {
    record::add_event(*recorder_, *span, name, unix_nano, {}, attributes);
  }
  return *this;
}

Span& Span::add_link(const Link& link) {
  if (SpanRecord* span = recording(); span != nullptr) {
    record::add_links(*recorder_, *recorder_->trace(span->trace), *span, {&link, 1});
  }
  return *this;
}

Span& Span::record_error(std::string_view type, std::string_view message, Attributes attributes) {
  if (SpanRecord* span = recording(); span != nullptr) {
    record::add_event(*recorder_, *span, "exception", 0,
                      {{"exception.type", type}, {"exception.message", message}}, attributes);
  }
  return *this;
}

Span& Span::set_status(StatusCode code, std::string_view message) {
  if (SpanRecord* span = recording(); span != nullptr) {
    record::set_status(*recorder_, *span, code, message);
  }
  return *this;
}

Span& Span::update_name(std::string_view name) {
  if (SpanRecord* span = recording(); span != nullptr) {
    record::set_name(*recorder_, *span, name);
  }
  return *this;
}

void Span::end(std::uint64_t unix_nano) {
  if (state_ == State::Unsampled) {
    if (LocalTrace* trace = local_trace(); trace != nullptr) {
      --trace->open_spans;
      record::release_if_done(*recorder_, *trace);
    }
    state_ = State::EndedUnsampled;
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
