// Where the rooms meet at the way out: the headers of requests and responses, and the baggage that
// goes with them.

#include <afterglow/span.h>

#include <cstring>

#include "base/wipe.h"
#include "context/baggage.h"
#include "context/domain.h"
#include "context/traceparent.h"
#include "record/recorder.h"
#include "telemetry_b3.h"

namespace afterglow {

using record::LocalTrace;

// --- headers out --------------------------------------------------------------------------------

namespace {

// Named, so that no view of a name is made for each call.
constexpr std::string_view kTraceparent = "traceparent";
constexpr std::string_view kXTraceparent = "x-traceparent";
constexpr std::string_view kTracestate = "tracestate";
constexpr std::string_view kBaggage = "baggage";

void write_trace_context(const SpanContext& context, XTraceparent copy,
                         const host::PairVisitor& set) {
  char text[context::kTraceparentLength];
  context::write_traceparent(context, text);
  const std::string_view traceparent(text, sizeof text);
  set(kTraceparent, traceparent);
  if (copy != XTraceparent::Off) {
    set(kXTraceparent, traceparent);
  }
  if (!context.trace_state.empty()) {
    set(kTracestate, context.trace_state);
  }
}

}  // namespace

void Span::write_headers(const host::PairVisitor& set, std::string_view host) const {
  constexpr record::Propagation kWithoutMemory{.propagators = {Propagator::TraceContext}};
  const record::Propagation& propagation =
      recorder_ == nullptr ? kWithoutMemory : recorder_->propagation;
  const OutgoingTrust& trust = propagation.outgoing;
  if (trust.allow != nullptr && !trust.allow(trust.context, host)) {
    return;
  }
  const SpanContext own = context();
  const LocalTrace* trace = local_trace();
  const bool debug = trace != nullptr && trace->debug && own.is_sampled();
  for (const Propagator propagator : propagation.propagators) {
    if (propagator == Propagator::Baggage) {
      if (trace != nullptr && trace->baggage.length != 0) {
        set(kBaggage, recorder_->text(trace->baggage));
      }
    } else if (!own.is_valid()) {
      continue;
    } else if (propagator == Propagator::TraceContext) {
      write_trace_context(own, propagation.x_traceparent, set);
    } else {
      propagation.propagators.b3()->write(own, debug, propagator == Propagator::B3Multi, set);
    }
  }
}

void Span::write_response_headers(const host::PairVisitor& set) const {
  const LocalTrace* trace = local_trace();
  const SpanContext own = identity();
  if (trace == nullptr || !trace->caller_is_trusted || !own.is_valid()) {
    return;
  }
  constexpr std::string_view kTiming = "trace;desc=";
  char text[kTiming.size() + context::kTraceparentLength];
  std::memcpy(text, kTiming.data(), kTiming.size());
  const std::span<char, context::kTraceparentLength> traceparent =
      std::span(text).subspan<kTiming.size(), context::kTraceparentLength>();
  context::write_traceparent(own, traceparent);
  const ResponseHeaders wanted = recorder_->propagation.response_headers;
  if (wanted == ResponseHeaders::TraceResponse || wanted == ResponseHeaders::Both) {
    set("traceresponse", {traceparent.data(), traceparent.size()});
  }
  if (wanted == ResponseHeaders::ServerTiming || wanted == ResponseHeaders::Both) {
    set("server-timing", {text, sizeof text});
  }
}

// --- baggage ------------------------------------------------------------------------------------

// Edited in the scratch memory, so that what does not fit changes nothing.
Span& Span::set_baggage(std::string_view key, std::string_view value, std::string_view properties) {
  LocalTrace* trace = local_trace();
  if (trace == nullptr) {
    return *this;
  }
  const std::span<char> scratch = recorder_->scratch;
  const std::string_view before = recorder_->text(trace->baggage);
  std::memcpy(scratch.data(), before.data(), before.size());
  std::size_t length = context::remove_member(scratch, before.size(), key);
  length = context::append_member(scratch, length, key, value, properties);
  if (length == 0) {
    recorder_->diagnostics.notice(Diagnostic::BaggageInvalid, 1);
  } else if (!record::set_baggage(*recorder_, *trace, {scratch.data(), length})) {
    recorder_->diagnostics.notice(Diagnostic::BaggageTruncated, 1);
  }
  base::wipe(scratch.data(), scratch.size() < context::kBaggageCapacity
                                 ? scratch.size()
                                 : context::kBaggageCapacity);
  return *this;
}

Span& Span::remove_baggage(std::string_view key) {
  if (LocalTrace* trace = local_trace(); trace != nullptr && trace->baggage.length != 0) {
    auto* text = reinterpret_cast<char*>(recorder_->pages.at(trace->baggage.offset));
    trace->baggage.length = static_cast<std::uint32_t>(
        context::remove_member({text, trace->baggage.length}, trace->baggage.length, key));
  }
  return *this;
}

std::size_t Span::baggage(std::string_view key, std::span<char> out) const {
  context::BaggageMember member;
  return context::find_member(baggage_header(), key, member)
             ? context::decode_value(member.value, out)
             : 0;
}

std::string_view Span::baggage_header() const {
  const LocalTrace* trace = local_trace();
  return trace == nullptr ? std::string_view() : recorder_->text(trace->baggage);
}

// --- whom to tell -------------------------------------------------------------------------------

bool OwnDomains::covers(std::string_view host) const {
  for (const std::string_view domain : domains_) {
    if (context::is_host_in_domain(host, domain)) {
      return true;
    }
  }
  return false;
}

}  // namespace afterglow
