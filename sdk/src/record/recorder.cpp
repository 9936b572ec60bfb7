#include "record/recorder.h"

#include <afterglow/host.h>

#include <cstring>

#include "base/wipe.h"
#include "record/attribute_list.h"
#include "record/trace_memory.h"

namespace afterglow::record {

void add_links(Recorder& recorder, LocalTrace& trace, SpanRecord& span,
               std::span<const Link> links) {
  for (const Link& link : links) {
    if (span.links.count >= recorder.limits.link_count) {
      ++span.links.dropped;
      continue;
    }
    Append append(recorder.pages, trace, recorder.max_trace_pages);
    Offset offset = 0;
    auto* record = append.make<LinkRecord>(offset);
    if (record == nullptr) {
      ++span.links.dropped;
      continue;
    }
    *record = {};
    record->trace_flags = link.context.trace_flags;
    record->is_remote = link.context.is_remote;
    record->trace_id = link.context.trace_id;
    record->span_id = link.context.span_id;
    record->trace_state = append.copy(link.context.trace_state);
    if (append.failed()) {
      ++span.links.dropped;
      continue;
    }
    append.commit();
    append_to_list(recorder.pages, span.links, offset);
    set_attributes(recorder, trace, record->attributes, link.attributes,
                   recorder.limits.attribute_per_link_count);
  }
}

void add_trace(Recorder& recorder, LocalTrace& trace) {
  trace.previous = recorder.last_trace;
  trace.next = kNoPage;
  if (recorder.last_trace != kNoPage) {
    recorder.trace(recorder.last_trace)->next = trace.first_page;
  } else {
    recorder.first_trace = trace.first_page;
  }
  recorder.last_trace = trace.first_page;
}

void release(Recorder& recorder, LocalTrace& trace) {
  if (trace.previous != kNoPage) {
    recorder.trace(trace.previous)->next = trace.next;
  } else {
    recorder.first_trace = trace.next;
  }
  if (trace.next != kNoPage) {
    recorder.trace(trace.next)->previous = trace.previous;
  } else {
    recorder.last_trace = trace.previous;
  }
  release_trace(recorder.pages, trace);
}

bool set_baggage(Recorder& recorder, LocalTrace& trace, std::string_view text) {
  if (text.size() > trace.baggage_capacity) {
    Append append(recorder.pages, trace, recorder.max_trace_pages);
    const std::size_t room = trace.baggage_capacity == 0 ? text.size() : 2 * text.size();
    const Offset offset = append.allocate(room, 1);
    if (offset == 0) {
      return false;
    }
    append.commit();
    base::wipe(recorder.pages.at(trace.baggage.offset), trace.baggage.length);
    trace.baggage.offset = offset;
    trace.baggage_capacity = static_cast<std::uint32_t>(room);
  }
  std::memcpy(recorder.pages.at(trace.baggage.offset), text.data(), text.size());
  trace.baggage.length = static_cast<std::uint32_t>(text.size());
  return true;
}

std::uint64_t now_unix_nano(const LocalTrace* trace) {
  return trace != nullptr && trace->first_span != 0 ? now_unix_nano(*trace) : host::wall_clock();
}

void drop_ended(Recorder& recorder, LocalTrace& trace, DropReason reason) {
  for (Offset offset = trace.first_span; offset != 0;) {
    auto& span = *recorder.at<SpanRecord>(offset);
    offset = span.next;
    if (span.state == SpanState::Ended) {
      span.state = SpanState::Closed;
      --trace.waiting_spans;
      recorder.spans.dropped(reason, 1);
    }
  }
}

bool has_error(const Recorder& recorder, const LocalTrace& trace) {
  for (Offset offset = trace.first_span; offset != 0;) {
    const auto& span = *recorder.at<SpanRecord>(offset);
    offset = span.next;
    if (span.status == StatusCode::Error) {
      return true;
    }
  }
  return false;
}

}  // namespace afterglow::record
