#include "record/span_data.h"

#include <afterglow/span.h>

#include "base/copy.h"
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

// An event with its name, in no list yet; null without memory.
EventRecord* make_event(Recorder& recorder, LocalTrace& trace, std::string_view name) {
  const RecordWithText made =
      append_with_text(recorder.pages, trace, recorder.max_trace_pages, sizeof(EventRecord), name);
  if (made.offset == 0) {
    return nullptr;
  }
  auto* event = recorder.at<EventRecord>(made.offset);
  base::clear(*event);
  event->name = made.text;
  return event;
}

}  // namespace

void add_event(Recorder& recorder, SpanRecord& span, std::string_view name, std::uint64_t unix_nano,
               Attributes own_attributes, Attributes attributes) {
  LocalTrace& trace = *recorder.trace(span.trace);
  EventRecord* event =
      span.events.count < recorder.limits.event_count ? make_event(recorder, trace, name) : nullptr;
  if (event == nullptr) {
    ++span.events.dropped;
    return;
  }
  event->unix_nano = unix_nano != 0 ? unix_nano : now_unix_nano(trace);
  append_to_list(recorder.pages, span.events, offset_of(recorder, event));
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

namespace afterglow {

using record::SpanRecord;

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

}  // namespace afterglow
