#include "encode/prometheus_points.h"

#include <limits>

#include "encode/prometheus_values.h"
#include "measure/attribute_set.h"

namespace afterglow::encode {
namespace {

using measure::AggregationKind;
using measure::PointView;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

PrometheusType type_of(const measure::Stream& stream) {
  switch (stream.aggregated.aggregation->kind) {
    case AggregationKind::ExplicitBuckets:
    case AggregationKind::ExponentialBuckets:
      return PrometheusType::Histogram;
    case AggregationKind::Sum:
      return stream.is_monotonic ? PrometheusType::Counter : PrometheusType::Gauge;
    case AggregationKind::LastValue:
      break;
  }
  return PrometheusType::Gauge;
}

PrometheusNumber number_of(const measure::Stream& stream, measure::Number number) {
  return measure::holds_doubles(stream) ? PrometheusNumber(number.real)
                                        : PrometheusNumber(number.integer);
}

// One point on its way to the page: its labels, and what is counted up to a bucket.
class Point {
 public:
  Point(PrometheusText& out, const PointView& point) : out_(out), point_(point) {
    if (point.point->is_overflow) {
      labels_[count_++] = {"otel.metric.overflow", "true"};
      return;
    }
    measure::StoredReader reader(point.table->at<std::byte>(point.point->attributes));
    for (std::uint16_t i = 0; i < point.point->attribute_count; ++i) {
      std::uint32_t value_bytes = 0;
      const std::string_view key = reader.take_key(value_bytes);
      const auto* const stored = reinterpret_cast<const char*>(reader.at());
      labels_[count_++] = {key, {stored, value_bytes}, &write_stored_value};
      reader.skip(value_bytes);
    }
  }

  void write() {
    switch (point_.stream->aggregated.aggregation->kind) {
      case AggregationKind::ExplicitBuckets:
        return explicit_buckets(*static_cast<const measure::ExplicitCell*>(point_.cell));
      case AggregationKind::ExponentialBuckets:
        return exponential_buckets(*static_cast<const measure::ExponentialCell*>(point_.cell));
      default:
        return number(static_cast<const measure::NumberCell*>(point_.cell)->value);
    }
  }

 private:
  void sample(const PrometheusSample& sample) { out_.sample({labels_, count_}, sample); }

  void number(measure::Number value) {
    PrometheusExemplar exemplar;
    sample({.value = number_of(*point_.stream, value),
            .exemplar = find_exemplar(-kInfinity, kInfinity, exemplar)});
  }

  // Of values above `above`, up to `bound`.
  const PrometheusExemplar* find_exemplar(double above, double bound, PrometheusExemplar& found) {
    for (measure::Offset offset = point_.exemplars; offset != 0;) {
      const auto& exemplar = *point_.table->at<measure::Exemplar>(offset);
      const bool is_real = measure::holds_doubles(*point_.stream);
      const double value =
          is_real ? exemplar.value.real : static_cast<double>(exemplar.value.integer);
      if (value > above && value <= bound) {
        found = {exemplar.trace_id, exemplar.span_id, number_of(*point_.stream, exemplar.value),
                 exemplar.unix_nano};
        return &found;
      }
      offset = exemplar.next;
    }
    return nullptr;
  }

  void bucket(double bound) {
    PrometheusExemplar exemplar;
    sample({.part = PrometheusPart::Bucket,
            .bound = bound,
            .value = counted_,
            .exemplar = find_exemplar(last_bound_, bound, exemplar)});
    last_bound_ = bound;
  }

  // A sum that can fall is none for Prometheus; OpenMetrics has no count without a sum.
  void close_histogram(const measure::Summary& summary, bool has_sum) {
    if (has_sum || out_.format() == PrometheusFormat::Text) {
      sample({.part = PrometheusPart::Count, .value = std::uint64_t{summary.count}});
    }
    if (has_sum) {
      sample({.part = PrometheusPart::Sum, .value = summary.sum});
    }
  }

  void explicit_buckets(const measure::ExplicitCell& cell) {
    const std::span<const double> bounds = point_.stream->aggregated.buckets.bounds;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      counted_ += cell.counts()[i];
      bucket(bounds[i]);
    }
    counted_ = cell.summary.count;
    bucket(kInfinity);
    const bool is_negative = !bounds.empty() && bounds.front() < 0;
    close_histogram(cell.summary, cell.summary.min >= 0 && !is_negative);
  }

  // Bounds at both ends of what was measured, and between powers of two that hold some of it.
  void exponential_buckets(const measure::ExponentialCell& cell) {
    const measure::BucketRange& range = cell.positive;
    const auto* const counts = point_.table->at<std::uint32_t>(range.counts);
    counted_ = cell.zero_count;
    const auto* const negative = point_.table->at<std::uint32_t>(cell.negative.counts);
    for (std::uint32_t i = 0; i < cell.negative.length; ++i) {
      counted_ += negative[i];
    }
    bucket(0);
    counted_in_power_ = counted_;
    for (std::uint32_t i = 0; i < range.length; ++i) {
      const std::int64_t index = std::int64_t{range.first} + i;
      if (counts[i] != 0) {
        bucket_at(power_below(index, cell.scale));
      }
      counted_ += counts[i];
      const bool is_last = i + 1 == range.length;
      const std::int64_t above = power_above(index, cell.scale);
      if (counted_in_power_ != counted_ &&
          (is_last || power_above(index + 1, cell.scale) != above)) {
        bucket_at(above);
      }
    }
    counted_ = cell.summary.count;
    bucket(kInfinity);
    close_histogram(cell.summary, cell.summary.min >= 0);
  }

  void bucket_at(std::int64_t exponent) {
    const double bound = power_of_two(exponent);
    if (bound > last_bound_ && bound < kInfinity) {
      bucket(bound);
      counted_in_power_ = counted_;
    }
  }

  PrometheusText& out_;
  const PointView& point_;
  PrometheusLabel labels_[measure::kMaxAttributes];
  std::size_t count_ = 0;
  std::uint64_t counted_ = 0;
  std::uint64_t counted_in_power_ = 0;  // up to the last bound
  double last_bound_ = -kInfinity;
};

}  // namespace

detail::FormatDouble double_format_of(const measure::Table& table) {
  detail::FormatDouble format = table.format_double;
  for (measure::Offset offset = table.first_stream; offset != 0 && format == nullptr;) {
    const auto& stream = *table.at<measure::Stream>(offset);
    format = stream.format_double;
    offset = stream.next;
  }
  return format;
}

void PrometheusPoints::add(const PointView& point) {
  if (point.stream != stream_) {
    stream_ = point.stream;
    is_left_out_ = !out_.begin_family({.name = stream_->name,
                                       .unit = stream_->instrument.unit(),
                                       .description = stream_->description,
                                       .type = type_of(*stream_)});
  }
  if (!is_left_out_) {
    Point(out_, point).write();
  }
}

}  // namespace afterglow::encode
