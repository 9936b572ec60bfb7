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

// Named, so that no view of a name is made for each call.
constexpr std::string_view kTraceparent = "traceparent";
constexpr std::string_view kXTraceparent = "x-traceparent";
constexpr std::string_view kTracestate = "tracestate";
constexpr std::string_view kBaggage = "baggage";

// What else the headers said, besides the contexts that are in the parent already.
struct Telemetry::Caller {
  bool has_trace_state = false;  // the context came with Trace Context
  bool has_baggage = false;      // it may have some
  bool debug = false;            // the context came with B3's debug flag
};

RemoteParent Telemetry::extract_from(const IncomingHeaders& headers, const IncomingTrust& trust) {
  RemoteParent parent;
  first_use();
  Caller caller;
  find_caller(headers, parent, caller);
  if (trust.decide != nullptr) {
    distrust(parent, trust.decide(trust.context, headers, parent.context_), caller);
  }
  if (instance_ == nullptr) {
    return parent;
  }
  if (caller.has_trace_state) {
    keep_trace_state(parent, headers);
  }
  if (caller.has_baggage) {
    keep_baggage(parent, headers);
  }
  if (LocalTrace* trace = caller.debug ? hold_page(parent) : nullptr; trace != nullptr) {
    trace->debug = true;
  }
  return parent;
}

// What is not believed goes: all of it, or all but a link to the caller.
void Telemetry::distrust(RemoteParent& parent, Trust verdict, Caller& caller) {
  if (verdict == Trust::Continue) {
    return;
  }
  const bool links = verdict == Trust::RestartAndLink;
  parent.linked_ = parent.context_;
  parent.context_ = {};
  if (!links) {
    parent.linked_ = {};
  }
  parent.trusted_ = false;
  caller = {.has_trace_state = links && caller.has_trace_state};
}

// The formats are asked in their order; a later one that finds a context wins.
void Telemetry::find_caller(const IncomingHeaders& headers, RemoteParent& parent, Caller& caller) {
  const Propagators& propagators =
      instance_ == nullptr ? config_.propagators : instance_->recorder.propagation.propagators;
  bool asked_b3 = false;  // both of its forms are read by either propagator
  for (const Propagator propagator : propagators) {
    if (propagator == Propagator::TraceContext) {
      find_trace_context(headers, parent, caller);
    } else if (propagator == Propagator::Baggage) {
      caller.has_baggage = true;
    } else if (!asked_b3) {
      asked_b3 = true;
      find_b3(headers, *propagators.b3(), parent, caller);
    }
  }
}

void Telemetry::find_trace_context(const IncomingHeaders& headers, RemoteParent& parent,
                                   Caller& caller) {
  bool found = read_traceparent(headers, kTraceparent, parent.context_);
  if (config_.x_traceparent != XTraceparent::Off) {
    found = find_x_traceparent(headers, parent, found);
  }
  if (found) {
    caller.has_trace_state = true;
    caller.debug = false;
  }
}

// The copy beside `traceparent`, which was `found` or not: one of them wins, the other is linked
// unless it says the same.
bool Telemetry::find_x_traceparent(const IncomingHeaders& headers, RemoteParent& parent,
                                   bool found) {
  SpanContext copy;
  if (!read_traceparent(headers, kXTraceparent, copy)) {
    return found;
  }
  SpanContext& winner = parent.context_;
  const bool differ = winner.trace_id != copy.trace_id || winner.span_id != copy.span_id;
  if (!found || config_.x_traceparent == XTraceparent::PreferOnExtract) {
    const SpanContext loser = winner;
    winner = copy;
    copy = loser;
  }
  if (found && differ) {
    parent.linked_ = copy;
  }
  return true;
}

// False, and `out` as it was, without one. Two lines are not one value: neither of them is trusted.
bool Telemetry::read_traceparent(const IncomingHeaders& headers, const std::string_view& name,
                                 SpanContext& out) {
  context::Traceparent traceparent;
  std::int32_t lines = 0;
  bool valid = false;
  headers.for_each(name, [&](std::string_view line) {
    valid = ++lines == 1 && context::parse_traceparent(line, traceparent);
  });
  if (valid) {
    out.trace_id = traceparent.trace_id;
    out.span_id = traceparent.parent_id;
    out.trace_flags = traceparent.flags;
    out.is_remote = true;
  } else if (lines != 0 && instance_ != nullptr) {
    const auto kind =
        lines == 1 ? Diagnostic::TraceparentInvalid : Diagnostic::TraceparentDuplicated;
    instance_->recorder.diagnostics.notice(kind, lines);
  }
  return valid;
}

void Telemetry::find_b3(const IncomingHeaders& headers, const detail::B3Format& format,
                        RemoteParent& parent, Caller& caller) {
  context::B3 b3;
  bool has_invalid = false;
  if (format.read(headers, b3, has_invalid)) {
    const std::uint8_t flags = b3.sampled || b3.debug ? kSampledFlag : std::uint8_t{0};
    parent.context_ = {b3.trace_id, b3.span_id, flags, true, {}};
    parent.linked_ = {};
    caller.has_trace_state = false;
    caller.debug = b3.debug;
  }
  if (has_invalid && instance_ != nullptr) {
    instance_->recorder.diagnostics.notice(Diagnostic::B3Invalid);
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
  bool any = false;
  headers.for_each(kTracestate, [&](std::string_view line) {
    if (!any) {
      any = true;
      LocalTrace* const trace = hold_page(parent);
      page = trace == nullptr ? nullptr : new (trace + 1) TracestatePage;
    }
    if (page != nullptr) {
      page->collector.add_line(line);
    }
  });
  if (!any) {
    return;
  }
  Recorder& recorder = instance_->recorder;
  if (page == nullptr || page->collector.truncated()) {
    recorder.diagnostics.notice(Diagnostic::TracestateTruncated);
  }
  if (page == nullptr) {
    return;
  }
  if (page->collector.discarded()) {
    recorder.diagnostics.notice(Diagnostic::TracestateDiscarded);
  }
  LocalTrace& trace = *recorder.trace(parent.page_);
  const std::string_view text = page->collector.text();
  const record::StoredText stored{record::offset_of(recorder, page->text),
                                  static_cast<std::uint32_t>(text.size())};
  trace.free += stored.length;
  if (parent.trusted_) {
    trace.trace_state = stored;
    parent.context_.trace_state = text;
  } else {
    parent.linked_.trace_state = text;
  }
}

// Collected in the scratch memory, then copied into the trace at its size.
void Telemetry::keep_baggage(RemoteParent& parent, const IncomingHeaders& headers) {
  Recorder& recorder = instance_->recorder;
  context::BaggageCollector collector(recorder.scratch);
  std::size_t read = 0;
  headers.for_each(kBaggage, [&](std::string_view line) {
    collector.add_line(line);
    read += line.size();
  });
  if (read == 0) {
    return;
  }
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
