// Where the rooms meet after the response: record, encode and export. Nothing in here runs before a
// flush, a hook of the host, or the end of the instance.

#include "base/line.h"
#include "encode/otlp_traces.h"
#include "record/selection.h"
#include "telemetry_batch.h"
#include "telemetry_instance.h"

namespace afterglow {

using record::Recorder;

namespace {

// What tells how a flush went, over all signals.
struct Counts {
  std::uint64_t lost = 0;  // what nobody asked to lose
  std::uint64_t told = 0;  // what is with a collector, or may be
  std::uint64_t waiting = 0;
};

Counts counts_of(const FlushReport& report) {
  Counts counts;
  for (const SignalReport* signal : {&report.traces, &report.logs, &report.metrics}) {
    counts.lost += signal->dropped() - signal->dropped(DropReason::NoExporter);
    counts.told += signal->exported + signal->unknown;
    counts.waiting += signal->waiting;
  }
  return counts;
}

FlushStatus judge_flush(const Counts& before, const FlushReport& report) {
  const Counts after = counts_of(report);
  const std::uint64_t lost = after.lost - before.lost + report.metrics_returned;
  if (report.requests == 0) {
    return lost == 0 ? FlushStatus::Nothing : FlushStatus::Failed;
  }
  if (lost == 0) {
    return FlushStatus::Sent;
  }
  const bool nothing_arrived = after.told == before.told;
  const bool nothing_waits = after.waiting == report.metrics_returned;
  return nothing_arrived && nothing_waits ? FlushStatus::Failed : FlushStatus::Partial;
}

// One line of counts for a signal of which something was lost that nobody asked to lose.
void tell_counts(const DiagnosticHandler& handler, const char* signal, const SignalReport& counts) {
  constexpr struct {
    const char* name;
    std::uint64_t SignalReport::* count;
  } kColumns[] = {{" recorded=", &SignalReport::recorded},
                  {" exported=", &SignalReport::exported},
                  {" unknown=", &SignalReport::unknown},
                  {" waiting=", &SignalReport::waiting}};
  const std::uint64_t wanted = counts.dropped(DropReason::NotSampled) +
                               counts.dropped(DropReason::TailDropped) +
                               counts.dropped(DropReason::NoExporter);
  if (counts.dropped() - wanted + counts.waiting == 0) {
    return;
  }
  base::Line line;
  line.add("afterglow: ").add(signal);
  for (const auto& column : kColumns) {
    line.add(column.name).add(static_cast<std::int64_t>(counts.*column.count));
  }
  for (std::size_t i = 0; i < kDropReasonCount; ++i) {
    if (counts.dropped_by_reason[i] != 0) {
      line.add(" dropped.").add(drop_reason_name(static_cast<DropReason>(i))).add('=');
      line.add(static_cast<std::int64_t>(counts.dropped_by_reason[i]));
    }
  }
  base::tell_line(handler, Diagnostic::SendFailed, line.text());
}

}  // namespace

// --- the way up ---------------------------------------------------------------------------------

void Telemetry::attach_hooks() {
  const host::Hooks hooks{
      .object = this,
      .response_sent = [](void* object, std::uint64_t /*request_id*/) -> std::int32_t {
        auto& self = *static_cast<Telemetry*>(object);
        ++self.instance_->requests_since_metrics;
        self.export_now(false);
        return 0;
      },
      .send_result =
          [](void* object, const host::SendResult& result, std::span<char> answer) {
            static_cast<Telemetry*>(object)->finish_request(result, answer);
          },
      .tick = [](void* object) -> std::int32_t {
        static_cast<Telemetry*>(object)->export_now(false);
        return 0;
      },
      .answer_buffer = instance_->answer_memory};
  instance_->attached = host::attach(hooks);
  if (!instance_->attached) {
    instance_->recorder.diagnostics.notice(Diagnostic::SecondTelemetry);
  }
}

void Telemetry::finish_request(const host::SendResult& result, std::span<char> answer) {
  exporter::Outcome outcome;
  if (instance_->exporter.finish(result, answer, outcome)) {
    apply(outcome);
  }
}

// --- flush ---

FlushReport Telemetry::flush() {
  if (first_use() == nullptr || instance_->settings.sdk_disabled) {
    return report_disabled();
  }
  const host::FlushMode mode = instance_->exporter.traits(config_.destination).flush;
  const bool host_calls = mode == host::FlushMode::OnHook || mode == host::FlushMode::OnTick;
  const bool is_counted_later = mode == host::FlushMode::OnHook && instance_->attached;
  instance_->requests_since_metrics += is_counted_later ? 0 : 1;
  if (host_calls && instance_->attached) {
    FlushReport deferred = report();
    deferred.status = FlushStatus::Deferred;
    return deferred;
  }
  return export_now(false);
}

FlushReport Telemetry::shutdown() {
  if (first_use() == nullptr || instance_->settings.sdk_disabled) {
    return report_disabled();
  }
  Recorder& recorder = instance_->recorder;
  if (recorder.shut_down) {
    return report();
  }
  settle_flights();
  record::end_unfinished(recorder);
  recorder.shut_down = true;
  measuring_ = nullptr;
  FlushReport result = export_now(true);
  if (!instance_->settings.quiet) {
    tell_counts(config_.diagnostics, "traces", result.traces);
    tell_counts(config_.diagnostics, "logs", result.logs);
    tell_counts(config_.diagnostics, "metrics", result.metrics);
  }
  return result;
}

FlushReport Telemetry::export_now(bool last) {
  FlushReport result = report();
  if (instance_->exporting || instance_->settings.sdk_disabled) {
    return result;
  }
  Instance& instance = *instance_;
  instance.exporting = true;
  const Counts before = counts_of(result);
  const MetricWork* const metrics = instance.metric_work;
  base::Diagnostics& diagnostics = instance.recorder.diagnostics;
  if (instance.resource.empty() && (before.waiting != 0 || metrics != nullptr ||
                                    diagnostics.count(Diagnostic::ConfigurationInvalid) != 0)) {
    instance.prepare_export(config_);
  }
  expire(false);
  std::uint32_t requests = 0;
  instance.anonymise(instance.traces, Signal::Traces);
  while (send_next_request(requests)) {
  }
  if (const record::LogWork* logs = instance.recorder.log_work; logs != nullptr) {
    instance.anonymise(instance.logs, Signal::Logs);
    logs->send(this, requests);
  }
  if (metrics != nullptr) {
    metrics->send(*this, requests);
  }
  await_answers();
  expire(last);
  if (!instance.settings.quiet) {
    diagnostics.tell(config_.diagnostics);
  }
  instance.exporting = false;
  result = report();
  result.requests = requests;
  result.status = judge_flush(before, result);
  return result;
}

void Telemetry::await_answers() {
  if (instance_->exporter.traits(config_.destination).flush == host::FlushMode::WaitForAnswer) {
    instance_->exporter.wait(instance_->traces.timeout_ms, instance_->answer_memory,
                             [this](const exporter::Outcome& outcome) { apply(outcome); });
  }
}

// Before the last collection: a point in flight is not collected again.
void Telemetry::settle_flights() {
  if (instance_->metric_work != nullptr && !instance_->exporting) {
    await_answers();
    expire(true);
  }
}

// Requests whose answer never came.
void Telemetry::expire(bool all) {
  exporter::Outcome outcome;
  while (instance_->exporter.expire(all, outcome)) {
    apply(outcome);
  }
}

// One request of spans. False when nothing was left to send.
bool Telemetry::send_next_request(std::uint32_t& requests) {
  Instance& instance = *instance_;
  base::Ledger& ledger = instance.recorder.spans;
  if (ledger.report().waiting == 0) {
    return false;
  }
  record::Selection selection(instance.recorder);
  const Outbox outbox{Signal::Traces, config_, instance.traces, instance.body_memory,
                      instance.answer_memory};
  const Batch batch = send_batch<encode::TracesDocument>(
      instance.exporter, instance.recorder, instance.resource, outbox, selection, ledger);
  if (batch.made) {
    ++requests;
    apply(batch.outcome);
  }
  return batch.made;
}

// Nothing leaves that was to be anonymised and could not be.
void Telemetry::Instance::anonymise(config::SignalExport& way_out, Signal signal) {
  const Anonymiser* anonymiser = way_out.anonymiser;
  if (anonymiser != nullptr && !anonymiser->apply(*anonymiser, recorder, signal)) {
    way_out.anonymiser = nullptr;
    way_out.way = ExportWay::None;
    way_out.drop_reason = DropReason::Residency;
  }
}

// --- the books ---

void Telemetry::apply(const exporter::Outcome& outcome) {
  Recorder& recorder = instance_->recorder;
  if (outcome.signal == Signal::Metrics) {
    return instance_->metric_work->apply(*this, outcome);
  }
  base::Ledger& ledger = outcome.signal == Signal::Logs ? recorder.logs : recorder.spans;
  ledger.exported(outcome.exported);
  ledger.unknown(outcome.unknown);
  ledger.dropped(outcome.reason, outcome.dropped);
}

}  // namespace afterglow
