// Where the rooms meet before the response: an instance's first use, and the start of a local root.
// The headers are read in `telemetry_extract.cpp`; `telemetry_flush.cpp` is what comes after.

#include <afterglow/telemetry.h>

#include <new>

#include "record/attribute_list.h"
#include "record/ids.h"
#include "record/trace_memory.h"
#include "telemetry_instance.h"

namespace afterglow {

using base::PagePool;
using record::LocalTrace;
using record::Recorder;

// --- first use ---------------------------------------------------------------------------------

Telemetry::Instance* Telemetry::first_use() {
  if (instance_ == nullptr && !disabled_) {
    disabled_ = !set_up();
  }
  return disabled_ ? nullptr : instance_;
}

bool Telemetry::set_up() {
  const std::size_t skipped = (0 - reinterpret_cast<std::uintptr_t>(memory_)) % 16;
  size_ = size_ < skipped ? 0 : size_ - skipped;
  memory_ += skipped;
  const MemoryLayout layout = memory_layout(size_);
  if (!layout.usable) {
    return false;
  }
  static_assert(sizeof(Instance) <= memory_layout(kMinimumBufferBytes).instance_bytes);
  char* const outbox = reinterpret_cast<char*>(memory_ + layout.outbox_offset);
  const std::size_t answer_bytes = layout.outbox_bytes / 8 < 1024 ? layout.outbox_bytes / 8 : 1024;
  const std::span<char> body_memory(outbox, layout.outbox_bytes - answer_bytes);
  auto* instance = new (memory_) Instance(config_, body_memory);
  Recorder& recorder = instance->recorder;
  for (std::size_t i = layout.bitmap_offset; i < layout.pages_offset; ++i) {
    memory_[i] = std::byte{0};
  }
  recorder.pages.set_up(memory_ + layout.pages_offset,
                        reinterpret_cast<PagePool::Entry*>(memory_ + layout.table_offset),
                        reinterpret_cast<std::uint32_t*>(memory_ + layout.bitmap_offset),
                        layout.page_count);
  recorder.limits = instance->settings.limits;
  recorder.log_limits = instance->settings.log_limits;
  recorder.log_config = &config_.log;
  recorder.redactor = redact::Redactor(config_.redaction.policy());
  recorder.hooks = config_.span_hooks;
  recorder.id_generator = config_.id_generator;
  recorder.disabled = instance->settings.sdk_disabled;
  recorder.propagation = {.propagators = instance->settings.propagators,
                          .x_traceparent = config_.x_traceparent,
                          .response_headers = config_.response_headers,
                          .outgoing = config_.outgoing};
  recorder.root_ended = {[](void* object, LocalTrace& trace, record::SpanRecord& span) {
                           static_cast<Telemetry*>(object)->finish_trace(trace, span);
                         },
                         this};
  recorder.max_trace_spans = config_.caps.spans;
  recorder.max_trace_pages = config_.caps.pages != 0
                                 ? config_.caps.pages
                                 : static_cast<std::uint32_t>((layout.page_count * 3 + 3) / 4);
  recorder.scratch = body_memory;
  instance->answer_memory = {outbox + body_memory.size(), answer_bytes};
  instance->resource_memory = {reinterpret_cast<char*>(memory_ + layout.resource_offset),
                               layout.resource_bytes};
  instance_ = instance;
  if (!instance->settings.sdk_disabled) {
    config_.redaction.read_key(recorder.redactor);
    attach_hooks();
  }
  return true;
}

// --- before the response: sample, record --------------------------------------------------------

// The local trace of a new root: the page of the extracted parent, or a fresh one. Null when there
// is no memory.
LocalTrace* Telemetry::begin_local_trace(RemoteParent& parent, const SamplingResult& sampling) {
  Recorder& recorder = instance_->recorder;
  const SpanContext caller = parent.context_;
  LocalTrace* trace = take_page(parent);
  const bool has_trace_state = trace != nullptr;
  if (trace == nullptr) {
    trace = record::begin_trace(recorder.pages);
  }
  if (trace == nullptr) {
    if (!caller.trace_state.empty()) {
      recorder.diagnostics.notice(Diagnostic::TracestateTruncated);
    }
    return nullptr;
  }
  trace->caller_is_trusted = parent.trusted_;
  if (sampling.sets_trace_state) {
    set_trace_state(*trace, sampling.trace_state);
  } else if (!has_trace_state && caller.is_valid()) {  // else it has nothing to pass on
    set_trace_state(*trace, caller.trace_state);
  }
  return trace;
}

// A disabled SDK records nothing and carries the caller's context on as it came.
Span Telemetry::carry_on(RemoteParent& parent) {
  ++disabled_spans_;
  Span span;
  span.trace_id_ = parent.context_.trace_id;
  span.span_id_ = parent.context_.span_id;
  span.trace_flags_ = parent.context_.trace_flags;
  span.state_ = Span::State::EndedUnsampled;
  if (instance_ != nullptr) {
    span.recorder_ = &instance_->recorder;
    span.hold_unsampled(begin_local_trace(parent, {}));
  }
  return span;
}

// The ids and flags of a new root: one random read.
Span Telemetry::identity_of_root(const SpanContext& parent, std::uint64_t& id_state) {
  Recorder& recorder = instance_->recorder;
  const IdGenerator& generator = recorder.id_generator;
  const record::Seed seed = record::read_seed(recorder.diagnostics);
  id_state = seed.id_state;
  recorder.spare_id_state ^= ~seed.id_state;  // far from the ids this trace will use
  Span root;
  root.recorder_ = &recorder;
  if (parent.is_valid()) {
    root.trace_id_ = parent.trace_id;
    root.trace_flags_ = parent.trace_flags & kRandomFlag;
  } else {
    record::choose_trace_id(generator, seed, root.trace_id_, root.trace_flags_);
  }
  root.span_id_ = record::next_span_id(generator, id_state);
  return root;
}

Span Telemetry::start_span(std::string_view name, SpanOptions options, Attributes attributes) {
  if (first_use() == nullptr || instance_->recorder.disabled) {
    return carry_on(options.parent);
  }
  Recorder& recorder = instance_->recorder;
  const SpanContext parent = options.parent.context_;
  std::uint64_t id_state = 0;
  Span root = identity_of_root(parent, id_state);
  if (recorder.shut_down) {
    recorder.spans.refused(DropReason::Shutdown);
    root.lose();
    return root;
  }
  const SamplingResult sampling =
      ask_sampler({.trace_id = root.trace_id_,
                   .parent = parent.is_valid() ? &parent : nullptr,
                   .name = name,
                   .kind = options.kind,
                   .attributes = attributes,
                   .links = options.links,
                   .has_randomness = (root.trace_flags_ & kRandomFlag) != 0});
  LocalTrace* trace = begin_local_trace(options.parent, sampling);
  if (trace != nullptr) {
    trace->id_state = id_state;
    settle_sampling(*trace, root, sampling);
  }
  if (sampling.decision == Decision::Drop) {
    root.hold_unsampled(trace);
    return root;
  }
  if (trace == nullptr) {
    recorder.spans.refused(DropReason::NoMemory);
    root.lose();
    return root;
  }
  const record::SpanStart start{.name = name,
                                .kind = options.kind,
                                .id = root.span_id_,
                                .parent_id = parent.is_valid() ? parent.span_id : SpanId{},
                                .parent_is_remote = parent.is_valid(),
                                .scope = options.scope != nullptr ? options.scope : &kDefaultScope,
                                .links = options.links,
                                .start_unix_nano = options.start_unix_nano};
  record::SpanRecord* record = start_root(*trace, start, attributes, sampling.attributes);
  if (record == nullptr) {
    root.lose();
    return root;
  }
  link_caller(*trace, *record, options.parent.linked_);
  copy_baggage_attributes(*trace, *record);
  root.hold(*trace, *record);
  return root;
}

// What the sampler said, for the whole local trace.
void Telemetry::settle_sampling(LocalTrace& trace, Span& root, const SamplingResult& sampling) {
  const bool is_sampled = sampling.decision == Decision::RecordAndSample;
  trace.id = root.trace_id_;
  change_threshold(trace, is_sampled ? sampling.threshold : ThresholdChange::erase());
  if (sampling.decision == Decision::Drop) {
    return;
  }
  root.trace_flags_ |= is_sampled ? kSampledFlag : std::uint8_t{0};
  trace.flags = root.trace_flags_;
  trace.exported = is_sampled;
  trace.undecided = config_.tail.is_set();
  trace.outcome = sampling.outcome;
}

// The record of a new root: one read of each clock. Null, the trace released, when it does not fit.
record::SpanRecord* Telemetry::start_root(LocalTrace& trace, record::SpanStart start,
                                          Attributes attributes, Attributes sampler_attributes) {
  Recorder& recorder = instance_->recorder;
  const std::uint64_t wall = host::wall_clock();
  trace.wall_offset = static_cast<std::int64_t>(wall - host::monotonic_clock());
  if (start.start_unix_nano == 0) {
    start.start_unix_nano = wall;
  }
  record::SpanRecord* span = record::start_span(recorder, trace, start, attributes);
  if (span == nullptr) {
    if (trace.trace_state.length != 0) {
      recorder.diagnostics.notice(Diagnostic::TracestateTruncated);
    }
    record::release_trace(recorder.pages, trace);
    return nullptr;
  }
  record::add_trace(recorder, trace);
  record::set_attributes(recorder, trace, span->attributes, sampler_attributes,
                         recorder.limits.attribute_count);
  return span;
}

}  // namespace afterglow
