// Where the rooms meet after the response: record, encode and export. Nothing in here runs before a
// flush, a hook of the host, or the end of the instance.

#include <afterglow/version.h>

#include "base/line.h"
#include "base/wipe.h"
#include "config/pairs.h"
#include "encode/otlp_resource.h"
#include "encode/otlp_traces.h"
#include "record/selection.h"
#include "telemetry_batch.h"
#include "telemetry_instance.h"

namespace afterglow {

using record::Recorder;
using record::SpanRecord;

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

// --- flush
// ----------------------------------------------------------------------------------------

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
    tell_counts("traces", result.traces);
    tell_counts("logs", result.logs);
    tell_counts("metrics", result.metrics);
  }
  return result;
}

FlushReport Telemetry::export_now(bool last) {
  FlushReport result;
  if (instance_->exporting || instance_->settings.sdk_disabled) {
    return report();
  }
  instance_->exporting = true;
  const FlushReport before = report();
  const bool is_misconfigured =
      instance_->recorder.diagnostics.count(Diagnostic::ConfigurationInvalid) != 0;
  const MetricWork* const metrics = instance_->metric_work;
  if (instance_->resource.empty() &&
      (before.waiting() != 0 || is_misconfigured || metrics != nullptr)) {
    instance_->prepare_export(config_);
  }
  expire(false);
  instance_->anonymise(instance_->traces, Signal::Traces);
  while (send_next_request(result.requests)) {
  }
  if (const record::LogWork* logs = instance_->recorder.log_work; logs != nullptr) {
    instance_->anonymise(instance_->logs, Signal::Logs);
    logs->send(this, result.requests);
  }
  if (metrics != nullptr) {
    metrics->send(*this, result.requests);
  }
  await_answers();
  expire(last);
  if (!instance_->settings.quiet) {
    instance_->recorder.diagnostics.tell(config_.diagnostics);
  }
  instance_->exporting = false;
  FlushReport after = report();
  after.requests = result.requests;
  after.status = judge_flush(before, after);
  return after;
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

void Telemetry::Instance::prepare_export(const Config& config) {
  const std::span<char> scratch = scratch_of(body_memory);
  const host::Traits& traits = exporter.traits(config.destination);
  take(config, traits);
  // Endpoint and headers may take half of the resource's memory.
  const std::size_t kept_from = resource_memory.size() / 2;
  config::ExportReading reading{.config = config,
                                .settings = settings,
                                .traits = traits,
                                .scratch = scratch,
                                .copies = body_memory.subspan(scratch.size()),
                                .keep = resource_memory.subspan(kept_from),
                                .own_headers = exporter::kOwnHeaders,
                                .diagnostics = recorder.diagnostics};
  config::ResourceTexts texts;
  if (const detail::EnvironmentReader* reader = config.environment.reader(); reader != nullptr) {
    reader->read_export(reading, *this, texts);
  }
  render_resource(config, texts, resource_memory.first(kept_from + reading.keep.size()));
  base::wipe(body_memory.data() + scratch.size(), body_memory.size() - scratch.size());
  if (config.residency.is_set()) {
    const bool has_lines = config.logs.send_lines() != nullptr;
    config.residency.apply(Signal::Traces, resource, ExportWay::Log, traces);
    config.residency.apply(Signal::Logs, resource, has_lines ? ExportWay::Lines : ExportWay::Log,
                           logs);
    config.residency.apply(Signal::Metrics, resource, ExportWay::Log, metrics_export);
  }
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

void Telemetry::Instance::render_resource(const Config& config,
                                          const config::ResourceTexts& environment,
                                          std::span<char> memory) {
  encode::JsonWriter out(memory);
  const encode::ValueFilter redact{
      this, [](void* object, const Key& key, const Value& value, Value& kept) {
        auto& self = *static_cast<Instance*>(object);
        // No request has been sent, so no answer comes.
        return self.recorder.redactor.redact(key, value, std::as_writable_bytes(self.answer_memory),
                                             kept);
      }};
  encode::Resource rendered(out, config.resource, redact);
  std::string_view pairs = environment.attributes;
  rendered.add("service.name", config.service_name);
  rendered.add("service.name", environment.service_name);
  rendered.add("service.name", config::find_pair(pairs, "service.name"));
  rendered.add("service.name", "unknown_service");
  rendered.add("telemetry.sdk.name", "afterglow");
  rendered.add("telemetry.sdk.language", "cpp");
  rendered.add("telemetry.sdk.version", kVersion);
  rendered.add("service.version", config.service_version);
  rendered.add("service.namespace", config.service_namespace);
  rendered.add_own();
  std::string_view name;
  std::string_view value;
  while (config::next_pair(pairs, name, value)) {
    rendered.add_environment(name, config::find_pair(environment.attributes, name));
  }
  auto detected = [&rendered](std::string_view key, std::string_view told) {
    rendered.add_detected(key, told);
  };
  const std::span<char> scratch = scratch_of(body_memory);
  const host::ReadResult told = host::resource(scratch, detected);
  base::wipe(scratch.data(), told.length < scratch.size() ? told.length : scratch.size());
  rendered.close();
  if (rendered.dropped() != 0) {
    recorder.diagnostics.notice(Diagnostic::ResourceTruncated,
                                static_cast<std::int32_t>(rendered.dropped()));
  }
  resource = out.text();
}

// --- the books
// ------------------------------------------------------------------------------------

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

FlushStatus Telemetry::judge_flush(const FlushReport& before, const FlushReport& after) {
  const auto lost_of = [](const FlushReport& report) {  // what nobody asked to lose
    return report.dropped() - report.traces.dropped(DropReason::NoExporter) -
           report.logs.dropped(DropReason::NoExporter) -
           report.metrics.dropped(DropReason::NoExporter);
  };
  const auto told_of = [](const FlushReport& report) {  // what is with a collector, or may be
    return report.traces.exported + report.traces.unknown + report.logs.exported +
           report.logs.unknown + report.metrics.exported + report.metrics.unknown;
  };
  const std::uint64_t lost = lost_of(after) - lost_of(before) + after.metrics_returned;
  if (after.requests == 0) {
    return lost == 0 ? FlushStatus::Nothing : FlushStatus::Failed;
  }
  if (lost == 0) {
    return FlushStatus::Sent;
  }
  const bool nothing_arrived = told_of(after) == told_of(before);
  const bool nothing_waits = after.waiting() == after.metrics_returned;
  return nothing_arrived && nothing_waits ? FlushStatus::Failed : FlushStatus::Partial;
}

// One line of counts for a signal of which something was lost that nobody asked to lose.
void Telemetry::tell_counts(std::string_view signal, const SignalReport& counts) {
  const std::uint64_t unwanted = counts.dropped(DropReason::NotSampled) +
                                 counts.dropped(DropReason::TailDropped) +
                                 counts.dropped(DropReason::NoExporter);
  if (counts.dropped() - unwanted + counts.waiting == 0) {
    return;
  }
  base::Line line;
  line.add("afterglow: ").add(signal);
  line.add(" recorded=").add(static_cast<std::int64_t>(counts.recorded));
  line.add(" exported=").add(static_cast<std::int64_t>(counts.exported));
  line.add(" unknown=").add(static_cast<std::int64_t>(counts.unknown));
  line.add(" waiting=").add(static_cast<std::int64_t>(counts.waiting));
  for (std::size_t i = 0; i < kDropReasonCount; ++i) {
    if (counts.dropped_by_reason[i] != 0) {
      line.add(" dropped.").add(drop_reason_name(static_cast<DropReason>(i))).add("=");
      line.add(static_cast<std::int64_t>(counts.dropped_by_reason[i]));
    }
  }
  base::tell_line(config_.diagnostics, Diagnostic::SendFailed, line.text());
}

}  // namespace afterglow
