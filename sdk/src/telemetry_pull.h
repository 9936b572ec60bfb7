#pragma once

// Reading metrics on demand: what the page for Prometheus and the host's own collecting share.

#include <afterglow/prometheus.h>

#include <span>
#include <string_view>

#include "measure/collection.h"
#include "telemetry_metrics.h"

namespace afterglow {

struct PullReader {
  /// Takes the place of pushing.
  static void begin(Telemetry& telemetry);

  /// The table, once what export needs is known; null when there is nothing to tell, or nothing may
  /// leave.
  static Telemetry::Metrics* prepare(Telemetry& telemetry);

  /// The next part of a report, in the memory of bodies.
  static std::string_view next_part(Telemetry& telemetry);

  /// A page for Prometheus.
  static std::size_t write_page(Telemetry& telemetry, PrometheusFormat format, std::span<char> out);
};

}  // namespace afterglow
