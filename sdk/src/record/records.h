#pragma once

// How spans lie in the pages: trivially copyable records that refer to each other by offset, so
// that they mean the same in a copy of the memory.

#include <afterglow/sampler.h>
#include <afterglow/trace_types.h>

#include <cstdint>
#include <type_traits>

#include "base/page_pool.h"

namespace afterglow::record {

using base::kNoPage;
using base::Offset;
using base::PageIndex;

/// Bytes in the pages.
struct StoredText {
  Offset offset = 0;
  std::uint32_t length = 0;
};

/// One value. Strings and bytes point at their bytes; an array at `count` stored values; a map at
/// `2 * count` stored values, keys (strings) and values in turn.
struct StoredValue {
  ValueType type = ValueType::Empty;
  std::uint32_t count = 0;
  union {
    std::int64_t number = 0;  // bool and int
    double real;
    Offset data;
  };
};

/// One attribute in a list. The key is a literal of the program, or text in the pages.
struct AttributeRecord {
  Offset next;
  std::uint16_t key_length;
  bool key_is_stored;
  ValueType type;
  union {
    const char* key_literal;
    Offset key_offset;
  };
  std::uint32_t count;
  union {
    std::int64_t number;
    double real;
    Offset data;
  };
};

/// A singly linked list in order of arrival, with what the limits kept out.
struct List {
  Offset first = 0;
  Offset last = 0;
  std::uint32_t count = 0;
  std::uint32_t dropped = 0;
};

struct EventRecord {
  Offset next;
  StoredText name;
  List attributes;
  std::uint64_t unix_nano;
};

struct LinkRecord {
  Offset next;
  std::uint8_t trace_flags;
  bool is_remote;
  StoredText trace_state;
  List attributes;
  TraceId trace_id;
  SpanId span_id;
};

/// Where a span stands on its way out.
enum class SpanState : std::uint8_t {
  Open,
  Ended,   // waits for a flush
  Taken,   // in the request being built
  Closed,  // encoded, or dropped
};

struct SpanRecord {
  Offset next;  // the next span of the local trace, in order of start
  PageIndex trace;
  SpanKind kind = SpanKind::Internal;
  SpanState state;
  SpanId id;
  SpanId parent_id;
  std::uint64_t start_unix_nano;
  std::uint64_t end_unix_nano;
  const Scope* scope;
  StoredText name;
  StoredText status_message;
  StatusCode status;
  bool parent_is_remote;
  List attributes;
  List events;
  List links;
};

/// What becomes of log records of a trace about which tail rules have decided.
enum class LogFate : std::uint8_t {
  Filtered,  // nothing was decided, or chance kept the trace
  Kept,      // a rule kept the trace
  Dropped,   // the trace was dropped
};

/// A local trace: a root and all below it. Stands at the start of its first page.
struct LocalTrace {
  TraceId id;
  PageIndex first_page;
  PageIndex newest_run;  // chain of page runs, newest first, ending with the first page
  PageIndex previous;    // other local traces of the instance, by first page
  PageIndex next;
  std::uint16_t page_count;
  std::uint8_t flags;
  bool exported;  // records leave with a flush
  bool root_ended;
  bool holds_loose_logs;  // no spans: records that belong to none
  bool undecided;         // tail rules decide when the root ends
  LogFate log_fate;
  Offset free;  // where the next record goes, in the newest run
  Offset run_end;
  std::uint32_t open_spans;
  std::uint32_t waiting_spans;  // ended or taken
  std::uint32_t waiting_logs;
  std::uint32_t span_count;
  Offset first_span;
  Offset last_span;
  List logs;
  StoredText trace_state;
  StoredText baggage;  // as on the wire
  std::uint32_t baggage_capacity;
  bool debug;                // B3's debug flag, which travels on
  bool caller_is_trusted;    // may learn our ids from response headers
  OutcomeHook outcome;       // of the sampler
  std::uint64_t id_state;    // of the generator of span ids
  std::int64_t wall_offset;  // wall clock minus monotonic clock, when the root started
};

static_assert(std::is_trivially_copyable_v<SpanRecord> && std::is_trivially_copyable_v<LocalTrace>);
static_assert(std::is_trivially_copyable_v<AttributeRecord> &&
              std::is_trivially_copyable_v<EventRecord> &&
              std::is_trivially_copyable_v<LinkRecord>);

}  // namespace afterglow::record
