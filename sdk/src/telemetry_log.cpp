// Where the rooms meet when something is logged: the filters, then the record.

#include <afterglow/host.h>

#include "context/ot_state.h"
#include "encode/otlp_logs.h"
#include "record/log_records.h"
#include "record/span_data.h"
#include "sample/log_filter.h"
#include "telemetry_batch.h"

namespace afterglow {

using record::LocalTrace;
using record::Recorder;

namespace {

// A place in the code, never 0.
std::uint32_t key_of(std::uint32_t line, Severity severity, const Scope* scope) {
  constexpr std::uint32_t kOddMultiplier = 0x9E37'79B1;
  const auto address = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(scope));
  const std::uint32_t mixed =
      (line * kOddMultiplier ^ address) * kOddMultiplier + static_cast<std::uint32_t>(severity);
  return mixed | 1U;
}

std::uint64_t randomness(const Recorder& recorder, const LocalTrace* trace, const TraceId& id) {
  if (trace != nullptr && trace->trace_state.length != 0) {
    if (const context::OtState ot = context::read_ot(recorder.text(trace->trace_state));
        ot.has_random) {
      return ot.random;
    }
  }
  return randomness_of(id);
}

// Spans that are recorded know the time by the cheaper clock.
std::uint64_t now(const LocalTrace* trace) {
  return trace != nullptr && trace->first_span != 0 ? record::now_unix_nano(*trace)
                                                    : host::wall_clock();
}

// Why a record that passed the filters may not be kept; null when it may.
const DropReason* refusal(Recorder& recorder, const LogConfig& config, std::uint32_t site) {
  static constexpr DropReason kDisabled = DropReason::Disabled;
  static constexpr DropReason kShutdown = DropReason::Shutdown;
  static constexpr DropReason kRateLimited = DropReason::RateLimited;
  if (recorder.disabled) {
    return &kDisabled;
  }
  if (recorder.shut_down) {
    return &kShutdown;
  }
  const bool admitted = config.per_site == 0 || recorder.log_sites.admit(site, config.per_site);
  return admitted ? nullptr : &kRateLimited;
}

}  // namespace

Span& Span::log(Severity severity, const Value& body, Attributes attributes,
                const LogOptions& options, std::uint32_t line) {
  if (recorder_ == nullptr) {
    return *this;
  }
  LocalTrace* trace = local_trace();
  record::SpanRecord* span = recording();
  const Scope* scope = options.scope != nullptr ? options.scope
                       : span != nullptr        ? span->scope
                                                : &kDefaultScope;
  const LogConfig& config = *recorder_->log_config;
  sample::LogSummary summary{
      .severity = severity, .scope = scope, .is_sampled = (trace_flags_ & kSampledFlag) != 0};
  if (trace_id_.is_valid()) {
    summary.randomness = randomness(*recorder_, trace, trace_id_);
  }
  if (!sample::keeps(config, summary)) {
    return *this;
  }
  recorder_->send_logs = &Telemetry::send_logs;
  if (const DropReason* reason = refusal(*recorder_, config, key_of(line, severity, scope));
      reason != nullptr) {
    recorder_->logs.refused(*reason);
    return *this;
  }
  record::add_log(*recorder_, trace,
                  {.severity = severity,
                   .body = body,
                   .attributes = attributes,
                   .options = options,
                   .span = identity(),
                   .scope = scope,
                   .now_unix_nano = now(trace)});
  if (config.as_span_events && span != nullptr && !options.event_name.empty()) {
    record::add_event(*recorder_, *span, options.event_name, options.unix_nano, {}, attributes);
  }
  return *this;
}

void Telemetry::log(Severity severity, const Value& body, Attributes attributes,
                    const LogOptions& options, std::uint32_t line) {
  if (first_use() == nullptr) {
    ++disabled_logs_;
    return;
  }
  const Scope* scope = options.scope != nullptr ? options.scope : &kDefaultScope;
  if (!sample::keeps(config_.log, {.severity = severity, .scope = scope})) {
    return;
  }
  Recorder& recorder = instance_->recorder;
  recorder.send_logs = &Telemetry::send_logs;
  if (const DropReason* reason = refusal(recorder, config_.log, key_of(line, severity, scope));
      reason != nullptr) {
    recorder.logs.refused(*reason);
    return;
  }
  record::add_log(recorder, nullptr,
                  {.severity = severity,
                   .body = body,
                   .attributes = attributes,
                   .options = options,
                   .scope = scope,
                   .now_unix_nano = host::wall_clock()});
}

// --- after the response -------------------------------------------------------------------------

bool Telemetry::send_logs(void* telemetry, std::uint32_t& requests) {
  return static_cast<Telemetry*>(telemetry)->send_next_logs(requests);
}

// One request of log records. False when nothing was left to send.
bool Telemetry::send_next_logs(std::uint32_t& requests) {
  Instance& instance = *instance_;
  base::Ledger& ledger = instance.recorder.logs;
  if (ledger.report().waiting == 0) {
    return false;
  }
  record::LogSelection selection(instance.recorder);
  const Outbox outbox{Signal::Logs, config_, instance.logs, instance.body_memory,
                      instance.answer_memory};
  const Batch batch = send_batch<encode::LogsDocument>(
      instance.exporter, instance.recorder, instance.resource, outbox, selection, ledger);
  if (batch.made) {
    ++requests;
    apply(batch.outcome);
  }
  return batch.made;
}

}  // namespace afterglow
