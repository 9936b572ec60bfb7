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

namespace {

SpanRecord* make_record(Recorder& recorder, LocalTrace& trace, const SpanStart& start,
                        DropReason& reason) {
  if (trace.span_count >= recorder.max_trace_spans) {
    reason = DropReason::TraceFull;
    return nullptr;
  }
  Append append(recorder.pages, trace, recorder.max_trace_pages);
  Offset offset = 0;
  auto* span = append.make<SpanRecord>(offset);
  const StoredText name = append.copy(start.name);
  if (append.failed()) {
    reason = append.hit_cap() ? DropReason::TraceFull : DropReason::NoMemory;
    return nullptr;
  }
  append.commit();
  *span = {};
  span->name = name;
  if (trace.last_span != 0) {
    recorder.at<SpanRecord>(trace.last_span)->next = offset;
  } else {
    trace.first_span = offset;
  }
  trace.last_span = offset;
  ++trace.span_count;
  return span;
}

}  // namespace

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

void release_if_done(Recorder& recorder, LocalTrace& trace) {
  if (trace.open_spans != 0 || trace.waiting_spans != 0 || trace.waiting_logs != 0) {
    return;
  }
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

void append_to_list(const base::PagePool& pages, List& list, Offset offset) {
  if (list.last != 0) {
    *reinterpret_cast<Offset*>(pages.at(list.last)) = offset;
  } else {
    list.first = offset;
  }
  list.last = offset;
  ++list.count;
}

std::uint64_t now_unix_nano(const LocalTrace& trace) {
  return host::monotonic_clock() + static_cast<std::uint64_t>(trace.wall_offset);
}

std::uint64_t now_unix_nano(const LocalTrace* trace) {
  return trace != nullptr && trace->first_span != 0 ? now_unix_nano(*trace) : host::wall_clock();
}

SpanRecord* start_span(Recorder& recorder, LocalTrace& trace, const SpanStart& start,
                       Attributes attributes) {
  DropReason reason = DropReason::NoMemory;
  SpanRecord* span = make_record(recorder, trace, start, reason);
  if (span == nullptr) {
    recorder.spans.refused(reason);
    return nullptr;
  }
  span->trace = trace.first_page;
  span->kind = start.kind;
  span->id = start.id;
  span->parent_id = start.parent_id;
  span->parent_is_remote = start.parent_is_remote;
  span->scope = start.scope;
  span->start_unix_nano = start.start_unix_nano != 0 ? start.start_unix_nano : now_unix_nano(trace);
  ++trace.open_spans;
  recorder.spans.opened();
  add_links(recorder, trace, *span, start.links);
  set_attributes(recorder, trace, span->attributes, attributes, recorder.limits.attribute_count);
  return span;
}

void run_start_hooks(const Recorder& recorder, const SpanRecord& span) {
  for (const SpanHook& hook : recorder.hooks) {
    if (hook.on_start != nullptr) {
      hook.on_start(hook.context, SpanView(recorder, span));
    }
  }
}

void end_span(Recorder& recorder, SpanRecord& span, std::uint64_t unix_nano) {
  LocalTrace& trace = *recorder.trace(span.trace);
  const std::uint64_t end = unix_nano != 0 ? unix_nano : now_unix_nano(trace);
  span.end_unix_nano = end < span.start_unix_nano ? span.start_unix_nano : end;
  for (const SpanHook& hook : recorder.hooks) {
    if (hook.on_end != nullptr) {
      hook.on_end(hook.context, SpanView(recorder, span));
    }
  }
  --trace.open_spans;
  if (trace.exported || trace.undecided) {
    span.state = SpanState::Ended;
    ++trace.waiting_spans;
    recorder.spans.ended();
  } else {
    // Not recorded for export, or dropped when the root ended, which this child outlived.
    const bool was_sampled = (trace.flags & kSampledFlag) != 0;
    span.state = SpanState::Closed;
    recorder.spans.ended_dropped(was_sampled ? DropReason::TailDropped : DropReason::NotSampled);
  }
  if (trace.first_span == offset_of(recorder, &span)) {
    trace.root_ended = true;
    if (recorder.root_ended.call != nullptr) {
      recorder.root_ended.call(recorder.root_ended.object, trace, span);
    }
  }
  release_if_done(recorder, trace);
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

Offset offset_of(const Recorder& recorder, const void* record) {
  return static_cast<Offset>(static_cast<const std::byte*>(record) - recorder.pages.at(0));
}

}  // namespace afterglow::record
