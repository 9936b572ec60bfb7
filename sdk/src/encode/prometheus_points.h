#pragma once

// Points of the metric table as families of a Prometheus page.

#include <afterglow/prometheus_text.h>

#include "measure/collection.h"

namespace afterglow::encode {

/// Of doubles, where the table holds some: so modules without doubles do not link it.
[[nodiscard]] detail::FormatDouble double_format_of(const measure::Table& table);

class PrometheusPoints {
 public:
  explicit PrometheusPoints(PrometheusText& out) : out_(out) {}

  /// Write a cumulative point. Points of one stream come one after another, as a collection gives
  /// them.
  void add(const measure::PointView& point);

 private:
  PrometheusText& out_;
  const measure::Stream* stream_ = nullptr;
  bool is_left_out_ = false;  // the family collides with another one
};

}  // namespace afterglow::encode
