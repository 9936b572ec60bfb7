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
  trace->current_run = page;
  trace->previous = kNoPage;
  trace->next = kNoPage;
  trace->page_count = 1;
  trace->used = sizeof(LocalTrace);
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
      current_run_before_(trace.current_run),
      used_before_(trace.used) {}

Append::~Append() {
  if (!committed_) {
    roll_back();
  }
}

Offset Append::allocate(std::size_t bytes, std::size_t alignment) {
  if (failed_) {
    return 0;
  }
  std::size_t start = (trace_.used + alignment - 1) / alignment * alignment;
  if (bytes > pages_.run_bytes(trace_.current_run) - start) {  // cannot overflow
    if (!add_run(bytes)) {
      failed_ = true;
      return 0;
    }
    start = trace_.used;
  }
  trace_.used = static_cast<std::uint32_t>(start + bytes);
  return base::PagePool::offset_of(trace_.current_run) + static_cast<Offset>(start);
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
  trace_.current_run = first;
  trace_.page_count = static_cast<std::uint16_t>(trace_.page_count + run);
  trace_.used = 0;
  return true;
}

void Append::roll_back() {
  while (trace_.newest_run != newest_run_before_) {
    const PageIndex run = trace_.newest_run;
    trace_.newest_run = pages_.next(run);
    trace_.page_count = static_cast<std::uint16_t>(trace_.page_count - pages_.run(run));
    pages_.release(run);
  }
  trace_.current_run = current_run_before_;
  trace_.used = used_before_;
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
