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
using record::LogFate;
using record::Recorder;

namespace {

// A place in the code, never 0.
std::uint32_t key_of(std::uint32_t line, Severity severity, const Scope* scope) {
  constexpr std::uint32_t kOddMultiplier = 0x9E37'79B1;
  const auto address = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(scope));
  const std::uint32_t mixed =
      (line * kOddMultiplier ^ address) * kOddMultiplier + static_cast<std::uint32_t>(severity);
  return mixed != 0 ? mixed : 1;
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

// Whether a record stays in a trace that the tail rules dropped.
bool outlives_trace(const LogConfig& config, Severity severity, std::uint64_t randomness) {
  return !sample::is_below(severity, config.drop_with_trace_below) &&
         sample::passes_trace(config, severity, {randomness, false});
}

// As soon as the tail rules have decided about a trace.
void judge_logs(Recorder& recorder, LocalTrace& trace, std::uint64_t randomness) {
  const LogConfig& config = *recorder.log_config;
  record::keep_logs_if(recorder, trace, DropReason::TailDropped, [&](const record::LogRecord& log) {
    switch (trace.log_fate) {
      case LogFate::Kept:
        return true;
      case LogFate::Dropped:
        return outlives_trace(config, log.severity, randomness);
      case LogFate::Filtered:
        break;
    }
    return sample::passes_trace(config, log.severity, {randomness, true});
  });
}

enum class Answer : std::uint8_t { Keep, Ignore, DropWithTrace };

// What the filters say of a record of a span. Records of a trace about which tail rules have yet to
// decide are kept until then.
Answer ask_filters(const Recorder& recorder, Severity severity, const LocalTrace* trace,
                   const SpanContext& span) {
  const LogConfig& config = *recorder.log_config;
  const LogFate fate = trace == nullptr ? LogFate::Filtered : trace->log_fate;
  const bool is_undecided = trace != nullptr && trace->undecided;
  if (is_undecided || fate == LogFate::Kept || !span.trace_id.is_valid()) {
    return Answer::Keep;
  }
  const std::uint64_t r = randomness(recorder, trace, span.trace_id);
  if (fate == LogFate::Dropped) {
    return outlives_trace(config, severity, r) ? Answer::Keep : Answer::DropWithTrace;
  }
  return sample::passes_trace(config, severity, {r, span.is_sampled()}) ? Answer::Keep
                                                                        : Answer::Ignore;
}

// Whether a record that passed the filters may be kept; counted when it may not.
bool admit(Recorder& recorder, std::uint32_t site) {
  const std::uint32_t limit = recorder.log_config->per_site;
  if (recorder.disabled) {
    recorder.logs.refused(DropReason::Disabled);
  } else if (recorder.shut_down) {
    recorder.logs.refused(DropReason::Shutdown);
  } else if (limit != 0 && !recorder.log_sites.admit(site, limit)) {
    recorder.logs.refused(DropReason::RateLimited);
  } else {
    return true;
  }
  return false;
}

}  // namespace

constinit const record::LogWork Telemetry::kLogWork{.send = &Telemetry::send_logs,
                                                    .judge = &judge_logs};

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
  if (!sample::passes_severity(config, severity, scope)) {
    return *this;
  }
  const Answer answer = ask_filters(*recorder_, severity, trace, identity());
  if (answer == Answer::DropWithTrace) {
    recorder_->logs.refused(DropReason::TailDropped);
  }
  if (answer != Answer::Keep || !admit(*recorder_, key_of(line, severity, scope))) {
    return *this;
  }
  recorder_->log_work = &Telemetry::kLogWork;
  const std::uint64_t observed = record::now_unix_nano(trace);
  record::add_log(*recorder_, trace,
                  {.severity = severity,
                   .body = body,
                   .attributes = attributes,
                   .options = options,
                   .span = identity(),
                   .scope = scope,
                   .now_unix_nano = observed});
  if (config.as_span_events && span != nullptr && !options.event_name.empty()) {
    const std::uint64_t happened = options.unix_nano != 0 ? options.unix_nano : observed;
    record::add_event(*recorder_, *span, options.event_name, happened, {}, attributes);
  }
  return *this;
}

void Telemetry::log(Severity severity, const Value& body, Attributes attributes,
                    const LogOptions& options, std::uint32_t line) {
  add_record(severity, body, attributes, options, line, 0);
}

void Telemetry::add_record(Severity severity, const Value& body, Attributes attributes,
                           const LogOptions& options, std::uint32_t line, std::uint32_t left_out) {
  const Scope* scope = options.scope != nullptr ? options.scope : &kDefaultScope;
  if (!sample::passes_severity(config_.log, severity, scope)) {
    return;
  }
  if (first_use() == nullptr) {
    ++disabled_logs_;
    return;
  }
  Recorder& recorder = instance_->recorder;
  if (!admit(recorder, key_of(line, severity, scope))) {
    return;
  }
  recorder.log_work = &kLogWork;
  record::add_log(recorder, nullptr,
                  {.severity = severity,
                   .body = body,
                   .attributes = attributes,
                   .options = options,
                   .scope = scope,
                   .now_unix_nano = host::wall_clock(),
                   .left_out = left_out});
}

// --- after the response -------------------------------------------------------------------------

// No more requests than there were records, so that an export hook that logs ends too.
void Telemetry::send_logs(void* telemetry, std::uint32_t& requests) {
  auto& self = *static_cast<Telemetry*>(telemetry);
  const bool as_lines = self.instance_->logs.way == ExportWay::Lines;
  if (const detail::SendLogLines send_lines = self.config_.logs.send_lines();
      as_lines && send_lines != nullptr) {
    send_lines(telemetry, requests);
  } else {
    std::uint64_t left = self.instance_->recorder.logs.report().waiting;
    while (left != 0 && self.send_next_logs(requests)) {
      --left;
    }
  }
  self.instance_->recorder.log_sites.forget();
}

// One request of log records. False when nothing was left to send.
bool Telemetry::send_next_logs(std::uint32_t& requests) {
  Instance& instance = *instance_;
  record::LogSelection selection(instance.recorder);
  const Outbox outbox{Signal::Logs, config_, instance.logs, instance.body_memory,
                      instance.answer_memory};
  const Batch batch =
      send_batch<encode::LogsDocument>(instance.exporter, instance.recorder, instance.resource,
                                       outbox, selection, instance.recorder.logs);
  if (batch.made) {
    ++requests;
    apply(batch.outcome);
  }
  return batch.made;
}

}  // namespace afterglow
