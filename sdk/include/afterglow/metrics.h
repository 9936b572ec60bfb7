#pragma once

// How metrics are kept and leave: `Config::metrics`. What is measured is in
// <afterglow/instrument.h>.
//
//   constinit Telemetry telemetry{memory, {.service_name = "cart-edge",
//                                          .metrics = {.every_requests = 1}}};
//
// An instance that measures nothing pays nothing: the table of points is taken from the pages of
// the lent memory by the first measurement, which also reads the wall clock once (from then on
// everything counts) and makes one random read (for hashes). Later ones make no host call, but one
// clock read where a measurement through a sampled span is kept as an exemplar.
//
// Specification: metrics SDK; OTLP exporter configuration.

#include <afterglow/view.h>

#include <cstdint>
#include <span>

namespace afterglow {

class Telemetry;
enum class ExportWay : std::uint8_t;

/// What points tell: the values of OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE.
enum class TemporalityPreference : std::uint8_t {
  Cumulative,  ///< Totals since the instance began.
  Delta,       ///< What came since the last export; UpDownCounters stay cumulative.
  LowMemory,   ///< Delta for what is measured, cumulative for what is observed.
};

/// Which measurements may be kept as exemplars, of those made through a span.
enum class ExemplarFilter : std::uint8_t {
  TraceBased,  ///< Where the span is sampled.
  AlwaysOn,
  AlwaysOff,
};

namespace detail {
/// Reached only through `MetricReader::pull()`, so that modules that push do not link it.
void collect_on_demand(Telemetry& telemetry);
}  // namespace detail

/// Who reads the points: one of two, since each delta is told once.
class MetricReader {
 public:
  /// A flush sends them.
  static constexpr MetricReader push() { return MetricReader(nullptr); }
  /// Nothing is sent. A host that collects itself asks for them (`afterglow_v1_export_metrics`), or
  /// the program writes them on a page (<afterglow/prometheus.h>). Points are cumulative: totals
  /// since the instance began to measure, never reset, whatever `temporality` says.
  /// `every_requests`, `every_ms` and `instance_id` mean nothing then; `ExportWay::None`, whoever
  /// says it, and rules of residency hold here too.
  static constexpr MetricReader pull() { return MetricReader(&detail::collect_on_demand); }

  [[nodiscard]] constexpr bool is_pull() const { return begin_ != nullptr; }
  void begin(Telemetry& telemetry) const { begin_(telemetry); }

 private:
  constexpr explicit MetricReader(void (*start)(Telemetry& telemetry)) : begin_(start) {}

  void (*begin_)(Telemetry& telemetry);
};

struct MetricsConfig {
  MetricReader reader = MetricReader::push();
  ExportWay way{};  ///< `Otlp`, `Log` (`Lines` is the same here) or `None`.
  /// Pages of 1 KiB for the table, at least 2, adjacent; 0 is a quarter of the pool. Where there is
  /// no such run, half as many are taken, and so on; with none, measurements are rejected and the
  /// next one tries again. They are the table's as long as the instance lives.
  std::uint32_t pages = 0;
  /// Attribute sets an instrument holds at most, the overflow point included.
  std::uint32_t cardinality_limit = 2000;
  std::span<const View> views = {};  ///< A named constexpr array.
  TemporalityPreference temporality = TemporalityPreference::Delta;
  ExemplarFilter exemplars = ExemplarFilter::TraceBased;
  /// Points leave with the first flush after so many requests, which is so many flushes; 1 suits
  /// instances that serve one request and never call `shutdown()`; 0: the time alone decides.
  std::uint32_t every_requests = 0;
  /// And with the first flush after so many milliseconds. `shutdown()` always exports.
  std::uint32_t every_ms = 60'000;
  /// Give the resource of metrics a random `service.instance.id`, unless the program, the
  /// environment or the platform tells one. Without it several instances write to one stream, which
  /// a backend cannot tell apart: sdk/README.md has the recipe for the Collector.
  bool instance_id = true;
};

}  // namespace afterglow
