#include "record/trace_memory.h"

#include <afterglow/buffer.h>

#include <new>

#include "base/copy.h"
#include "base/wipe.h"

namespace afterglow::record {

LocalTrace* begin_trace(base::PagePool& pages) {
  const PageIndex page = pages.acquire();
  if (page == kNoPage) {
    return nullptr;
  }
  auto* trace = new (pages.at(base::PagePool::offset_of(page))) LocalTrace{};
  trace->first_page = page;
  trace->newest_run = page;
  trace->previous = kNoPage;
  trace->next = kNoPage;
  trace->page_count = 1;
  trace->free = base::PagePool::offset_of(page) + static_cast<Offset>(sizeof(LocalTrace));
  trace->run_end = base::PagePool::offset_of(page) + kPageBytes;
  return trace;
}

void release_trace(base::PagePool& pages, LocalTrace& trace) {
  base::wipe(pages.at(trace.baggage.offset), trace.baggage_capacity);  // it travelled unread
  PageIndex run = trace.newest_run;
  while (run != kNoPage) {
    const PageIndex next = pages.next(run);
    pages.release(run);
    run = next;
  }
}

Append::Append(base::PagePool& pages, LocalTrace& trace, std::uint32_t max_pages)
    : pages_(pages),
      trace_(trace),
      max_pages_(max_pages),
      newest_run_before_(trace.newest_run),
      free_before_(trace.free),
      run_end_before_(trace.run_end) {}

Append::~Append() {
  if (!committed_) {
    roll_back();
  }
}

Offset Append::allocate(std::size_t bytes, std::size_t alignment) {
  if (failed_) {
    return 0;
  }
  auto start = static_cast<Offset>((trace_.free + alignment - 1) & ~(alignment - 1));
  if (bytes > trace_.run_end - start) {  // cannot overflow: a run ends at a multiple of 8
    if (!add_run(bytes)) {
      failed_ = true;
      return 0;
    }
    start = trace_.free;
  }
  trace_.free = start + static_cast<Offset>(bytes);
  return start;
}

StoredText Append::copy(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  const Offset offset = allocate(text.size(), 1);
  if (offset == 0) {
    return {};
  }
  base::copy(at<char>(offset), text.data(), text.size());
  return {offset, static_cast<std::uint32_t>(text.size())};
}

bool Append::add_run(std::size_t bytes) {
  const std::size_t run = (bytes + kPageBytes - 1) / kPageBytes;
  if (run + trace_.page_count > max_pages_) {
    hit_cap_ = true;
    return false;
  }
  const PageIndex first = pages_.acquire(run);
  if (first == kNoPage) {
    return false;
  }
  pages_.set_next(first, trace_.newest_run);
  trace_.newest_run = first;
  trace_.page_count = static_cast<std::uint16_t>(trace_.page_count + run);
  trace_.free = base::PagePool::offset_of(first);
  trace_.run_end = trace_.free + static_cast<Offset>(run * kPageBytes);
  return true;
}

void Append::roll_back() {
  while (trace_.newest_run != newest_run_before_) {
    const PageIndex run = trace_.newest_run;
    trace_.newest_run = pages_.next(run);
    trace_.page_count = static_cast<std::uint16_t>(trace_.page_count - pages_.run(run));
    pages_.release(run);
  }
  trace_.free = free_before_;
  trace_.run_end = run_end_before_;
}

RecordWithText append_apart(base::PagePool& pages, LocalTrace& trace, std::uint32_t max_pages,
                            std::size_t record_bytes, std::string_view text) {
  Append append(pages, trace, max_pages);
  const Offset offset = append.allocate(record_bytes, 8);
  const StoredText stored = append.copy(text);
  if (append.failed()) {
    return {.hit_cap = append.hit_cap()};
  }
  append.commit();
  return {offset, stored};
}

}  // namespace afterglow::record
