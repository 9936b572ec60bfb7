#include "record/log_records.h"

#include "record/attribute_list.h"
#include "record/trace_memory.h"

namespace afterglow::record {
namespace {

// The trace without spans: found again as long as a record in it waits.
LocalTrace* trace_without_spans(Recorder& recorder) {
  for (PageIndex page = recorder.first_trace; page != kNoPage;) {
    LocalTrace& trace = *recorder.trace(page);
    if (trace.holds_loose_logs) {
      return &trace;
    }
    page = trace.next;
  }
  LocalTrace* trace = begin_trace(recorder.pages);
  if (trace != nullptr) {
    trace->holds_loose_logs = true;
    add_trace(recorder, *trace);
  }
  return trace;
}

LogRecord* make_record(Recorder& recorder, LocalTrace& trace, const LogStart& start, Offset& offset,
                       DropReason& reason) {
  Append append(recorder.pages, trace, recorder.max_trace_pages);
  LogRecord* record = append.make<LogRecord>(offset);
  if (record != nullptr) {
    *record = {};
    record->severity_text = append.copy(start.options.severity_text);
    record->event_name = append.copy(start.options.event_name);
    record->body = copy_body(recorder, append, start.body);
  }
  if (append.failed()) {
    reason = append.hit_cap() ? DropReason::TraceFull : DropReason::NoMemory;
    return nullptr;
  }
  append.commit();
  return record;
}

void fill(LogRecord& record, const LocalTrace& trace, const LogStart& start) {
  record.trace = trace.first_page;
  // What is no number of OTLP's says nothing.
  record.severity = start.severity <= Severity::Fatal4 ? start.severity : Severity::Unspecified;
  record.state = SpanState::Ended;
  record.trace_flags = start.span.trace_flags;
  record.trace_id = start.span.trace_id;
  record.span_id = start.span.span_id;
  record.scope = start.scope;
  record.observed_unix_nano = start.now_unix_nano;
  record.unix_nano = start.options.unix_nano != 0 ? start.options.unix_nano : start.now_unix_nano;
}

}  // namespace

bool add_log(Recorder& recorder, LocalTrace* trace, const LogStart& start) {
  trace = trace != nullptr ? trace : trace_without_spans(recorder);
  DropReason reason = DropReason::NoMemory;
  Offset offset = 0;
  LogRecord* record =
      trace == nullptr ? nullptr : make_record(recorder, *trace, start, offset, reason);
  if (record == nullptr) {
    recorder.logs.refused(reason);
    if (trace != nullptr) {
      release_if_done(recorder, *trace);
    }
    return false;
  }
  fill(*record, *trace, start);
  append_to_list(recorder.pages, trace->logs, offset);
  ++trace->waiting_logs;
  recorder.logs.added();
  record->attributes.dropped = start.left_out;
  const AttributeLimits limits{recorder.log_limits.attribute_count,
                               recorder.log_limits.attribute_value_length};
  for (const Attribute& attribute : start.attributes) {
    set_attribute(recorder, *trace, record->attributes, attribute.key, attribute.value, limits);
  }
  return true;
}

void drop_log(Recorder& recorder, LocalTrace& trace, LogRecord& record, DropReason reason) {
  record.state = SpanState::Closed;
  --trace.waiting_logs;
  recorder.logs.dropped(reason, 1);
}

}  // namespace afterglow::record
