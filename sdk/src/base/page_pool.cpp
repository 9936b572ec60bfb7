#include "base/page_pool.h"

#include <bit>

namespace afterglow::base {

void PagePool::set_up(std::byte* pages, Entry* table, std::uint32_t* bitmap,
                      std::size_t page_count) {
  origin_ = pages - kPageBytes;
  table_ = table;
  bitmap_ = bitmap;
  page_count_ = static_cast<std::uint32_t>(page_count);
  free_pages_ = page_count_;
  first_word_ = 0;
}

PageIndex PagePool::acquire(std::size_t run) {
  if (run == 0 || run > free_pages_) {
    return kNoPage;
  }
  const PageIndex first = run == 1 ? find_single() : find_run(run);
  if (first == kNoPage) {
    return kNoPage;
  }
  for (std::size_t page = first; page < first + run; ++page) {
    bitmap_[page / 32] |= 1U << (page % 32);
  }
  free_pages_ -= static_cast<std::uint32_t>(run);
  table_[first].next = kNoPage;
  table_[first].run = static_cast<std::uint16_t>(run);
  if (run == 1) {
    first_word_ = first / 32U;
  }
  return first;
}

void PagePool::release(PageIndex first) {
  const std::size_t end = std::size_t{first} + table_[first].run;
  for (std::size_t page = first; page < end; ++page) {
    bitmap_[page / 32] &= ~(1U << (page % 32));
    ++table_[page].generation;
  }
  free_pages_ += table_[first].run;
  if (first / 32U < first_word_) {
    first_word_ = first / 32U;
  }
}

// A page is free: the search ends before the bits that are after the last page.
PageIndex PagePool::find_single() const {
  const std::uint32_t words = (page_count_ + 31) / 32;
  for (std::uint32_t word = first_word_; word < words; ++word) {
    if (const std::uint32_t free = ~bitmap_[word]; free != 0) {
      return static_cast<PageIndex>(word * 32 + static_cast<std::uint32_t>(std::countr_zero(free)));
    }
  }
  return kNoPage;
}

PageIndex PagePool::find_run(std::size_t run) const {
  std::size_t length = 0;
  for (std::size_t page = first_word_ * 32U; page < page_count_; ++page) {
    length = is_taken(page) ? 0 : length + 1;
    if (length == run) {
      return static_cast<PageIndex>(page + 1 - run);
    }
  }
  return kNoPage;
}

}  // namespace afterglow::base
