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
        static_cast<Telemetry*>(object)->export_now(false);
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
  record::end_unfinished(recorder);
  recorder.shut_down = true;
  FlushReport result = export_now(true);
  if (!instance_->settings.quiet) {
    tell_counts("traces", result.traces);
    tell_counts("logs", result.logs);
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
  if (instance_->resource.empty() && (before.waiting() != 0 || is_misconfigured)) {
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
  if (instance_->exporter.traits(config_.destination).flush == host::FlushMode::WaitForAnswer) {
    instance_->exporter.wait(instance_->traces.timeout_ms, instance_->answer_memory,
                             [this](const exporter::Outcome& outcome) { apply(outcome); });
  }
  expire(last);
  if (!instance_->settings.quiet) {
    instance_->recorder.diagnostics.tell(config_.diagnostics);
  }
  instance_->exporting = false;
  const FlushReport after = report();
  result.traces = after.traces;
  result.logs = after.logs;
  result.redactions = after.redactions;
  result.status = judge_flush(before, result);
  return result;
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
  config::ExportReader environment(config, settings, exporter.traits(config.destination), scratch,
                                   body_memory.subspan(scratch.size()));
  // Endpoint and headers may take half of the resource's memory.
  const std::size_t kept_from = resource_memory.size() / 2;
  std::span<char> keep = resource_memory.subspan(kept_from);
  traces = environment.read(Signal::Traces, keep, exporter::kOwnHeaders);
  logs = environment.read(Signal::Logs, keep, exporter::kOwnHeaders);
  environment.tell(recorder.diagnostics, config.diagnostics);
  render_resource(config, environment, resource_memory.first(kept_from + keep.size()));
  base::wipe(body_memory.data() + scratch.size(), body_memory.size() - scratch.size());
  if (config.residency.is_set()) {
    const bool has_lines = config.logs.send_lines() != nullptr;
    config.residency.apply(Signal::Traces, resource, ExportWay::Log, traces);
    config.residency.apply(Signal::Logs, resource, has_lines ? ExportWay::Lines : ExportWay::Log,
                           logs);
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
                                          const config::ExportReader& environment,
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
  std::string_view pairs = environment.resource();
  rendered.add("service.name", config.service_name);
  rendered.add("service.name", environment.service_name());
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
    rendered.add_environment(name, config::find_pair(environment.resource(), name));
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
  base::Ledger& ledger = outcome.signal == Signal::Logs ? recorder.logs : recorder.spans;
  ledger.exported(outcome.exported);
  ledger.unknown(outcome.unknown);
  ledger.dropped(outcome.reason, outcome.dropped);
}

FlushStatus Telemetry::judge_flush(const FlushReport& before, const FlushReport& after) {
  const auto lost_of = [](const FlushReport& report) {  // what nobody asked to lose
    return report.dropped() - report.traces.dropped(DropReason::NoExporter) -
           report.logs.dropped(DropReason::NoExporter);
  };
  const std::uint64_t lost = lost_of(after) - lost_of(before);
  if (after.requests == 0) {
    return lost == 0 ? FlushStatus::Nothing : FlushStatus::Failed;
  }
  if (lost == 0) {
    return FlushStatus::Sent;
  }
  const std::uint64_t left = before.waiting() - after.waiting();
  return left == lost && after.waiting() == 0 ? FlushStatus::Failed : FlushStatus::Partial;
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

// A disabled SDK says so once, and why.
FlushReport Telemetry::report_disabled() {
  if (!disabled_told_ && memory_layout(size_).usable == false) {
    base::Line line;
    line.add("afterglow: the lent buffer of ").add(static_cast<std::int64_t>(size_));
    line.add(" bytes is below ").add(static_cast<std::int64_t>(kMinimumBufferBytes));
    line.add(": telemetry is disabled");
    base::tell_line(config_.diagnostics, Diagnostic::BufferTooSmall, line.text());
  }
  disabled_told_ = true;
  return report();
}

FlushReport Telemetry::report() const {
  FlushReport result;
  const bool is_off = disabled_ || (instance_ != nullptr && instance_->settings.sdk_disabled);
  if (instance_ != nullptr && !is_off) {
    result.traces = instance_->recorder.spans.report();
    result.logs = instance_->recorder.logs.report();
    result.redactions = instance_->recorder.redactor.counts();
  } else if (is_off) {
    result.status = FlushStatus::Disabled;
    result.traces.recorded = disabled_spans_;
    result.traces.dropped_by_reason[static_cast<std::size_t>(DropReason::Disabled)] =
        disabled_spans_;
    if (instance_ != nullptr) {
      result.logs = instance_->recorder.logs.report();
    }
  }
  result.logs.recorded += disabled_logs_;
  result.logs.dropped_by_reason[static_cast<std::size_t>(DropReason::Disabled)] += disabled_logs_;
  return result;
}

std::uint32_t Telemetry::diagnostic_count(Diagnostic kind) const {
  if (instance_ != nullptr) {
    return instance_->recorder.diagnostics.count(kind);
  }
  return disabled_ && kind == Diagnostic::BufferTooSmall && !memory_layout(size_).usable ? 1 : 0;
}

std::size_t Telemetry::page_count() const {
  return instance_ == nullptr ? 0 : instance_->recorder.pages.page_count();
}

std::size_t Telemetry::free_pages() const {
  return instance_ == nullptr ? 0 : instance_->recorder.pages.free_pages();
}

}  // namespace afterglow
