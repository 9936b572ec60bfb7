#pragma once

// How log records lie in the pages, and which of them a flush takes. Records of a span are in its
// local trace; the others in a trace without spans, which exists from the first of them to the
// flush that takes the last.

#include <afterglow/log.h>

#include <cstdint>

#include "record/scoped_selection.h"

namespace afterglow::record {

struct LogRecord {
  Offset next;
  PageIndex trace;
  Severity severity;
  SpanState state;  // Ended, Taken or Closed
  std::uint8_t trace_flags;
  TraceId trace_id;  // invalid: no span
  SpanId span_id;
  const Scope* scope;
  std::uint64_t unix_nano;
  std::uint64_t observed_unix_nano;
  StoredText severity_text;
  StoredText event_name;
  StoredValue body;
  List attributes;
};

static_assert(std::is_trivially_copyable_v<LogRecord>);

/// What a record starts with.
struct LogStart {
  Severity severity = Severity::Unspecified;
  const Value& body;
  Attributes attributes;
  const LogOptions& options;
  SpanContext span = {};  // invalid: none
  const Scope* scope = &kDefaultScope;
  std::uint64_t now_unix_nano = 0;
  std::uint32_t left_out = 0;  // attributes that did not even come this far
};

/// Copy a record into `trace`, or, where that is null, into the trace without spans, and add it to
/// the books. False, counted, when it does not fit.
bool add_log(Recorder& recorder, LocalTrace* trace, const LogStart& start);

/// Drop a waiting record of `trace`, which stays.
void drop_log(Recorder& recorder, LocalTrace& trace, LogRecord& record, DropReason reason);

/// Drop the waiting records of `trace` that `is_kept(const LogRecord&)` does not want.
template <class IsKept>
void keep_logs_if(Recorder& recorder, LocalTrace& trace, DropReason reason, IsKept is_kept) {
  for (Offset offset = trace.logs.first; offset != 0;) {
    auto& record = *recorder.at<LogRecord>(offset);
    offset = record.next;
    if (record.state == SpanState::Ended && !is_kept(record)) {
      drop_log(recorder, trace, record, reason);
    }
  }
}

/// Records leave as soon as nothing is left to decide about their local trace.
struct WaitingLogs {
  using Item = LogRecord;
  static Offset first(const LocalTrace& trace) { return trace.logs.first; }
  static std::uint32_t& waiting(LocalTrace& trace) { return trace.waiting_logs; }
  static bool may_leave(const LocalTrace& trace) { return !trace.undecided; }
};
using LogSelection = ScopedSelection<WaitingLogs>;

}  // namespace afterglow::record
