// What hooks see of a span.

#include <afterglow/hooks.h>

#include "record/attribute_list.h"
#include "record/recorder.h"

namespace afterglow {

std::string_view SpanView::name() const {
  return recorder_->text(span_->name);
}
SpanKind SpanView::kind() const {
  return span_->kind;
}
SpanId SpanView::parent_span_id() const {
  return span_->parent_id;
}
const Scope& SpanView::scope() const {
  return *span_->scope;
}
std::uint64_t SpanView::start_unix_nano() const {
  return span_->start_unix_nano;
}
std::uint64_t SpanView::end_unix_nano() const {
  return span_->end_unix_nano;
}
StatusCode SpanView::status() const {
  return span_->status;
}
std::string_view SpanView::status_message() const {
  return recorder_->text(span_->status_message);
}

SpanContext SpanView::context() const {
  const record::LocalTrace& trace = *recorder_->trace(span_->trace);
  return {trace.id, span_->id, trace.flags, false, recorder_->text(trace.trace_state)};
}

Value SpanView::attribute(std::string_view key) const {
  const record::AttributeRecord* found =
      record::find_attribute(recorder_->pages, span_->attributes, key);
  if (found == nullptr) {
    return {};
  }
  switch (found->type) {
    case ValueType::Bool:
      return found->number != 0;
    case ValueType::Int:
      return found->number;
    case ValueType::Double:
      return Value::unformatted(found->real);
    case ValueType::String:
      return recorder_->text({found->data, found->count});
    default:
      return Value::of_type(found->type);
  }
}

}  // namespace afterglow
