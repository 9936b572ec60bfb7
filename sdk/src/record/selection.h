#pragma once

// Which spans a flush takes, and what ends those that are open.

#include "record/scoped_selection.h"

namespace afterglow::record {

/// Spans leave when the root of their local trace has ended.
struct WaitingSpans {
  using Item = SpanRecord;
  static Offset first(const LocalTrace& trace) { return trace.first_span; }
  static std::uint32_t& waiting(LocalTrace& trace) { return trace.waiting_spans; }
  static bool may_leave(const LocalTrace& trace) { return trace.exported && trace.root_ended; }
};
using Selection = ScopedSelection<WaitingSpans>;

/// End every open span of every recorded trace, marked as unfinished.
void end_unfinished(Recorder& recorder);

}  // namespace afterglow::record
