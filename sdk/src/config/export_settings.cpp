#include "config/export_settings.h"

namespace afterglow::config {

void ExportSettings::take(const Config& config, const host::Traits& traits) {
  traces.way = config.traces;
  logs.way = config.logs.way();
  metrics_export.way = config.metrics.way;
  metric_interval_ms = config.metrics.every_ms;
  for (const Signal signal : {Signal::Traces, Signal::Logs, Signal::Metrics}) {
    SignalExport& settings = of(signal);
    settings.timeout_ms = granted_ms(traits, config.timeout_ms);
    settings.max_send_bytes = traits.max_send_bytes;
    settings.destination = config.destination;
  }
}

}  // namespace afterglow::config
