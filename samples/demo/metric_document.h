#pragma once

// OTLP/JSON metrics, read into plain values for drawing. Whatever arrives is checked against the
// rules of the wire format, so that a mistake in the sender is told instead of drawn.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace demo {

/// A distribution: buckets from low to high.
struct Distribution {
  std::uint64_t count = 0;
  double sum = 0;
  std::optional<double> min;
  std::optional<double> max;
  std::vector<double> bounds;  ///< One less than buckets; empty where buckets are exponential.
  std::vector<std::uint64_t> buckets;
};

/// One point of one metric.
struct MetricPoint {
  std::string service;
  std::string instance;  ///< `service.instance.id`, or empty.
  std::string name;
  std::string unit;
  bool is_delta = false;  ///< Else a total, or the latest value.
  std::vector<std::pair<std::string, std::string>> attributes;
  bool is_real = false;  ///< `real` counts, not `integer`.
  std::int64_t integer = 0;
  double real = 0;
  std::optional<Distribution> distribution;  ///< Instead of a number.
};

/// The points of an ExportMetricsServiceRequest, in document order. On bad input nothing, and
/// `error` says what is wrong.
std::optional<std::vector<MetricPoint>> parse_metrics(std::string_view json, std::string& error);

}  // namespace demo
