#pragma once

// Which spans a flush takes: those that have ended, in local traces whose root has ended, one scope
// after another. A span goes Ended → Taken (in the request being built) → Closed.

#include "record/recorder.h"

namespace afterglow::record {

class Selection {
 public:
  explicit Selection(Recorder& recorder) : recorder_(recorder) {}

  /// The next span of this request, now Taken; null when there is none.
  SpanRecord* next();

  /// The last span did not fit into the request: it waits for the next one.
  void put_back(SpanRecord& span);

  /// Close every span that is Taken and release the traces that are done.
  void close();

 private:
  SpanRecord* find(const Scope* scope);

  Recorder& recorder_;
  const Scope* scope_ = nullptr;
  PageIndex trace_ = kNoPage;
  Offset span_ = 0;
  bool in_scope_ = false;
  std::uint32_t taken_ = 0;
};

/// End every open span of every recorded trace, marked as unfinished.
void end_unfinished(Recorder& recorder);

}  // namespace afterglow::record
