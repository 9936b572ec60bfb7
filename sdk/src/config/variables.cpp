#include "config/variables.h"

#include <cstddef>

#include "base/wipe.h"
#include "config/readers.h"
#include "config/words.h"

namespace afterglow::config {
namespace {

struct Variable {
  std::string_view name;
  Reader read;
  Purpose purpose;  // the first that needs it
  Slot slot = {};
};

constexpr Purpose kRecording = Purpose::Recording;
constexpr Purpose kExport = Purpose::Export;

constexpr std::string_view kNoBackground = "nothing runs in the background";
constexpr std::string_view kProgramAggregates = "the program chooses, by instruments and views";
constexpr std::string_view kBufferIsQueue = "the lent buffer is the queue";

constexpr Variable kVariables[] = {
    {"OTEL_SDK_DISABLED", read_disabled, kRecording},
    {"OTEL_LOG_LEVEL", read_log_level, kRecording},
    {"OTEL_PROPAGATORS", read_propagators, kRecording},
    {"OTEL_TRACES_SAMPLER", read_sampler, kRecording},
    {"OTEL_TRACES_SAMPLER_ARG", read_ratio, kRecording},
    {"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
     read_number,
     kRecording,
     {.number = Number::AttributeValueLength}},
    {"OTEL_ATTRIBUTE_COUNT_LIMIT", read_number, kRecording, {.number = Number::AttributeCount}},
    {"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
     read_number,
     kRecording,
     {.number = Number::SpanAttributeValueLength}},
    {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
     read_number,
     kRecording,
     {.number = Number::SpanAttributeCount}},
    {"OTEL_SPAN_EVENT_COUNT_LIMIT", read_number, kRecording, {.number = Number::SpanEventCount}},
    {"OTEL_SPAN_LINK_COUNT_LIMIT", read_number, kRecording, {.number = Number::SpanLinkCount}},
    {"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
     read_number,
     kRecording,
     {.number = Number::EventAttributeCount}},
    {"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
     read_number,
     kRecording,
     {.number = Number::LinkAttributeCount}},
    {"OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT",
     read_number,
     kRecording,
     {.number = Number::LogAttributeValueLength}},
    {"OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT",
     read_number,
     kRecording,
     {.number = Number::LogAttributeCount}},
    {"OTEL_SERVICE_NAME", read_text, kExport, {.text = Text::ServiceName}},
    {"OTEL_RESOURCE_ATTRIBUTES", read_text, kExport, {.text = Text::ResourceAttributes}},
    {"OTEL_TRACES_EXPORTER", read_exporter, kExport},
    {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
     read_number,
     kExport,
     {.number = Number::BatchSize, .least = 1}},
    {"OTEL_BSP_EXPORT_TIMEOUT", read_number, kExport, {.number = Number::BatchTimeout, .least = 1}},
    {"OTEL_BSP_SCHEDULE_DELAY", ignore, kExport, {.reason = kNoBackground}},
    {"OTEL_BSP_MAX_QUEUE_SIZE", ignore, kExport, {.reason = kBufferIsQueue}},
    {"OTEL_LOGS_EXPORTER", read_exporter, kExport, {.signal = Signal::Logs}},
    {"OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
     read_number,
     kExport,
     {.number = Number::LogBatchSize, .least = 1}},
    {"OTEL_BLRP_EXPORT_TIMEOUT",
     read_number,
     kExport,
     {.number = Number::LogBatchTimeout, .least = 1}},
    {"OTEL_BLRP_SCHEDULE_DELAY", ignore, kExport, {.reason = kNoBackground}},
    {"OTEL_BLRP_MAX_QUEUE_SIZE", ignore, kExport, {.reason = kBufferIsQueue}},
    {"OTEL_METRICS_EXEMPLAR_FILTER", read_exemplar_filter, kRecording},
    {"OTEL_METRICS_EXPORTER", read_exporter, kExport, {.signal = Signal::Metrics}},
    {"OTEL_METRIC_EXPORT_INTERVAL",
     read_number,
     kExport,
     {.number = Number::MetricInterval, .least = 1}},
    {"OTEL_METRIC_EXPORT_TIMEOUT",
     read_number,
     kExport,
     {.number = Number::MetricBatchTimeout, .least = 1}},
    {"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", read_temporality, kRecording},
    {"OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
     ignore,
     kExport,
     {.reason = kProgramAggregates}},
    {"OTEL_EXPORTER_OTLP_TIMEOUT", read_number, kExport, {.number = Number::Timeout, .least = 1}},
    {"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
     read_number,
     kExport,
     {.number = Number::TracesTimeout, .least = 1}},
    {"OTEL_EXPORTER_OTLP_LOGS_TIMEOUT",
     read_number,
     kExport,
     {.number = Number::LogsTimeout, .least = 1}},
    {"OTEL_EXPORTER_OTLP_METRICS_TIMEOUT",
     read_number,
     kExport,
     {.number = Number::MetricsTimeout, .least = 1}},
    {"OTEL_EXPORTER_OTLP_ENDPOINT", read_text, kExport, {.text = Text::Endpoint}},
    {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", read_text, kExport, {.text = Text::TracesEndpoint}},
    {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", read_text, kExport, {.text = Text::LogsEndpoint}},
    {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", read_text, kExport, {.text = Text::MetricsEndpoint}},
    {"OTEL_EXPORTER_OTLP_HEADERS", read_text, kExport, {.text = Text::Headers}},
    {"OTEL_EXPORTER_OTLP_TRACES_HEADERS", read_text, kExport, {.text = Text::TracesHeaders}},
    {"OTEL_EXPORTER_OTLP_LOGS_HEADERS", read_text, kExport, {.text = Text::LogsHeaders}},
    {"OTEL_EXPORTER_OTLP_METRICS_HEADERS", read_text, kExport, {.text = Text::MetricsHeaders}},
    {"OTEL_EXPORTER_OTLP_COMPRESSION", read_compression, kExport},
    {"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", read_compression, kExport},
    {"OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", read_compression, kExport},
    {"OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", read_compression, kExport},
    {"OTEL_EXPORTER_OTLP_PROTOCOL", read_protocol, kExport},
    {"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", read_protocol, kExport},
    {"OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", read_protocol, kExport},
    {"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", read_protocol, kExport},
};
constexpr std::size_t kVariableCount = sizeof kVariables / sizeof kVariables[0];
static_assert(kVariableCount <= 64, "one bit of Variables::seen_ for each");

constexpr std::string_view kPrefix = "OTEL_";

std::size_t find_variable(std::string_view name) {
  if (name.size() <= kPrefix.size() || std::string_view(name.data(), kPrefix.size()) != kPrefix) {
    return kVariableCount;
  }
  std::size_t index = 0;
  while (index < kVariableCount && kVariables[index].name != name) {
    ++index;
  }
  return index;
}

Shown shown_of(const Variable& variable, const Texts* texts) {
  const Text text = variable.slot.text;
  const bool is_headers = text == Text::Headers || text == Text::TracesHeaders ||
                          text == Text::LogsHeaders || text == Text::MetricsHeaders;
  if (variable.read != read_text || !is_headers) {
    return Shown::Value;
  }
  const bool is_list = texts != nullptr && texts->use(text) != TextUse::Malformed;
  return is_list ? Shown::Names : Shown::Nothing;
}

}  // namespace

void Variables::take(std::string_view name, std::string_view value) {
  const std::size_t index = find_variable(name);
  value = trimmed(value);
  if (index == kVariableCount || value.empty()) {
    return;
  }
  const Variable& variable = kVariables[index];
  const std::uint64_t bit = std::uint64_t{1} << index;
  const bool is_wanted = purpose_ == Purpose::Export || variable.purpose == Purpose::Recording;
  if (!is_wanted || (seen_ & bit) != 0) {
    return;
  }
  seen_ |= bit;
  const Verdict verdict = variable.read({values_, texts_, in_force_}, variable.slot, value);
  if (!verdict.is_fault()) {
    return;
  }
  if (handler_ != nullptr) {
    tell_fault(*handler_, variable.name, value, shown_of(variable, in_force_->texts), verdict);
  } else if (variable.purpose == purpose_) {
    ++faults_;
  }
}

std::uint32_t Variables::faults() const {
  if (purpose_ != Purpose::Recording) {
    return faults_;
  }
  const bool is_ratio_wrong = takes_ratio(values_.sampler) ? values_.ratio_given != Given::Yes
                              : values_.sampler == SamplerKind::Program
                                  ? values_.ratio_given == Given::Wrong
                                  : values_.ratio_given != Given::No;
  return faults_ + (is_ratio_wrong ? 1U : 0U);
}

}  // namespace afterglow::config

namespace afterglow {

config::Reading detail::read_environment(std::span<char> scratch, config::Variables& variables) {
  auto visit = [&variables](std::string_view name, std::string_view value) {
    variables.take(name, value);
  };
  const host::ReadResult result = host::config_all(scratch, visit);
  // Others' secrets stand beside our settings.
  base::wipe(scratch.data(), result.length < scratch.size() ? result.length : scratch.size());
  return {result.status, variables.faults()};
}

}  // namespace afterglow
