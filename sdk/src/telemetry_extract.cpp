// Where the rooms meet at the entrance of a request: the caller's headers, and how far to believe
// them. What they mean is decided in `context`; a page holds what a span will take over.

#include <new>

#include "base/wipe.h"
#include "context/baggage.h"
#include "context/traceparent.h"
#include "context/tracestate.h"
#include "record/trace_memory.h"
#include "telemetry_b3.h"
#include "telemetry_instance.h"

namespace afterglow {

using record::LocalTrace;
using record::Recorder;

// Who calls, as far as the headers tell.
struct Telemetry::Caller {
  SpanContext context = {};
  SpanContext other = {};        // of traceparent and x-traceparent, the one that lost
  bool has_trace_state = false;  // the context came with Trace Context
  bool debug = false;            // the context came with B3's debug flag
};

RemoteParent Telemetry::extract_from(const IncomingHeaders& headers, const IncomingTrust& trust) {
  RemoteParent parent;
  first_use();
  const Caller caller = find_caller(headers);
  const Trust verdict = trust.decide == nullptr
                            ? Trust::Continue
                            : trust.decide(trust.context, headers, caller.context);
  parent.trusted_ = verdict == Trust::Continue;
  if (verdict != Trust::Continue && verdict != Trust::RestartAndLink) {
    return parent;
  }
  SpanContext& kept = verdict == Trust::Continue ? parent.context_ : parent.linked_;
  kept = caller.context;
  if (caller.has_trace_state) {
    keep_trace_state(parent, headers);
  }
  if (verdict == Trust::Continue) {
    parent.linked_ = caller.other;
    keep_baggage(parent, headers);
    if (LocalTrace* trace = caller.debug ? hold_page(parent) : nullptr; trace != nullptr) {
      trace->debug = true;
    }
  }
  return parent;
}

// The formats are asked in their order; a later one that finds a context wins.
Telemetry::Caller Telemetry::find_caller(const IncomingHeaders& headers) {
  const Propagators& propagators =
      instance_ == nullptr ? config_.propagators : instance_->recorder.propagation.propagators;
  Caller caller;
  bool asked_b3 = false;  // both of its forms are read by either propagator
  for (const Propagator propagator : propagators) {
    if (propagator == Propagator::TraceContext) {
      find_trace_context(headers, caller);
    } else if (propagator != Propagator::Baggage && !asked_b3) {
      asked_b3 = true;
      find_b3(headers, *propagators.b3(), caller);
    }
  }
  return caller;
}

void Telemetry::find_trace_context(const IncomingHeaders& headers, Caller& caller) {
  SpanContext first = read_traceparent(headers, "traceparent");
  SpanContext second;
  if (config_.x_traceparent != XTraceparent::Off) {
    second = read_traceparent(headers, "x-traceparent");
  }
  if (!first.is_valid() ||
      (second.is_valid() && config_.x_traceparent == XTraceparent::PreferOnExtract)) {
    const SpanContext loser = first;
    first = second;
    second = loser;
  }
  if (!first.is_valid()) {
    return;
  }
  const bool agree = first.trace_id == second.trace_id && first.span_id == second.span_id;
  caller = {.context = first, .other = agree ? SpanContext{} : second, .has_trace_state = true};
}

// Two lines are not one value: neither of them is trusted.
SpanContext Telemetry::read_traceparent(const IncomingHeaders& headers, std::string_view name) {
  context::Traceparent traceparent;
  std::int32_t lines = 0;
  bool valid = false;
  headers.for_each(name, [&](std::string_view line) {
    ++lines;
    valid = lines == 1 && context::parse_traceparent(line, traceparent);
  });
  if (lines != 0 && !valid && instance_ != nullptr) {
    const auto kind =
        lines == 1 ? Diagnostic::TraceparentInvalid : Diagnostic::TraceparentDuplicated;
    instance_->recorder.diagnostics.notice(kind, lines);
  }
  return valid
             ? SpanContext{traceparent.trace_id, traceparent.parent_id, traceparent.flags, true, {}}
             : SpanContext{};
}

void Telemetry::find_b3(const IncomingHeaders& headers, const detail::B3Format& format,
                        Caller& caller) {
  context::B3 b3;
  const B3Reading reading = format.read(headers, b3);
  if (reading.is_invalid && instance_ != nullptr) {
    instance_->recorder.diagnostics.notice(Diagnostic::B3Invalid);
  }
  if (reading.is_valid) {
    const std::uint8_t flags = b3.sampled || b3.debug ? kSampledFlag : std::uint8_t{0};
    caller = {.context = {b3.trace_id, b3.span_id, flags, true, {}}, .debug = b3.debug};
  }
}

// The page of a trace that is being extracted holds, behind the head of the trace, the text of the
// trace state and the collector that fills it. The collector gives way to records afterwards.
struct TracestatePage {
  char text[context::kTracestateCapacity];
  context::TracestateCollector collector{text};
};

// The page that holds what the headers said until a span takes it over; null without memory.
LocalTrace* Telemetry::hold_page(RemoteParent& parent) {
  if (instance_ == nullptr) {
    return nullptr;
  }
  Recorder& recorder = instance_->recorder;
  if (parent.page_ != RemoteParent::kNoPage) {
    return recorder.trace(parent.page_);
  }
  LocalTrace* trace = record::begin_trace(recorder.pages);
  if (trace != nullptr) {
    parent.recorder_ = &recorder;
    parent.page_ = trace->first_page;
    parent.generation_ = recorder.pages.generation(trace->first_page);
  }
  return trace;
}

void Telemetry::keep_trace_state(RemoteParent& parent, const IncomingHeaders& headers) {
  static_assert(sizeof(LocalTrace) + sizeof(TracestatePage) <= kPageBytes);
  TracestatePage* page = nullptr;
  bool lost = false;
  headers.for_each("tracestate", [&](std::string_view line) {
    if (page == nullptr && !lost) {
      LocalTrace* trace = hold_page(parent);
      lost = trace == nullptr;
      page = lost ? nullptr : new (trace + 1) TracestatePage;
    }
    if (page != nullptr) {
      page->collector.add_line(line);
    }
  });
  if (instance_ == nullptr || (page == nullptr && !lost)) {
    return;
  }
  Recorder& recorder = instance_->recorder;
  if (lost || page->collector.truncated()) {
    recorder.diagnostics.notice(Diagnostic::TracestateTruncated);
  }
  if (lost) {
    return;
  }
  if (page->collector.discarded()) {
    recorder.diagnostics.notice(Diagnostic::TracestateDiscarded);
  }
  LocalTrace& trace = *recorder.trace(parent.page_);
  const record::StoredText text{record::offset_of(recorder, page->text),
                                static_cast<std::uint32_t>(page->collector.text().size())};
  trace.used += text.length;
  if (parent.context_.is_valid()) {
    trace.trace_state = text;
    parent.context_.trace_state = recorder.text(text);
  } else {
    parent.linked_.trace_state = recorder.text(text);
  }
}

// Collected in the scratch memory, then copied into the trace at its size.
void Telemetry::keep_baggage(RemoteParent& parent, const IncomingHeaders& headers) {
  if (instance_ == nullptr ||
      !instance_->recorder.propagation.propagators.has(Propagator::Baggage)) {
    return;
  }
  Recorder& recorder = instance_->recorder;
  context::BaggageCollector collector(recorder.scratch);
  std::size_t read = 0;
  headers.for_each("baggage", [&](std::string_view line) {
    collector.add_line(line);
    read += line.size();
  });
  if (collector.invalid() != 0) {
    recorder.diagnostics.notice(Diagnostic::BaggageInvalid,
                                static_cast<std::int32_t>(collector.invalid()));
  }
  bool whole = collector.dropped() == 0;
  if (!collector.text().empty()) {
    LocalTrace* trace = hold_page(parent);
    whole = trace != nullptr && record::set_baggage(recorder, *trace, collector.text()) && whole;
  }
  base::wipe(recorder.scratch.data(),
             read < recorder.scratch.size() ? read : recorder.scratch.size());
  if (!whole) {
    recorder.diagnostics.notice(Diagnostic::BaggageTruncated,
                                static_cast<std::int32_t>(collector.dropped()));
  }
}

RemoteParent::RemoteParent(RemoteParent&& other) noexcept {
  *this = static_cast<RemoteParent&&>(other);
}

RemoteParent& RemoteParent::operator=(RemoteParent&& other) noexcept {
  if (this != &other) {
    release();
    context_ = other.context_;
    linked_ = other.linked_;
    recorder_ = other.recorder_;
    page_ = other.page_;
    generation_ = other.generation_;
    trusted_ = other.trusted_;
    other.page_ = kNoPage;
    other.context_ = {};
    other.linked_ = {};
  }
  return *this;
}

void RemoteParent::release() {
  if (page_ != kNoPage && recorder_->pages.generation(page_) == generation_) {
    record::release_trace(recorder_->pages, *recorder_->trace(page_));
  }
  page_ = kNoPage;
}

}  // namespace afterglow
