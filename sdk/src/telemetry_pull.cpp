// Where the rooms meet when somebody asks for metrics instead of waiting for them: a host that
// collects itself. Linked only where the program names `MetricReader::pull()`.

#include "telemetry_pull.h"

#include <afterglow/host.h>

#include "encode/otlp_metrics.h"

namespace afterglow {

Telemetry::Metrics* PullReader::prepare(Telemetry& telemetry) {
  Telemetry::Instance* const instance = telemetry.instance_;
  if (instance == nullptr || instance->metrics == nullptr || instance->exporting) {
    return nullptr;
  }
  if (instance->resource.empty()) {
    instance->prepare_export(telemetry.config_);
  }
  instance->anonymise(instance->metrics_export, Signal::Metrics);
  return instance->metrics_export.way == ExportWay::None ? nullptr : instance->metrics;
}

// As many points as one body holds. A point that is larger than that is left out and counted.
std::string_view PullReader::next_part(Telemetry& telemetry) {
  Telemetry::Metrics* const metrics = prepare(telemetry);
  if (metrics == nullptr) {
    return {};
  }
  const Telemetry::Instance& instance = *telemetry.instance_;
  const std::uint64_t now = host::wall_clock();
  measure::Collection collection =
      metrics->pulled == 0 ? measure::Collection(metrics->table, measure::Reader::Pull, now)
                           : measure::Collection(metrics->table, metrics->pulled, now);
  encode::JsonWriter out(instance.body_memory);
  encode::MetricsDocument document(out, instance.resource);
  bool is_empty = true;
  while (const measure::PointView* point = collection.next()) {
    if (document.add(*point)) {
      is_empty = false;
    } else if (is_empty) {
      metrics->points.refused(DropReason::TooLarge);
    } else {
      break;
    }
    metrics->pulled = collection.told();
  }
  if (is_empty) {
    metrics->pulled = 0;
    return {};
  }
  document.close();
  return out.text();
}

// Instead of exporting: conflicts and losses are told, points wait to be asked for.
void PullReader::begin(Telemetry& telemetry) {
  static constinit const Telemetry::MetricWork kPullWork{
      .send =
          [](Telemetry& self, std::uint32_t&) {
            self.instance_->metrics->notice_losses(self.instance_->recorder.diagnostics);
          },
      .apply = [](Telemetry&, const exporter::Outcome&) {},  // nothing was sent
      .report = [](const Telemetry& self,
                   FlushReport& report) { self.instance_->metrics->report(report); }};
  telemetry.instance_->metric_work = &kPullWork;
  host::offer_metrics({.object = &telemetry, .next_part = [](void* object) {
                         return next_part(*static_cast<Telemetry*>(object));
                       }});
}

void detail::collect_on_demand(Telemetry& telemetry) {
  PullReader::begin(telemetry);
}

}  // namespace afterglow
