#include "record/selection.h"

#include "record/attribute_list.h"

namespace afterglow::record {

SpanRecord* Selection::next() {
  SpanRecord* span = nullptr;
  if (in_scope_) {
    span = find(scope_);
  }
  if (span == nullptr) {  // this scope is exhausted: whatever is left begins the next one
    trace_ = recorder_.first_trace;
    span_ = trace_ == kNoPage ? 0 : recorder_.trace(trace_)->first_span;
    span = find(nullptr);
  }
  if (span == nullptr) {
    return nullptr;
  }
  scope_ = span->scope;
  in_scope_ = true;
  span->state = SpanState::Taken;
  ++taken_;
  return span;
}

void Selection::put_back(SpanRecord& span) {
  span.state = SpanState::Ended;
  --taken_;
}

// The next ended span of `scope`, or of any scope when that is null, from where the last one was.
SpanRecord* Selection::find(const Scope* scope) {
  while (trace_ != kNoPage) {
    const LocalTrace& trace = *recorder_.trace(trace_);
    const bool selected = trace.exported && trace.root_ended && trace.waiting_spans != 0;
    while (selected && span_ != 0) {
      auto* span = recorder_.at<SpanRecord>(span_);
      span_ = span->next;
      if (span->state == SpanState::Ended && (scope == nullptr || span->scope == scope)) {
        return span;
      }
    }
    trace_ = trace.next;
    span_ = trace_ == kNoPage ? 0 : recorder_.trace(trace_)->first_span;
  }
  return nullptr;
}

void Selection::close() {
  for (PageIndex page = taken_ == 0 ? kNoPage : recorder_.first_trace; page != kNoPage;) {
    LocalTrace& trace = *recorder_.trace(page);
    page = trace.next;
    for (Offset offset = trace.first_span; offset != 0;) {
      auto& span = *recorder_.at<SpanRecord>(offset);
      offset = span.next;
      if (span.state == SpanState::Taken) {
        span.state = SpanState::Closed;
        --trace.waiting_spans;
      }
    }
    if (trace.exported) {
      release_if_done(recorder_, trace);
    }
  }
}

void end_unfinished(Recorder& recorder) {
  for (PageIndex page = recorder.first_trace; page != kNoPage;) {
    LocalTrace& trace = *recorder.trace(page);
    page = trace.next;
    const std::uint16_t generation = recorder.pages.generation(trace.first_page);
    const PageIndex first_page = trace.first_page;
    for (Offset offset = trace.first_span;
         offset != 0 && recorder.pages.generation(first_page) == generation;) {
      auto& span = *recorder.at<SpanRecord>(offset);
      offset = span.next;  // the end of the last open span may release the trace
      if (span.state == SpanState::Open) {
        set_attribute(recorder, trace, span.attributes, "afterglow.unfinished", true,
                      SpanLimits::kUnlimited);
        end_span(recorder, span, 0);
      }
    }
  }
}

}  // namespace afterglow::record
