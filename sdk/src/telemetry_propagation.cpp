// Where the rooms meet at the edges of a request: headers in, headers out, and the baggage between
// them. What the headers mean is decided in `context`, what a trace keeps of them in `record`.

#include <cstring>
#include <new>

#include "context/b3.h"
#include "context/baggage.h"
#include "context/domain.h"
#include "context/ot_state.h"
#include "context/traceparent.h"
#include "context/tracestate.h"
#include "record/attribute_list.h"
#include "record/trace_memory.h"
#include "telemetry_instance.h"

namespace afterglow {

using record::LocalTrace;
using record::Recorder;

// --- headers in ---------------------------------------------------------------------------------

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
      find_b3(headers, caller);
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

void Telemetry::find_b3(const IncomingHeaders& headers, Caller& caller) {
  context::B3 b3;
  auto outcome = context::B3Outcome::Absent;
  std::uint32_t lines = 0;
  bool invalid = false;
  headers.for_each("b3", [&](std::string_view line) {
    outcome = ++lines == 1 ? context::parse_b3_single(line, b3) : context::B3Outcome::Invalid;
    invalid = invalid || outcome == context::B3Outcome::Invalid;
  });
  if (outcome != context::B3Outcome::Valid) {
    context::B3Multi several;
    headers.for_each("x-b3-traceid", [&](std::string_view line) { several.trace_id(line); });
    headers.for_each("x-b3-spanid", [&](std::string_view line) { several.span_id(line); });
    headers.for_each("x-b3-sampled", [&](std::string_view line) { several.sampled(line); });
    headers.for_each("x-b3-flags", [&](std::string_view line) { several.flags(line); });
    outcome = several.outcome(b3);
    invalid = invalid || outcome == context::B3Outcome::Invalid;
  }
  if (invalid && instance_ != nullptr) {
    instance_->recorder.diagnostics.notice(Diagnostic::B3Invalid);
  }
  if (outcome == context::B3Outcome::Valid) {
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
  headers.for_each("baggage", [&](std::string_view line) { collector.add_line(line); });
  if (collector.invalid() != 0) {
    recorder.diagnostics.notice(Diagnostic::BaggageInvalid,
                                static_cast<std::int32_t>(collector.invalid()));
  }
  bool whole = collector.dropped() == 0;
  if (!collector.text().empty()) {
    LocalTrace* trace = hold_page(parent);
    whole = trace != nullptr && record::set_baggage(recorder, *trace, collector.text()) && whole;
  }
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

// --- from the headers into the trace ------------------------------------------------------------

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
                          recorder.limits.attribute_count);
  }
}

// --- headers out --------------------------------------------------------------------------------

namespace {

void write_b3_several(const SpanContext& context, bool debug, host::PairVisitor set) {
  char trace_id[32];
  char span_id[16];
  context.trace_id.to_hex(trace_id);
  context.span_id.to_hex(span_id);
  set("x-b3-traceid", {trace_id, sizeof trace_id});
  set("x-b3-spanid", {span_id, sizeof span_id});
  if (debug) {
    set("x-b3-flags", "1");
  } else {
    set("x-b3-sampled", context.is_sampled() ? "1" : "0");
  }
}

void write_trace_context(const SpanContext& context, XTraceparent copy, host::PairVisitor set) {
  char text[context::kTraceparentLength];
  context::write_traceparent(context, text);
  const std::string_view traceparent(text, sizeof text);
  set("traceparent", traceparent);
  if (copy != XTraceparent::Off) {
    set("x-traceparent", traceparent);
  }
  if (!context.trace_state.empty()) {
    set("tracestate", context.trace_state);
  }
}

}  // namespace

void Span::write_headers(host::PairVisitor set, std::string_view host) const {
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
        set("baggage", recorder_->text(trace->baggage));
      }
    } else if (!own.is_valid()) {
      continue;
    } else if (propagator == Propagator::TraceContext) {
      write_trace_context(own, propagation.x_traceparent, set);
    } else if (propagator == Propagator::B3) {
      char text[context::kB3SingleLength];
      context::write_b3_single(own, debug, text);
      set("b3", {text, sizeof text});
    } else {
      write_b3_several(own, debug, set);
    }
  }
}

void Span::write_response_headers(host::PairVisitor set) const {
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
