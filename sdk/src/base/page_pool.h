#pragma once

// The pool of 1 KiB pages that records live in. Pages are taken one at a time, or several in a row
// for a long string; a table beside them holds, for each, the generation that tells stale handles
// from live ones, a link for its owner's chain, and the length of its run.

#include <afterglow/buffer.h>

#include <cstddef>
#include <cstdint>

namespace afterglow::base {

using PageIndex = std::uint16_t;
inline constexpr PageIndex kNoPage = 0xFFFF;

/// A position in the pages, in bytes, counted from one page before the first: 0 is "nothing".
using Offset = std::uint32_t;

class PagePool {
 public:
  struct Entry {
    std::uint16_t generation;
    PageIndex next;
    std::uint16_t run;
  };
  static_assert(sizeof(Entry) == 6);

  /// `bitmap` and `table` must be all zero and outlive the pool, as must `pages`. At least
  /// `kPageBytes` of the same memory stand before `pages`.
  void set_up(std::byte* pages, Entry* table, std::uint32_t* bitmap, std::size_t page_count);

  /// Take `run` adjacent pages; `kNoPage` when there are none. Their `next` is `kNoPage`.
  PageIndex acquire(std::size_t run = 1);

  /// Give back the run that starts at `first`. Handles to its pages become stale.
  void release(PageIndex first);

  [[nodiscard]] PageIndex next(PageIndex page) const { return table_[page].next; }
  void set_next(PageIndex page, PageIndex next) { table_[page].next = next; }
  [[nodiscard]] std::size_t run_bytes(PageIndex first) const {
    return std::size_t{table_[first].run} * kPageBytes;
  }
  [[nodiscard]] std::uint16_t run(PageIndex first) const { return table_[first].run; }
  [[nodiscard]] std::uint16_t generation(PageIndex page) const { return table_[page].generation; }

  [[nodiscard]] static Offset offset_of(PageIndex page) {
    return static_cast<Offset>((page + 1U) * kPageBytes);
  }
  [[nodiscard]] static PageIndex page_of(Offset offset) {
    return static_cast<PageIndex>(offset / kPageBytes - 1);
  }
  [[nodiscard]] std::byte* at(Offset offset) const { return origin_ + offset; }

  [[nodiscard]] std::size_t page_count() const { return page_count_; }
  [[nodiscard]] std::size_t free_pages() const { return free_pages_; }

 private:
  [[nodiscard]] bool is_taken(std::size_t page) const {
    return (bitmap_[page / 32] >> (page % 32) & 1U) != 0;
  }
  [[nodiscard]] PageIndex find_single() const;
  [[nodiscard]] PageIndex find_run(std::size_t run) const;

  std::byte* origin_ = nullptr;  // one page before the first, where offset 0 is
  Entry* table_ = nullptr;
  std::uint32_t* bitmap_ = nullptr;
  std::uint32_t page_count_ = 0;
  std::uint32_t free_pages_ = 0;
  std::uint32_t first_word_ = 0;  // no word before this one has a free page
};

}  // namespace afterglow::base
