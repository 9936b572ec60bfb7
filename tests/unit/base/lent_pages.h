#pragma once

// A page pool with memory of its own, of any number of pages.

#include <afterglow/buffer.h>

#include <cstdint>
#include <vector>

#include "base/page_pool.h"

namespace afterglow::base {

class LentPages {
 public:
  explicit LentPages(std::size_t count)
      : memory_(count * kPageBytes / sizeof(std::uint64_t) + kFrontWords),
        table_(count),
        bitmap_((count + 31) / 32) {
    pool.set_up(reinterpret_cast<std::byte*>(memory_.data() + kFrontWords), table_.data(),
                bitmap_.data(), count);
  }
  LentPages(const LentPages&) = delete;
  LentPages& operator=(const LentPages&) = delete;

  PagePool pool;

 private:
  // In a real buffer the instance stands before the pages.
  static constexpr std::size_t kFrontWords = kPageBytes / sizeof(std::uint64_t);

  std::vector<std::uint64_t> memory_;
  std::vector<PagePool::Entry> table_;
  std::vector<std::uint32_t> bitmap_;
};

}  // namespace afterglow::base
