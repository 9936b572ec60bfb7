#include "encode/otlp_traces.h"

#include "encode/otlp_values.h"

namespace afterglow::encode {
namespace {

constexpr ScopedDocument::Words kWords{R"({"resourceSpans":[{"resource":)", R"(,"scopeSpans":[)",
                                       "spans"};

// OTLP's flags: the W3C byte, "it is known whether the parent is remote", "the parent is remote".
std::uint32_t otlp_flags(std::uint8_t trace_flags, bool is_remote) {
  constexpr std::uint32_t kHasIsRemote = 0x100;
  constexpr std::uint32_t kIsRemote = 0x200;
  return trace_flags | kHasIsRemote | (is_remote ? kIsRemote : 0U);
}

}  // namespace

TracesDocument::TracesDocument(JsonWriter& out, const record::Recorder& recorder,
                               std::string_view resource)
    : out_(out), recorder_(recorder), document_(out, kWords, resource) {}

bool TracesDocument::add(const record::SpanRecord& span) {
  return document_.add(span.scope, [&] { write_span(span); });
}

void TracesDocument::write_span(const record::SpanRecord& span) {
  const record::LocalTrace& trace = *recorder_.trace(span.trace);
  out_.raw(R"({"traceId":)").hex(trace.id.bytes).raw(R"(,"spanId":)").hex(span.id.bytes);
  if (trace.trace_state.length != 0) {
    out_.raw(R"(,"traceState":)").string(recorder_.text(trace.trace_state));
  }
  if (span.parent_id.is_valid()) {
    out_.raw(R"(,"parentSpanId":)").hex(span.parent_id.bytes);
  }
  out_.raw(R"(,"flags":)").number(otlp_flags(trace.flags, span.parent_is_remote));
  out_.raw(R"(,"name":)").string(recorder_.text(span.name));
  out_.raw(R"(,"kind":)").number(static_cast<std::uint64_t>(span.kind));
  write_times(span);
  write_attributes(out_, recorder_, span.attributes);
  write_events(span.events);
  write_links(span.links);
  write_status(span);
  out_.raw("}");
}

void TracesDocument::write_times(const record::SpanRecord& span) {
  out_.raw(R"(,"startTimeUnixNano":)").quoted(span.start_unix_nano);
  out_.raw(R"(,"endTimeUnixNano":)").quoted(span.end_unix_nano);
}

void TracesDocument::write_events(const record::List& events) {
  for (record::Offset offset = events.first; offset != 0;) {
    const auto& event = *recorder_.at<record::EventRecord>(offset);
    out_.raw(offset == events.first ? R"(,"events":[)" : ",");
    out_.raw(R"({"timeUnixNano":)").quoted(event.unix_nano);
    out_.raw(R"(,"name":)").string(recorder_.text(event.name));
    write_attributes(out_, recorder_, event.attributes);
    out_.raw("}");
    offset = event.next;
  }
  out_.raw(events.count != 0 ? "]" : "");
  if (events.dropped != 0) {
    out_.raw(R"(,"droppedEventsCount":)").number(events.dropped);
  }
}

void TracesDocument::write_links(const record::List& links) {
  for (record::Offset offset = links.first; offset != 0;) {
    const auto& link = *recorder_.at<record::LinkRecord>(offset);
    out_.raw(offset == links.first ? R"(,"links":[)" : ",");
    out_.raw(R"({"traceId":)").hex(link.trace_id.bytes);
    out_.raw(R"(,"spanId":)").hex(link.span_id.bytes);
    if (link.trace_state.length != 0) {
      out_.raw(R"(,"traceState":)").string(recorder_.text(link.trace_state));
    }
    write_attributes(out_, recorder_, link.attributes);
    out_.raw(R"(,"flags":)").number(otlp_flags(link.trace_flags, link.is_remote)).raw("}");
    offset = link.next;
  }
  out_.raw(links.count != 0 ? "]" : "");
  if (links.dropped != 0) {
    out_.raw(R"(,"droppedLinksCount":)").number(links.dropped);
  }
}

void TracesDocument::write_status(const record::SpanRecord& span) {
  if (span.status == StatusCode::Unset) {
    return;
  }
  out_.raw(R"(,"status":{"code":)").number(static_cast<std::uint64_t>(span.status));
  if (span.status_message.length != 0) {
    out_.raw(R"(,"message":)").string(recorder_.text(span.status_message));
  }
  out_.raw("}");
}

}  // namespace afterglow::encode
