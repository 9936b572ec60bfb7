// Where the rooms meet before the response: context, sample and record. `telemetry_flush.cpp` is
// the other half.

#include <afterglow/telemetry.h>

#include <new>

#include "context/traceparent.h"
#include "context/tracestate.h"
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
  auto* instance = new (memory_) Instance{};
  Recorder& recorder = instance->recorder;
  for (std::size_t i = layout.bitmap_offset; i < layout.pages_offset; ++i) {
    memory_[i] = std::byte{0};
  }
  recorder.pages.set_up(memory_ + layout.pages_offset,
                        reinterpret_cast<PagePool::Entry*>(memory_ + layout.table_offset),
                        reinterpret_cast<std::uint32_t*>(memory_ + layout.bitmap_offset),
                        layout.page_count);
  recorder.limits = config_.limits;
  recorder.hooks = config_.span_hooks;
  recorder.id_generator = config_.id_generator;
  recorder.max_trace_spans = config_.caps.spans;
  recorder.max_trace_pages = config_.caps.pages != 0
                                 ? config_.caps.pages
                                 : static_cast<std::uint32_t>((layout.page_count * 3 + 3) / 4);
  char* const outbox = reinterpret_cast<char*>(memory_ + layout.outbox_offset);
  const std::size_t answer_bytes = layout.outbox_bytes / 8 < 1024 ? layout.outbox_bytes / 8 : 1024;
  instance->body_memory = {outbox, layout.outbox_bytes - answer_bytes};
  instance->answer_memory = {outbox + instance->body_memory.size(), answer_bytes};
  instance->resource_memory = {reinterpret_cast<char*>(memory_ + layout.resource_offset),
                               layout.resource_bytes};
  instance->environment.read(instance->body_memory, recorder.diagnostics);
  if (instance->environment.sdk_disabled()) {
    return false;
  }
  instance_ = instance;
  attach_hooks();
  return true;
}

// --- before the response: context, sample, record ----------------------------------------------

void Telemetry::extract_traceparent(Extraction& extraction, std::string_view line) {
  context::Traceparent traceparent;
  ++extraction.lines;
  extraction.valid = extraction.lines == 1 && context::parse_traceparent(line, traceparent);
  extraction.context = {traceparent.trace_id, traceparent.parent_id, traceparent.flags, true, {}};
}

RemoteParent Telemetry::begin_extraction(const Extraction& extraction) {
  RemoteParent parent;
  Instance* instance = first_use();
  if (extraction.valid) {
    parent.context_ = extraction.context;
  } else if (extraction.lines != 0 && instance != nullptr) {
    instance->recorder.diagnostics.notice(Diagnostic::TraceparentInvalid);
  }
  return parent;
}

// The page of a trace that is being extracted holds, behind the head of the trace, the text and the
// collector that fills it; both give way to records once the span has started.
struct TracestatePage {
  char text[context::kTracestateCapacity];
  context::TracestateCollector collector{text};
};

static TracestatePage& tracestate_page(LocalTrace& trace) {
  static_assert(sizeof(LocalTrace) + sizeof(TracestatePage) <= kPageBytes);
  return *reinterpret_cast<TracestatePage*>(&trace + 1);
}

// Take a page for the parent's trace state.
bool Telemetry::hold_page(RemoteParent& parent) {
  Recorder& recorder = instance_->recorder;
  LocalTrace* trace = record::begin_trace(recorder.pages);
  if (trace == nullptr) {
    recorder.diagnostics.notice(Diagnostic::TracestateTruncated);
    return false;
  }
  new (&tracestate_page(*trace)) TracestatePage;
  parent.recorder_ = &recorder;
  parent.page_ = trace->first_page;
  parent.generation_ = recorder.pages.generation(trace->first_page);
  return true;
}

void Telemetry::extract_tracestate(RemoteParent& parent, std::string_view line) {
  if (instance_ == nullptr || (parent.page_ == RemoteParent::kNoPage && !hold_page(parent))) {
    return;
  }
  tracestate_page(*parent.recorder_->trace(parent.page_)).collector.add_line(line);
}

void Telemetry::finish_extraction(RemoteParent& parent) {
  if (parent.page_ == RemoteParent::kNoPage) {
    return;
  }
  Recorder& recorder = *parent.recorder_;
  LocalTrace& trace = *recorder.trace(parent.page_);
  const TracestatePage& page = tracestate_page(trace);
  if (page.collector.discarded()) {
    recorder.diagnostics.notice(Diagnostic::TracestateDiscarded);
  }
  if (page.collector.truncated()) {
    recorder.diagnostics.notice(Diagnostic::TracestateTruncated);
  }
  trace.trace_state = {record::offset_of(recorder, page.text),
                       static_cast<std::uint32_t>(page.collector.text().size())};
  trace.used += trace.trace_state.length;
  parent.context_.trace_state = recorder.text(trace.trace_state);
}

RemoteParent::RemoteParent(RemoteParent&& other) noexcept {
  *this = static_cast<RemoteParent&&>(other);
}

RemoteParent& RemoteParent::operator=(RemoteParent&& other) noexcept {
  if (this != &other) {
    release();
    context_ = other.context_;
    recorder_ = other.recorder_;
    page_ = other.page_;
    generation_ = other.generation_;
    other.page_ = kNoPage;
    other.context_ = {};
  }
  return *this;
}

void RemoteParent::release() {
  if (page_ != kNoPage && recorder_->pages.generation(page_) == generation_) {
    record::release_trace(recorder_->pages, *recorder_->trace(page_));
  }
  page_ = kNoPage;
}

// The local trace of a new root: the page of the extracted parent, or a fresh one.
LocalTrace* Telemetry::begin_local_trace(RemoteParent& parent, const SamplingResult& sampling) {
  Recorder& recorder = instance_->recorder;
  const std::string_view inherited =  // an invalid parent has nothing to pass on
      parent.context_.is_valid() ? parent.context_.trace_state : std::string_view();
  const std::string_view trace_state = sampling.sets_trace_state ? sampling.trace_state : inherited;
  const bool is_held = parent.page_ != RemoteParent::kNoPage && !sampling.sets_trace_state &&
                       parent.recorder_ == &recorder;  // else the page is another Telemetry's
  if (!is_held) {
    if (trace_state.empty()) {
      return record::begin_trace(recorder.pages);
    }
    RemoteParent copy;
    extract_tracestate(copy, trace_state);
    finish_extraction(copy);
    parent = static_cast<RemoteParent&&>(copy);
  }
  LocalTrace* trace =
      parent.page_ == RemoteParent::kNoPage ? nullptr : recorder.trace(parent.page_);
  parent.page_ = RemoteParent::kNoPage;
  return trace;
}

// A disabled SDK records nothing and carries the caller's context on as it came.
Span Telemetry::carry_on(const RemoteParent& parent) {
  ++disabled_spans_;
  Span span;
  span.trace_id_ = parent.context_.trace_id;
  span.span_id_ = parent.context_.span_id;
  span.trace_flags_ = parent.context_.trace_flags;
  span.state_ = Span::State::EndedUnsampled;
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
  if (first_use() == nullptr) {
    return carry_on(options.parent);
  }
  Recorder& recorder = instance_->recorder;
  const SpanContext parent = options.parent.context_;
  std::uint64_t id_state = 0;
  Span root = identity_of_root(parent, id_state);
  if (recorder.shut_down) {
    recorder.spans.refused(DropReason::Shutdown);
    root.hold(nullptr);
    return root;
  }
  const SamplingResult sampling =
      config_.sampler.ask({.trace_id = root.trace_id_,
                           .parent = parent.is_valid() ? &parent : nullptr,
                           .name = name,
                           .kind = options.kind,
                           .attributes = attributes,
                           .links = options.links});
  LocalTrace* trace = begin_local_trace(options.parent, sampling);
  if (trace != nullptr) {
    trace->id = root.trace_id_;
    trace->id_state = id_state;
  }
  if (sampling.decision == Decision::Drop) {
    root.hold_unsampled(trace);
    return root;
  }
  const bool sampled = sampling.decision == Decision::RecordAndSample;
  root.trace_flags_ |= sampled ? kSampledFlag : std::uint8_t{0};
  if (trace == nullptr) {
    recorder.spans.refused(DropReason::NoMemory);
    root.hold(nullptr);
    return root;
  }
  trace->flags = root.trace_flags_;
  trace->recorded = true;
  trace->exported = sampled;
  const record::SpanStart start{.name = name,
                                .kind = options.kind,
                                .id = root.span_id_,
                                .parent_id = parent.is_valid() ? parent.span_id : SpanId{},
                                .parent_is_remote = parent.is_valid(),
                                .scope = options.scope != nullptr ? options.scope : &kDefaultScope,
                                .links = options.links,
                                .start_unix_nano = options.start_unix_nano};
  root.hold(start_root(*trace, start, attributes, sampling.attributes));
  return root;
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

bool Span::write_traceparent(std::span<char, 55> out) const {
  const SpanContext context{trace_id_, span_id_, trace_flags_, false, {}};
  if (!context.is_valid()) {
    return false;
  }
  context::write_traceparent(context, out);
  return true;
}

}  // namespace afterglow
