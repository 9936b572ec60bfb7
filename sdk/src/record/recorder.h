#pragma once

// The recorder: what spans of all local traces share, and the moves a span can make. It knows
// nothing of requests, encoding or sending.

#include <afterglow/config.h>
#include <afterglow/hooks.h>
#include <afterglow/host.h>
#include <afterglow/log.h>

#include <cstdint>
#include <string_view>

#include "base/diagnostics.h"
#include "base/ledger.h"
#include "base/page_pool.h"
#include "record/log_sites.h"
#include "record/records.h"
#include "redact/redactor.h"

namespace afterglow::record {

/// What a span needs to know to write headers.
struct Propagation {
  Propagators propagators = kDefaultPropagators;
  XTraceparent x_traceparent = XTraceparent::Off;
  ResponseHeaders response_headers = ResponseHeaders::None;
  OutgoingTrust outgoing = {};
};

/// Called when the root of a local trace has ended, before its spans may leave.
struct RootEnded {
  void (*call)(void* object, LocalTrace& trace, SpanRecord& root) = nullptr;
  void* object = nullptr;
};

struct Recorder;

/// What is linked only where something is logged.
struct LogWork {
  /// Send all records that wait. Counts the bodies in `requests`.
  void (*send)(void* telemetry, std::uint32_t& requests);
  /// Tail rules have decided about `trace`: drop its records that have to go.
  void (*judge)(Recorder& recorder, LocalTrace& trace, std::uint64_t randomness);
};

struct Recorder {
  base::PagePool pages;
  base::Ledger spans;
  base::Ledger logs;
  base::Diagnostics diagnostics;
  SpanLimits limits;
  LogLimits log_limits;
  const LogConfig* log_config = nullptr;
  LogSites log_sites;
  const LogWork* log_work = nullptr;  // set by the first log record
  redact::Redactor redactor;
  IdGenerator id_generator;
  std::span<const SpanHook> hooks;
  Propagation propagation;
  RootEnded root_ended;
  std::span<char> scratch;  // nobody's between two calls
  std::uint32_t max_trace_pages = 0;
  std::uint32_t max_trace_spans = 0;
  PageIndex first_trace = kNoPage;
  PageIndex last_trace = kNoPage;
  std::uint64_t spare_id_state = 0;              // for spans that have no local trace
  detail::FormatDouble format_double = nullptr;  // set once a double was recorded
  bool shut_down = false;
  bool disabled = false;  // nothing is recorded; contexts are carried on as they came

  template <class T>
  [[nodiscard]] T* at(Offset offset) const {
    return reinterpret_cast<T*>(pages.at(offset));
  }
  [[nodiscard]] LocalTrace* trace(PageIndex first_page) const {
    return at<LocalTrace>(base::PagePool::offset_of(first_page));
  }
  [[nodiscard]] std::string_view text(StoredText text) const {
    return {reinterpret_cast<const char*>(pages.at(text.offset)), text.length};
  }
};

/// What a span starts with.
struct SpanStart {
  std::string_view name;
  SpanKind kind;
  SpanId id;
  SpanId parent_id;
  bool parent_is_remote;
  const Scope* scope;
  std::span<const Link> links;
  std::uint64_t start_unix_nano;  // 0 is now
};

/// Put a started trace at the end of the list of the instance's live traces.
void add_trace(Recorder& recorder, LocalTrace& trace);

/// Take a trace off the list and give its pages back.
[[gnu::noinline]] void release(Recorder& recorder, LocalTrace& trace);

/// The same if nothing in it is open or waits to be sent.
inline void release_if_done(Recorder& recorder, LocalTrace& trace) {
  if (trace.open_spans == 0 && trace.waiting_spans == 0 && trace.waiting_logs == 0) {
    release(recorder, trace);
  }
}

/// Copy `text`, which is not in the pages, as the trace's baggage, in its place where it fits.
/// False, and nothing changed, without memory.
bool set_baggage(Recorder& recorder, LocalTrace& trace, std::string_view text);

/// Copy links to a span; beyond the limit, or without memory, they are counted as dropped.
[[gnu::cold]] void add_links(Recorder& recorder, LocalTrace& trace, SpanRecord& span,
                             std::span<const Link> links);

/// Add a record to a list; each record starts with the offset of the next one.
inline void append_to_list(const base::PagePool& pages, List& list, Offset offset) {
  if (list.last != 0) {
    *reinterpret_cast<Offset*>(pages.at(list.last)) = offset;
  } else {
    list.first = offset;
  }
  list.last = offset;
  ++list.count;
}

/// The time of `trace` now: one monotonic read.
inline std::uint64_t now_unix_nano(const LocalTrace& trace) {
  return host::monotonic_clock() + static_cast<std::uint64_t>(trace.wall_offset);
}
/// The time now where a trace may be null or unrecorded, which know the wall clock only: one read.
std::uint64_t now_unix_nano(const LocalTrace* trace);

/// Start a span of a recorded trace and add it to the books; null, counted, when it does not fit.
SpanRecord* start_span(Recorder& recorder, LocalTrace& trace, const SpanStart& start,
                       Attributes attributes);
[[gnu::cold]] void run_start_hooks(const Recorder& recorder, const SpanRecord& span);

/// End an open span, now (0) or at `unix_nano`, run the end hooks, and release its trace if that
/// was the last of it.
void end_span(Recorder& recorder, SpanRecord& span, std::uint64_t unix_nano);

/// Drop what has ended in a trace that is not to leave.
void drop_ended(Recorder& recorder, LocalTrace& trace, DropReason reason);

/// Whether a span of the trace has status Error.
[[nodiscard]] bool has_error(const Recorder& recorder, const LocalTrace& trace);

/// Where a record lies.
inline Offset offset_of(const Recorder& recorder, const void* record) {
  return static_cast<Offset>(static_cast<const std::byte*>(record) - recorder.pages.at(0));
}

}  // namespace afterglow::record
