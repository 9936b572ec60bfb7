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
  out_.put(R"({"traceId":")", Hex(trace.id.bytes), R"(","spanId":")", Hex(span.id.bytes), '"');
  if (trace.trace_state.length != 0) {
    out_.put(R"(,"traceState":)").string(recorder_.text(trace.trace_state));
  }
  if (span.parent_id.is_valid()) {
    out_.put(R"(,"parentSpanId":")", Hex(span.parent_id.bytes), '"');
  }
  out_.put(R"(,"flags":)", Decimal(otlp_flags(trace.flags, span.parent_is_remote)), R"(,"name":)");
  out_.string(recorder_.text(span.name));
  out_.put(R"(,"kind":)", Decimal(static_cast<std::uint64_t>(span.kind)),
           R"(,"startTimeUnixNano":")", Decimal(span.start_unix_nano), R"(","endTimeUnixNano":")",
           Decimal(span.end_unix_nano), '"');
  write_attributes(out_, recorder_, span.attributes);
  write_events(span.events);
  write_links(span.links);
  write_status(span);
  out_.put('}');
}

void TracesDocument::write_events(const record::List& events) {
  if (events.count != 0) {
    out_.put(R"(,"events":)");
    char before = '[';
    for (record::Offset offset = events.first; offset != 0; before = ',') {
      const auto& event = *recorder_.at<record::EventRecord>(offset);
      out_.put(before, R"({"timeUnixNano":")", Decimal(event.unix_nano), R"(","name":)");
      out_.string(recorder_.text(event.name));
      write_attributes(out_, recorder_, event.attributes);
      out_.put('}');
      offset = event.next;
    }
    out_.put(']');
  }
  if (events.dropped != 0) {
    out_.put(R"(,"droppedEventsCount":)", Decimal(events.dropped));
  }
}

void TracesDocument::write_links(const record::List& links) {
  if (links.count != 0) {
    out_.put(R"(,"links":)");
    char before = '[';
    for (record::Offset offset = links.first; offset != 0; before = ',') {
      const auto& link = *recorder_.at<record::LinkRecord>(offset);
      out_.put(before, R"({"traceId":")", Hex(link.trace_id.bytes), R"(","spanId":")",
               Hex(link.span_id.bytes), '"');
      if (link.trace_state.length != 0) {
        out_.put(R"(,"traceState":)").string(recorder_.text(link.trace_state));
      }
      write_attributes(out_, recorder_, link.attributes);
      out_.put(R"(,"flags":)", Decimal(otlp_flags(link.trace_flags, link.is_remote)), '}');
      offset = link.next;
    }
    out_.put(']');
  }
  if (links.dropped != 0) {
    out_.put(R"(,"droppedLinksCount":)", Decimal(links.dropped));
  }
}

void TracesDocument::write_status(const record::SpanRecord& span) {
  if (span.status == StatusCode::Unset) {
    return;
  }
  out_.put(R"(,"status":{"code":)", Decimal(static_cast<std::uint64_t>(span.status)));
  if (span.status_message.length != 0) {
    out_.put(R"(,"message":)").string(recorder_.text(span.status_message));
  }
  out_.put('}');
}

}  // namespace afterglow::encode
