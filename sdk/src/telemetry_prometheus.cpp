// A page for Prometheus. Linked only where the program writes one.

#include <afterglow/host.h>
#include <afterglow/prometheus.h>

#include "encode/prometheus_points.h"
#include "encode/prometheus_values.h"
#include "telemetry_pull.h"

namespace afterglow {
namespace {

constexpr std::size_t kMaxResourceLabels = 64;

void write_target(PrometheusText& page, std::string_view resource) {
  PrometheusLabel labels[kMaxResourceLabels];
  const std::size_t count = encode::labels_of_resource(resource, labels);
  if (count != 0 && page.begin_family({.name = "target",
                                       .description = "The resource of these metrics.",
                                       .type = PrometheusType::Info})) {
    page.sample({labels, count}, {.value = std::uint64_t{1}});
  }
}

}  // namespace

std::size_t PullReader::write_page(Telemetry& telemetry, PrometheusFormat format,
                                   std::span<char> out) {
  Telemetry::Metrics* const metrics = prepare(telemetry);
  PrometheusText page(out, format,
                      metrics == nullptr ? nullptr : encode::double_format_of(metrics->table));
  if (metrics != nullptr) {
    write_target(page, telemetry.instance_->resource);
    measure::Collection collection(metrics->table, measure::Reader::Pull, host::wall_clock());
    encode::PrometheusPoints points(page);
    while (const measure::PointView* point = collection.next()) {
      points.add(*point);
    }
    if (page.collisions() != 0) {
      telemetry.instance_->recorder.diagnostics.notice(Diagnostic::MetricConflict);
    }
  }
  page.close();
  return page.size();
}

std::size_t write_prometheus(Telemetry& telemetry, PrometheusFormat format, std::span<char> out) {
  return PullReader::write_page(telemetry, format, out);
}

}  // namespace afterglow
