#pragma once

// What both kinds of histograms say beside their buckets.

#include "encode/otlp_metrics.h"

namespace afterglow::encode {

/// Write `,"count":…`, minimum and maximum, and the sum unless there were negative values, with
/// which a sum is not the monotonic one that receivers take it for.
inline void write_summary(JsonWriter& out, const measure::PointView& point,
                          const measure::Summary& summary) {
  out.raw(R"(,"count":)").quoted(std::uint64_t{summary.count});
  if (summary.min >= 0) {
    out.raw(R"(,"sum":)");
    write_real(out, point, summary.sum);
  }
  out.raw(R"(,"min":)");
  write_real(out, point, summary.min);
  out.raw(R"(,"max":)");
  write_real(out, point, summary.max);
}

/// Write a quoted count for each bucket.
inline void write_counts(JsonWriter& out, const std::uint32_t* counts, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    out.raw(i == 0 ? "" : ",").quoted(std::uint64_t{counts[i]});
  }
}

}  // namespace afterglow::encode
