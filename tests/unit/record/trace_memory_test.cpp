// Begin, append, commit or roll back: a record is whole or absent, and every page comes back.

#include "record/trace_memory.h"

#include <doctest/doctest.h>

#include <string>

#include "base/lent_pages.h"

namespace {

using namespace afterglow::record;
using afterglow::kPageBytes;
using afterglow::base::LentPages;
using afterglow::base::PagePool;

constexpr std::uint32_t kNoCap = 1000;

// Bytes taken of the page that a trace begins with.
std::uint32_t used_of(const LocalTrace& trace) {
  return trace.free - PagePool::offset_of(trace.first_page);
}

std::string text_at(const PagePool& pool, StoredText text) {
  return {reinterpret_cast<const char*>(pool.at(text.offset)), text.length};
}

TEST_CASE("a trace begins in one page and gives it back") {
  LentPages lent(4);
  LocalTrace* trace = begin_trace(lent.pool);
  REQUIRE(trace != nullptr);
  CHECK(lent.pool.free_pages() == 3);
  CHECK(trace->page_count == 1);
  CHECK(used_of(*trace) == sizeof(LocalTrace));
  CHECK(trace->first_span == 0);
  release_trace(lent.pool, *trace);
  CHECK(lent.pool.free_pages() == 4);
}

TEST_CASE("without a page no trace begins") {
  LentPages lent(1);
  REQUIRE(begin_trace(lent.pool) != nullptr);
  CHECK(begin_trace(lent.pool) == nullptr);
}

TEST_CASE("what is committed stays, what is not is as if it had never been") {
  LentPages lent(4);
  LocalTrace& trace = *begin_trace(lent.pool);
  StoredText kept;
  {
    Append append(lent.pool, trace, kNoCap);
    kept = append.copy("kept");
    append.commit();
  }
  const std::uint32_t used = used_of(trace);
  CHECK(used == sizeof(LocalTrace) + 4);
  {
    Append append(lent.pool, trace, kNoCap);
    (void)append.copy("gone");
    CHECK(append.copy(std::string(2500, 'x')).length == 2500);
    CHECK(trace.page_count == 4);
    CHECK(lent.pool.free_pages() == 0);
  }
  CHECK(used_of(trace) == used);
  CHECK(trace.page_count == 1);
  CHECK(trace.newest_run == trace.first_page);
  CHECK(lent.pool.free_pages() == 3);
  CHECK(text_at(lent.pool, kept) == "kept");
}

TEST_CASE("texts of every length survive, over page runs too") {
  for (const std::size_t length : {1U, 900U, 1023U, 1024U, 1025U, 2048U, 2049U, 10'000U}) {
    CAPTURE(length);
    LentPages lent(16);
    LocalTrace& trace = *begin_trace(lent.pool);
    const std::string before(100, 'b');
    const std::string text(length, 't');
    const std::string after(200, 'a');
    Append append(lent.pool, trace, kNoCap);
    const StoredText first = append.copy(before);
    const StoredText second = append.copy(text);
    const StoredText third = append.copy(after);
    REQUIRE_FALSE(append.failed());
    append.commit();
    CHECK(text_at(lent.pool, first) == before);
    CHECK(text_at(lent.pool, second) == text);
    CHECK(text_at(lent.pool, third) == after);
    release_trace(lent.pool, trace);
    CHECK(lent.pool.free_pages() == 16);
  }
}

TEST_CASE("an empty text takes nothing and cannot fail") {
  LentPages lent(1);
  LocalTrace& trace = *begin_trace(lent.pool);
  Append append(lent.pool, trace, 1);
  CHECK(append.copy({}).length == 0);
  CHECK(used_of(trace) == sizeof(LocalTrace));
  CHECK_FALSE(append.failed());
}

TEST_CASE("allocations are aligned and fill a page to its last byte") {
  LentPages lent(2);
  LocalTrace& trace = *begin_trace(lent.pool);
  Append append(lent.pool, trace, 1);
  (void)append.copy("x");
  const Offset eight = append.allocate(8, 8);
  CHECK(eight % 8 == 0);
  const std::size_t rest = kPageBytes - used_of(trace);
  CHECK(append.allocate(rest, 1) != 0);
  CHECK(used_of(trace) == kPageBytes);
  CHECK_FALSE(append.failed());
  CHECK(append.allocate(1, 1) == 0);
  CHECK(append.hit_cap());
}

TEST_CASE("the cap counts the pages of runs, and tells itself from an empty pool") {
  LentPages lent(8);
  LocalTrace& trace = *begin_trace(lent.pool);
  {
    Append append(lent.pool, trace, 4);
    CHECK(append.copy(std::string(3 * kPageBytes, 'x')).length == 3 * kPageBytes);
    append.commit();
  }
  CHECK(trace.page_count == 4);
  {
    Append append(lent.pool, trace, 4);
    CHECK(append.copy("y").length == 0);
    CHECK(append.failed());
    CHECK(append.hit_cap());
  }
  Append append(lent.pool, trace, kNoCap);
  CHECK(append.copy(std::string(5 * kPageBytes, 'x')).length == 0);
  CHECK(append.failed());
  CHECK_FALSE(append.hit_cap());
}

TEST_CASE("the first failure sticks") {
  LentPages lent(2);
  LocalTrace& trace = *begin_trace(lent.pool);
  Append append(lent.pool, trace, kNoCap);
  CHECK(append.copy(std::string(4000, 'x')).length == 0);
  CHECK(append.copy("short").length == 0);
  CHECK(append.allocate(1, 1) == 0);
}

TEST_CASE("sizes that would overflow fail") {
  LentPages lent(2);
  LocalTrace& trace = *begin_trace(lent.pool);
  for (const std::size_t bytes : {SIZE_MAX, SIZE_MAX - 100, SIZE_MAX - 1023, SIZE_MAX / 2}) {
    Append append(lent.pool, trace, kNoCap);
    CHECK(append.allocate(bytes, 8) == 0);
    CHECK(append.failed());
  }
  CHECK(lent.pool.free_pages() == 1);
}

// The first page of the pool belonged to another trace that is gone: its offset must not look like
// "nothing".
TEST_CASE("a trace may go on in the first page of the pool") {
  LentPages lent(2);
  LocalTrace& gone = *begin_trace(lent.pool);
  LocalTrace& trace = *begin_trace(lent.pool);
  release_trace(lent.pool, gone);
  Append append(lent.pool, trace, kNoCap);
  REQUIRE(append.copy(std::string(kPageBytes - sizeof(LocalTrace), 'x')).length != 0);
  CHECK(append.copy("next page").length == 9);
  CHECK_FALSE(append.failed());
  Offset offset = 0;
  CHECK(append.make<SpanRecord>(offset) != nullptr);
}

TEST_CASE("roll back gives back several runs, newest first") {
  LentPages lent(12);
  LocalTrace& trace = *begin_trace(lent.pool);
  {
    Append append(lent.pool, trace, kNoCap);
    (void)append.copy(std::string(1500, 'k'));
    append.commit();
  }
  const PageIndex newest = trace.newest_run;
  {
    Append append(lent.pool, trace, kNoCap);
    for (int i = 0; i < 4; ++i) {
      (void)append.copy(std::string(1100, 'x'));
    }
    CHECK(trace.page_count == 11);
  }
  CHECK(trace.page_count == 3);
  CHECK(trace.newest_run == newest);
  CHECK(lent.pool.free_pages() == 9);
  release_trace(lent.pool, trace);
  CHECK(lent.pool.free_pages() == 12);
}

}  // namespace
