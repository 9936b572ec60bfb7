#pragma once

// Points as one OTLP/JSON document, an `ExportMetricsServiceRequest`: resource, metrics, points.
// Points are added until one does not fit; then the document is closed and is complete as it is.

#include <string_view>

#include "encode/json_writer.h"
#include "measure/collection.h"

namespace afterglow::encode {

/// How one kind of metric is written. Instruments name theirs, so that others are not linked.
struct MetricFormat {
  std::string_view name;  ///< The member of `Metric` that holds the points.
  bool has_temporality;
  bool has_monotonicity;
  void (*write_value)(JsonWriter& out, const measure::PointView& point);
};

/// Write `,"exemplars":[…]`: for `ExemplarSource::write`.
void write_exemplars(JsonWriter& out, const measure::PointView& point);

/// Write what a double is in JSON, with the formatter its stream brings.
void write_real(JsonWriter& out, const measure::PointView& point, double value);

class MetricsDocument {
 public:
  /// `resource` is the rendered resource; `instance_id`, unless it is empty, goes before its
  /// attributes as `service.instance.id`.
  MetricsDocument(JsonWriter& out, std::string_view resource, std::string_view instance_id = {});

  /// Write a point. False when it does not fit: then nothing of it was written. Points of one
  /// stream should come one after another, as a collection gives them.
  [[nodiscard]] bool add(const measure::PointView& point);

  void close();

 private:
  void begin_metric(const measure::PointView& point);
  void write_point(const measure::PointView& point);

  JsonWriter& out_;
  const measure::Stream* stream_ = nullptr;
  bool begun_ = false;  // the resource fits, so that points may follow it
};

}  // namespace afterglow::encode
