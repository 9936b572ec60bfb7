// Exponential histograms.

#include "encode/otlp_summary.h"

namespace afterglow::encode {
namespace {

void write_signed(JsonWriter& out, std::int32_t value) {
  const std::int64_t wide = value;
  out.raw(value < 0 ? "-" : "").number(static_cast<std::uint64_t>(value < 0 ? -wide : wide));
}

void write_range(JsonWriter& out, const measure::PointView& point, std::string_view name,
                 const measure::BucketRange& range) {
  if (range.length == 0) {
    return;
  }
  out.raw(name);
  write_signed(out, range.first);
  out.raw(R"(,"bucketCounts":[)");
  write_counts(out, point.table->at<std::uint32_t>(range.counts), range.length);
  out.raw("]}");
}

void write_exponential_histogram(JsonWriter& out, const measure::PointView& point) {
  const auto& cell = *static_cast<const measure::ExponentialCell*>(point.cell);
  write_summary(out, point, cell.summary);
  out.raw(R"(,"scale":)");
  write_signed(out, cell.scale);
  out.raw(R"(,"zeroCount":)").quoted(std::uint64_t{cell.zero_count});
  write_range(out, point, R"(,"positive":{"offset":)", cell.positive);
  write_range(out, point, R"(,"negative":{"offset":)", cell.negative);
}

}  // namespace

const MetricFormat kExponentialHistogramFormat = {.name = "exponentialHistogram",
                                                  .has_temporality = true,
                                                  .has_monotonicity = false,
                                                  .write_value = write_exponential_histogram};

}  // namespace afterglow::encode
