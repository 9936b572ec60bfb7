// The page pool, rule by rule and against a plain model.

#include "base/page_pool.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include "base/lent_pages.h"

namespace {

using afterglow::kPageBytes;
using afterglow::base::kNoPage;
using afterglow::base::LentPages;
using afterglow::base::PageIndex;
using afterglow::base::PagePool;

TEST_CASE("single pages come lowest first, all of them, and then none") {
  for (const std::size_t count : {1U, 2U, 31U, 32U, 33U, 63U, 64U, 65U, 100U}) {
    CAPTURE(count);
    LentPages lent(count);
    PagePool& pool = lent.pool;
    CHECK(pool.page_count() == count);
    for (std::size_t i = 0; i < count; ++i) {
      CHECK(pool.free_pages() == count - i);
      REQUIRE(pool.acquire() == i);
    }
    CHECK(pool.free_pages() == 0);
    CHECK(pool.acquire() == kNoPage);  // the bits after the last page are no pages
    CHECK(pool.acquire(2) == kNoPage);
    for (std::size_t i = count; i-- != 0;) {
      pool.release(static_cast<PageIndex>(i));
    }
    CHECK(pool.free_pages() == count);
    CHECK(pool.acquire() == 0);
  }
}

TEST_CASE("a run is adjacent, and as long as the pool at most") {
  LentPages lent(70);
  PagePool& pool = lent.pool;
  CHECK(pool.acquire(0) == kNoPage);
  CHECK(pool.acquire(71) == kNoPage);
  CHECK(pool.free_pages() == 70);
  CHECK(pool.acquire(70) == 0);
  CHECK(pool.run(0) == 70);
  CHECK(pool.run_bytes(0) == 70 * kPageBytes);
  CHECK(pool.free_pages() == 0);
  pool.release(0);
  CHECK(pool.free_pages() == 70);
}

TEST_CASE("a run that crosses words of the bitmap is found between taken pages") {
  LentPages lent(70);
  PagePool& pool = lent.pool;
  for (std::size_t i = 0; i < 70; ++i) {
    REQUIRE(pool.acquire() == i);
  }
  constexpr PageIndex kGaps[] = {5, 6, 30, 31, 32, 33, 62, 63, 64};
  for (const PageIndex page : kGaps) {
    pool.release(page);
  }
  CHECK(pool.acquire(5) == kNoPage);
  CHECK(pool.free_pages() == 9);
  CHECK(pool.acquire(4) == 30);
  CHECK(pool.acquire(3) == 62);
  CHECK(pool.acquire(3) == kNoPage);
  CHECK(pool.acquire(2) == 5);
  CHECK(pool.acquire(1) == kNoPage);
  pool.release(62);
  CHECK(pool.acquire() == 62);
}

TEST_CASE("release makes handles to every page of the run stale, and to no other") {
  LentPages lent(8);
  PagePool& pool = lent.pool;
  CHECK(pool.acquire() == 0);
  CHECK(pool.acquire(3) == 1);
  CHECK(pool.acquire() == 4);
  pool.release(1);
  const std::uint16_t expected[] = {0, 1, 1, 1, 0, 0, 0, 0};
  for (PageIndex page = 0; page < 8; ++page) {
    CHECK(pool.generation(page) == expected[page]);
  }
  CHECK(pool.acquire(3) == 1);
  CHECK(pool.generation(1) == 1);  // taking a page leaves its generation
}

TEST_CASE("a generation wraps around without harm") {
  LentPages lent(1);
  for (int i = 0; i < 70'000; ++i) {
    REQUIRE(lent.pool.acquire() == 0);
    lent.pool.release(0);
  }
  CHECK(lent.pool.generation(0) == 70'000 - 65'536);
}

TEST_CASE("a page taken again has no next") {
  LentPages lent(3);
  PagePool& pool = lent.pool;
  CHECK(pool.acquire() == 0);
  CHECK(pool.acquire() == 1);
  pool.set_next(1, 0);
  CHECK(pool.next(1) == 0);
  pool.release(1);
  CHECK(pool.acquire() == 1);
  CHECK(pool.next(1) == kNoPage);
}

TEST_CASE("offsets name every byte of every page, and none is 0") {
  LentPages lent(65);
  const PagePool& pool = lent.pool;
  const std::byte* const first = pool.at(PagePool::offset_of(0));
  for (PageIndex page = 0; page < 65; ++page) {
    const afterglow::base::Offset offset = PagePool::offset_of(page);
    REQUIRE(offset != 0);  // 0 means nothing
    REQUIRE(PagePool::page_of(offset) == page);
    REQUIRE(PagePool::page_of(offset + kPageBytes - 1) == page);
    REQUIRE(pool.at(offset) == first + page * kPageBytes);
  }
}

// What the pool promises, in the plainest way.
class Model {
 public:
  explicit Model(std::size_t count) : taken_(count), generations_(count) {}

  PageIndex acquire(std::size_t run) {
    for (std::size_t first = 0; first + run <= taken_.size(); ++first) {
      const auto begin = taken_.begin() + static_cast<std::ptrdiff_t>(first);
      const auto end = begin + static_cast<std::ptrdiff_t>(run);
      if (std::find(begin, end, true) == end) {
        std::fill(begin, end, true);
        return static_cast<PageIndex>(first);
      }
    }
    return kNoPage;
  }
  void release(std::size_t first, std::size_t run) {
    for (std::size_t page = first; page < first + run; ++page) {
      taken_[page] = false;
      ++generations_[page];
    }
  }
  [[nodiscard]] std::size_t free_pages() const {
    return static_cast<std::size_t>(std::count(taken_.begin(), taken_.end(), false));
  }
  [[nodiscard]] std::uint16_t generation(std::size_t page) const { return generations_[page]; }

 private:
  std::vector<bool> taken_;
  std::vector<std::uint16_t> generations_;
};

struct Run {
  PageIndex first;
  std::size_t pages;
};

void check_against_model(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  LentPages lent(count);
  PagePool& pool = lent.pool;
  Model model(count);
  std::vector<Run> held;
  for (int step = 0; step < 4000; ++step) {
    if (random() % 5 < 3) {
      const std::size_t run = random() % 3 == 0 ? random() % (count / 2 + 2) : 1;
      const PageIndex page = pool.acquire(run);
      REQUIRE(page == (run == 0 ? kNoPage : model.acquire(run)));
      if (page != kNoPage) {
        held.push_back({page, run});
        std::memset(pool.at(PagePool::offset_of(page)), 0xA5, run * kPageBytes);
      }
    } else if (!held.empty()) {
      const std::size_t index = random() % held.size();
      REQUIRE(pool.run(held[index].first) == held[index].pages);
      pool.release(held[index].first);
      model.release(held[index].first, held[index].pages);
      held[index] = held.back();
      held.pop_back();
    }
    REQUIRE(pool.free_pages() == model.free_pages());
    const auto page = static_cast<PageIndex>(random() % count);
    REQUIRE(pool.generation(page) == model.generation(page));
  }
  for (const Run& run : held) {
    pool.release(run.first);
  }
  CHECK(pool.free_pages() == count);
}

TEST_CASE("any order of takes and releases agrees with the model") {
  for (const std::size_t count : {1U, 2U, 27U, 32U, 33U, 64U, 97U, 200U}) {
    CAPTURE(count);
    check_against_model(count, static_cast<std::uint32_t>(977 + count));
  }
}

}  // namespace
