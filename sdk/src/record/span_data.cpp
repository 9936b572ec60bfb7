#include "record/span_data.h"

#include "record/attribute_list.h"
#include "record/redacted_text.h"
#include "record/trace_memory.h"

namespace afterglow::record {
namespace {

using CopyText = StoredText(Recorder& recorder, Append& append, std::string_view text);

// Replaces a text of the span; the old one stays when the new one does not fit.
void set_text(Recorder& recorder, SpanRecord& span, StoredText& text, std::string_view value,
              CopyText* copy) {
  Append append(recorder.pages, *recorder.trace(span.trace), recorder.max_trace_pages);
  const StoredText copied = copy(recorder, append, value);
  if (append.failed()) {
    recorder.diagnostics.notice(Diagnostic::TextDropped);
    return;
  }
  append.commit();
  text = copied;
}

}  // namespace

void add_event(Recorder& recorder, SpanRecord& span, std::string_view name, std::uint64_t unix_nano,
               Attributes own_attributes, Attributes attributes) {
  if (span.events.count >= recorder.limits.event_count) {
    ++span.events.dropped;
    return;
  }
  LocalTrace& trace = *recorder.trace(span.trace);
  Offset offset = 0;
  EventRecord* event = nullptr;
  {
    Append append(recorder.pages, trace, recorder.max_trace_pages);
    event = append.make<EventRecord>(offset);
    const StoredText copied = append.copy(name);
    if (append.failed()) {
      ++span.events.dropped;
      return;
    }
    append.commit();
    *event = {};
    event->name = copied;
  }
  event->unix_nano = unix_nano != 0 ? unix_nano : now_unix_nano(trace);
  append_to_list(recorder.pages, span.events, offset);
  const std::uint32_t limit = recorder.limits.attribute_per_event_count;
  set_attributes(recorder, trace, event->attributes, own_attributes, limit);
  set_attributes(recorder, trace, event->attributes, attributes, limit);
}

void set_status(Recorder& recorder, SpanRecord& span, StatusCode code, std::string_view message) {
  if (code == StatusCode::Unset || span.status == StatusCode::Ok) {
    return;
  }
  span.status = code;
  if (code == StatusCode::Ok) {
    span.status_message = {};
  } else {
    set_text(recorder, span, span.status_message, message, &copy_message);
  }
}

void set_name(Recorder& recorder, SpanRecord& span, std::string_view name) {
  set_text(recorder, span, span.name, name,
           [](Recorder& /*recorder*/, Append& append, std::string_view text) {
             return append.copy(text);
           });
}

}  // namespace afterglow::record
