#include "encode/otlp_metrics.h"

#include "encode/metric_attributes.h"

namespace afterglow::encode {
namespace {

using measure::PointView;

constexpr std::string_view kBeforeAttributes = R"({"attributes":[)";  // of every resource
constexpr std::string_view kEndOfMetric = "]}}";
constexpr std::string_view kEndOfDocument = "]}]}]}";
constexpr std::size_t kClosingBytes = kEndOfMetric.size() + kEndOfDocument.size();

// Most bounds and many sums are positive whole numbers: what the formatter would write is known at
// once. 0 for others.
std::int64_t whole_number(double value) {
  constexpr double kExact = 9'007'199'254'740'992;  // 2^53
  const bool is_in_range = value > 0 && value < kExact;
  const auto whole = is_in_range ? static_cast<std::int64_t>(value) : 0;
  return static_cast<double>(whole) == value ? whole : 0;
}

}  // namespace

void write_real(JsonWriter& out, const PointView& point, double value) {
  char digits[32];
  const detail::FormatDouble format = point.stream->format_double;
  if (format == nullptr) {
    out.put('0');
  } else if (const std::int64_t whole = whole_number(value); whole > 0) {
    out.put(Decimal(static_cast<std::uint64_t>(whole)), ".0");
  } else {
    out.raw({digits, format(value, digits)});
  }
}

MetricsDocument::MetricsDocument(JsonWriter& out, std::string_view resource,
                                 std::string_view instance_id)
    : out_(out) {
  out_.raw(R"({"resourceMetrics":[{"resource":)");
  if (!instance_id.empty() && resource.size() > kBeforeAttributes.size()) {
    out_.raw(kBeforeAttributes).raw(R"({"key":"service.instance.id","value":{"stringValue":)");
    out_.string(instance_id).raw("}}");
    resource.remove_prefix(kBeforeAttributes.size());
    out_.raw(resource.front() == ']' ? "" : ",");
  }
  out_.raw(resource);
  out_.raw(R"(,"scopeMetrics":[{"metrics":[)");
  out_.reserve(kClosingBytes);
  begun_ = !out_.failed();
}

bool MetricsDocument::add(const PointView& point) {
  if (!begun_) {
    return false;
  }
  const std::size_t before = out_.size();
  const measure::Stream* const stream_before = stream_;
  if (stream_ != point.stream) {
    begin_metric(point);
  } else {
    out_.raw(",");
  }
  write_point(point);
  if (out_.failed()) {
    out_.rewind(before);
    stream_ = stream_before;
    return false;
  }
  return true;
}

void MetricsDocument::close() {
  out_.give_back(kClosingBytes);
  if (stream_ != nullptr) {
    out_.raw(kEndOfMetric);
  }
  out_.raw(kEndOfDocument);
}

void MetricsDocument::begin_metric(const PointView& point) {
  if (stream_ != nullptr) {
    out_.raw(kEndOfMetric).raw(",");
  }
  stream_ = point.stream;
  const MetricFormat& format = *stream_->aggregated.format;
  out_.raw(R"({"name":)").string(stream_->name);
  if (!stream_->description.empty()) {
    out_.raw(R"(,"description":)").string(stream_->description);
  }
  if (!stream_->instrument.unit().empty()) {
    out_.raw(R"(,"unit":)").string(stream_->instrument.unit());
  }
  out_.raw(R"(,")").raw(format.name).raw(R"(":{)");
  if (format.has_temporality) {
    out_.raw(R"("aggregationTemporality":)");
    out_.number(static_cast<std::uint64_t>(point.temporality)).raw(",");
  }
  if (format.has_monotonicity) {
    out_.raw(stream_->is_monotonic ? R"("isMonotonic":true,)" : R"("isMonotonic":false,)");
  }
  out_.raw(R"("dataPoints":[)");
}

void MetricsDocument::write_point(const PointView& point) {
  out_.raw(R"({"startTimeUnixNano":)").quoted(point.start_unix_nano);
  out_.raw(R"(,"timeUnixNano":)").quoted(point.unix_nano);
  write_attributes(out_, point);
  stream_->aggregated.format->write_value(out_, point);
  if (point.exemplars != 0) {
    point.table->write_exemplars(out_, point);
  }
  out_.raw("}");
}

}  // namespace afterglow::encode
