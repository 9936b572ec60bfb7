#pragma once

// What an instance tells of its metrics, as a model that can be added up. It comes from a module,
// as OTLP/JSON, and may be anything.

#include <afterglow/prometheus_text.h>

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace edge_host {

/// Attributes as text, sorted by their keys.
using MetricLabels = std::vector<std::pair<std::string, std::string>>;

enum class MetricKind : std::uint8_t {
  Counter,    ///< A monotonic sum.
  Changing,   ///< A sum that may fall: what is there now, such as requests in flight.
  Gauge,      ///< A value that does not add up.
  Histogram,  ///< With explicit bounds; of exponential ones, powers of two.
};

/// What tells metrics apart.
struct MetricName {
  std::string name;
  std::string unit;
  MetricKind kind = MetricKind::Gauge;

  friend auto operator<=>(const MetricName&, const MetricName&) = default;
};

/// An integer as long as all of it are.
struct MetricNumber {
  std::int64_t integer = 0;
  double real = 0;
  bool is_real = false;

  [[nodiscard]] double value() const { return is_real ? real : static_cast<double>(integer); }
};

/// A point: a number, or for each bound how many values were up to it. The last bound is infinite.
struct MetricPoint {
  MetricNumber number;  ///< Of a histogram: the sum.
  bool has_sum = false;
  std::map<double, std::uint64_t> up_to;
  std::uint64_t unix_nano = 0;
  std::map<double, afterglow::PrometheusExemplar> exemplars;  ///< By bound; of a counter at 0.
};

struct Metric {
  std::string description;
  std::map<MetricLabels, MetricPoint> points;
};

struct MetricReport {
  MetricLabels resource;
  std::map<MetricName, Metric> metrics;
};

/// Read the parts of a report. None when anything in it is not as it has to be: then nothing of it
/// counts. Points of delta temporality are left out, since they cannot be asked for twice.
std::optional<MetricReport> read_report(const std::vector<std::string>& parts);

}  // namespace edge_host
