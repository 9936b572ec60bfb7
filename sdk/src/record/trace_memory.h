#pragma once

// The memory of one local trace: begin, append, commit or roll back. A record is whole or absent.

#include <cstddef>
#include <span>
#include <string_view>

#include "base/copy.h"
#include "record/records.h"

namespace afterglow::record {

/// Take a page for a new local trace and start it; null when none is free. The trace is in no list
/// yet.
LocalTrace* begin_trace(base::PagePool& pages);

/// Give back all pages of `trace`.
void release_trace(base::PagePool& pages, LocalTrace& trace);

/// Memory for a record and a text behind it in the newest run of `trace`, aligned to 8: most
/// records need no more. 0, and nothing changed, where they do not fit there: then `Append` finds
/// out.
inline Offset append_to_run(LocalTrace& trace, std::size_t record_bytes, std::size_t text_bytes) {
  const Offset start = (trace.free + 7U) & ~Offset{7};
  const std::size_t room = trace.run_end - start;  // both multiples of 8
  if (record_bytes > room || text_bytes > room - record_bytes) {
    return 0;
  }
  trace.free = start + static_cast<Offset>(record_bytes + text_bytes);
  return start;
}

/// Appends to a trace. What is appended stays only if `commit` is called.
class Append {
 public:
  /// At most `max_pages` pages for the whole trace.
  Append(base::PagePool& pages, LocalTrace& trace, std::uint32_t max_pages);
  Append(const Append&) = delete;
  Append& operator=(const Append&) = delete;
  ~Append();

  /// Uninitialised memory aligned to `alignment` (1, 4 or 8); 0 when there is none. The first
  /// failure sticks: later calls fail too.
  Offset allocate(std::size_t bytes, std::size_t alignment);

  /// Copy text; an empty text takes no memory and cannot fail.
  StoredText copy(std::string_view text);

  /// A new record of type `T`, or null; `offset` tells where it is.
  template <class T>
  T* make(Offset& offset) {
    offset = allocate(sizeof(T), alignof(T));
    return offset == 0 ? nullptr : at<T>(offset);
  }

  template <class T>
  [[nodiscard]] T* at(Offset offset) const {
    return reinterpret_cast<T*>(pages_.at(offset));
  }

  /// Where the next bytes come to be, as long as there are not more of them.
  [[nodiscard]] std::span<char> room() const {
    return {at<char>(trace_.free), failed_ ? 0 : trace_.run_end - trace_.free};
  }

  void fail() { failed_ = true; }
  [[nodiscard]] bool failed() const { return failed_; }
  /// True when the trace's own cap was the reason, not the pool.
  [[nodiscard]] bool hit_cap() const { return hit_cap_; }
  void commit() { committed_ = true; }

 private:
  bool add_run(std::size_t bytes);
  void roll_back();

  base::PagePool& pages_;
  LocalTrace& trace_;
  std::uint32_t max_pages_;
  PageIndex newest_run_before_;
  Offset free_before_;
  Offset run_end_before_;
  bool failed_ = false;
  bool hit_cap_ = false;
  bool committed_ = false;
};

/// A record that is still to be filled, and its text. 0 where there was no memory; then `hit_cap`
/// tells whether the trace's own cap was the reason.
struct RecordWithText {
  Offset offset = 0;
  StoredText text;
  bool hit_cap = false;
};

/// The same where the run has no room for both: each in its place.
[[gnu::cold]] RecordWithText append_apart(base::PagePool& pages, LocalTrace& trace,
                                          std::uint32_t max_pages, std::size_t record_bytes,
                                          std::string_view text);

/// A record aligned to 8 with a copy of `text`, in one piece where the run has room for both.
[[gnu::always_inline]] inline RecordWithText append_with_text(base::PagePool& pages,
                                                              LocalTrace& trace,
                                                              std::uint32_t max_pages,
                                                              std::size_t record_bytes,
                                                              std::string_view text) {
  const Offset offset = append_to_run(trace, record_bytes, text.size());
  if (offset == 0) {
    const RecordWithText apart = append_apart(pages, trace, max_pages, record_bytes, text);
    return {apart.offset, apart.text,
            apart.hit_cap};  // field by field: what is inlined stays out of memory
  }
  const Offset behind = offset + static_cast<Offset>(record_bytes);
  base::copy(reinterpret_cast<char*>(pages.at(behind)), text.data(), text.size());
  return {offset, {behind, static_cast<std::uint32_t>(text.size())}};
}

}  // namespace afterglow::record
