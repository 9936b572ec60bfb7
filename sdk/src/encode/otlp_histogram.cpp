// Histograms with explicit bounds.

#include "encode/otlp_summary.h"

namespace afterglow::encode {
namespace {

void write_histogram(JsonWriter& out, const measure::PointView& point) {
  const auto& cell = *static_cast<const measure::ExplicitCell*>(point.cell);
  const std::span<const double> bounds = point.stream->aggregated.buckets.bounds;
  write_summary(out, point, cell.summary);
  out.raw(R"(,"bucketCounts":[)");
  write_counts(out, cell.counts(), bounds.size() + 1);
  out.raw(R"(],"explicitBounds":[)");
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    out.raw(i == 0 ? "" : ",");
    write_real(out, point, bounds[i]);
  }
  out.raw("]");
}

}  // namespace

const MetricFormat kHistogramFormat = {.name = "histogram",
                                       .has_temporality = true,
                                       .has_monotonicity = false,
                                       .write_value = write_histogram};

}  // namespace afterglow::encode
