// Sums and gauges: points that are one number.

#include "encode/otlp_metrics.h"

namespace afterglow::encode {
namespace {

void write_number(JsonWriter& out, const measure::PointView& point) {
  const measure::Number value = static_cast<const measure::NumberCell*>(point.cell)->value;
  if (measure::holds_doubles(*point.stream)) {
    out.raw(R"(,"asDouble":)");
    write_real(out, point, value.real);
  } else {
    out.raw(R"(,"asInt":)").quoted(value.integer);
  }
}

}  // namespace

const MetricFormat kSumFormat = {
    .name = "sum", .has_temporality = true, .has_monotonicity = true, .write_value = write_number};
const MetricFormat kGaugeFormat = {.name = "gauge",
                                   .has_temporality = false,
                                   .has_monotonicity = false,
                                   .write_value = write_number};

}  // namespace afterglow::encode
