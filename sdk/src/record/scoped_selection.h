#pragma once

// How a flush takes what waits in the local traces, one scope after another. An item goes Ended →
// Taken (in the request being built) → Closed. The same for every kind of record; `Kind` says where
// the items of a trace are, how many wait, and whether they may leave.

#include "record/recorder.h"

namespace afterglow::record {

template <class Kind>
class ScopedSelection {
 public:
  using Item = typename Kind::Item;

  explicit ScopedSelection(Recorder& recorder) : recorder_(recorder) {}

  /// The next item of this request, now Taken; null when there is none.
  Item* next() {
    Item* item = in_scope_ ? find(scope_) : nullptr;
    if (item == nullptr) {  // this scope is exhausted: whatever is left begins the next one
      enter(recorder_.first_trace);
      item = find(nullptr);
    }
    if (item == nullptr) {
      return nullptr;
    }
    scope_ = item->scope;
    in_scope_ = true;
    item->state = SpanState::Taken;
    ++taken_;
    return item;
  }

  /// The last item did not fit into the request: it waits for the next one.
  void put_back(Item& item) {
    item.state = SpanState::Ended;
    --taken_;
  }

  /// Close every item that is Taken and release the traces that are done.
  void close() {
    for (PageIndex page = taken_ == 0 ? kNoPage : recorder_.first_trace; page != kNoPage;) {
      LocalTrace& trace = *recorder_.trace(page);
      page = trace.next;
      for (Offset offset = Kind::first(trace); offset != 0;) {
        Item& item = *recorder_.template at<Item>(offset);
        offset = item.next;
        if (item.state == SpanState::Taken) {
          item.state = SpanState::Closed;
          --Kind::waiting(trace);
        }
      }
      release_if_done(recorder_, trace);
    }
  }

 private:
  void enter(PageIndex trace) {
    trace_ = trace;
    item_ = trace == kNoPage ? 0 : Kind::first(*recorder_.trace(trace));
  }

  // The next waiting item of `scope`, or of any scope when that is null, from where the last was.
  Item* find(const Scope* scope) {
    while (trace_ != kNoPage) {
      LocalTrace& trace = *recorder_.trace(trace_);
      const bool selected = Kind::may_leave(trace) && Kind::waiting(trace) != 0;
      while (selected && item_ != 0) {
        auto* item = recorder_.template at<Item>(item_);
        item_ = item->next;
        if (item->state == SpanState::Ended && (scope == nullptr || item->scope == scope)) {
          return item;
        }
      }
      enter(trace.next);
    }
    return nullptr;
  }

  Recorder& recorder_;
  const Scope* scope_ = nullptr;
  PageIndex trace_ = kNoPage;
  Offset item_ = 0;
  bool in_scope_ = false;
  std::uint32_t taken_ = 0;
};

}  // namespace afterglow::record
