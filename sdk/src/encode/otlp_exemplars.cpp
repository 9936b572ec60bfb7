// Exemplars of a point. Linked only by who records some.

#include "encode/otlp_metrics.h"

namespace afterglow::encode {

void write_exemplars(JsonWriter& out, const measure::PointView& point) {
  const bool of_doubles = measure::holds_doubles(*point.stream);
  for (measure::Offset offset = point.exemplars; offset != 0;) {
    const auto& exemplar = *point.table->at<measure::Exemplar>(offset);
    out.raw(offset == point.exemplars ? R"(,"exemplars":[)" : ",");
    out.raw(R"({"timeUnixNano":)").quoted(exemplar.unix_nano);
    if (of_doubles) {
      out.raw(R"(,"asDouble":)");
      write_real(out, point, exemplar.value.real);
    } else {
      out.raw(R"(,"asInt":)").quoted(exemplar.value.integer);
    }
    out.raw(R"(,"traceId":)").hex(exemplar.trace_id.bytes);
    out.raw(R"(,"spanId":)").hex(exemplar.span_id.bytes).raw("}");
    offset = exemplar.next;
  }
  out.raw("]");
}

}  // namespace afterglow::encode
