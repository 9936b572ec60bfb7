#pragma once

// The variables of the environment that mean something here, as a table: a name, what kind of value
// it has, what needs it, and where it goes.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "config/variables.h"

namespace afterglow::config {

/// What a value is.
enum class Kind : std::uint8_t { Number, Word, Ratio, Propagators, Exporter, Text, Ignored };

// FNV-1a.
constexpr std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01B3;
  }
  return hash;
}

// A variable is known by 48 bits of the hash of its name; the others hold what is known of it: a
// module has no use for fifty names. `what` is a `Number`, a `Word`, a `Text` or a `Fault`.
inline constexpr unsigned kHashShift = 16;
inline constexpr unsigned kPurposeShift = 12;
inline constexpr unsigned kKindShift = 8;

template <class What>
consteval std::uint64_t variable(std::string_view name, Purpose purpose, Kind kind, What what) {
  return hash_of(name) >> kHashShift << kHashShift |
         static_cast<std::uint64_t>(purpose) << kPurposeShift |
         static_cast<std::uint64_t>(kind) << kKindShift | static_cast<std::uint64_t>(what);
}
constexpr Purpose purpose_of(std::uint64_t variable) {
  return static_cast<Purpose>(variable >> kPurposeShift & 0xF);
}
constexpr Kind kind_of(std::uint64_t variable) {
  return static_cast<Kind>(variable >> kKindShift & 0xF);
}
template <class What>
constexpr What what_of(std::uint64_t variable) {
  return static_cast<What>(variable & 0xFF);
}

// What decides what is recorded: how much of it is any number, while none of what export goes by
// may be 0.
consteval std::uint64_t limit(std::string_view name, Number number) {
  return variable(name, Purpose::Recording, Kind::Number, number);
}
consteval std::uint64_t number(std::string_view name, Number number) {
  return variable(name, Purpose::Export, Kind::Number, number);
}
consteval std::uint64_t word(std::string_view name, Word word, Purpose purpose = Purpose::Export) {
  return variable(name, purpose, Kind::Word, word);
}
consteval std::uint64_t exporter(std::string_view name, Word word) {
  return variable(name, Purpose::Export, Kind::Exporter, word);
}
consteval std::uint64_t text(std::string_view name, Text text) {
  return variable(name, Purpose::Export, Kind::Text, text);
}
consteval std::uint64_t ignored(std::string_view name, Fault reason) {
  return variable(name, Purpose::Export, Kind::Ignored, reason);
}

inline constexpr std::size_t kSampler = kTextCount;
inline constexpr std::size_t kRatio = kTextCount + 1;
inline constexpr std::uint64_t kVariables[] = {
    // Texts, in the order of the enumeration.
    text("OTEL_SERVICE_NAME", Text::ServiceName),
    text("OTEL_RESOURCE_ATTRIBUTES", Text::ResourceAttributes),
    text("OTEL_EXPORTER_OTLP_ENDPOINT", Text::Endpoint),
    text("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", Text::TracesEndpoint),
    text("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", Text::MetricsEndpoint),
    text("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", Text::LogsEndpoint),
    text("OTEL_EXPORTER_OTLP_HEADERS", Text::Headers),
    text("OTEL_EXPORTER_OTLP_TRACES_HEADERS", Text::TracesHeaders),
    text("OTEL_EXPORTER_OTLP_METRICS_HEADERS", Text::MetricsHeaders),
    text("OTEL_EXPORTER_OTLP_LOGS_HEADERS", Text::LogsHeaders),
    // `kSampler` and `kRatio`.
    word("OTEL_TRACES_SAMPLER", Word::Sampler, Purpose::Recording),
    variable("OTEL_TRACES_SAMPLER_ARG", Purpose::Recording, Kind::Ratio, 0),
    // Others.
    word("OTEL_SDK_DISABLED", Word::Disabled, Purpose::Recording),
    word("OTEL_LOG_LEVEL", Word::LogLevel, Purpose::Recording),
    variable("OTEL_PROPAGATORS", Purpose::Recording, Kind::Propagators, 0),
    limit("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", Number::AttributeValueLength),
    limit("OTEL_ATTRIBUTE_COUNT_LIMIT", Number::AttributeCount),
    limit("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", Number::SpanAttributeValueLength),
    limit("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", Number::SpanAttributeCount),
    limit("OTEL_SPAN_EVENT_COUNT_LIMIT", Number::SpanEventCount),
    limit("OTEL_SPAN_LINK_COUNT_LIMIT", Number::SpanLinkCount),
    limit("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", Number::EventAttributeCount),
    limit("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", Number::LinkAttributeCount),
    limit("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", Number::LogAttributeValueLength),
    limit("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", Number::LogAttributeCount),
    exporter("OTEL_TRACES_EXPORTER", Word::TracesExporter),
    number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", Number::TracesBatchSize),
    number("OTEL_BSP_EXPORT_TIMEOUT", Number::TracesBatchTimeout),
    ignored("OTEL_BSP_SCHEDULE_DELAY", Fault::NoBackground),
    ignored("OTEL_BSP_MAX_QUEUE_SIZE", Fault::BufferIsQueue),
    exporter("OTEL_LOGS_EXPORTER", Word::LogsExporter),
    number("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", Number::LogsBatchSize),
    number("OTEL_BLRP_EXPORT_TIMEOUT", Number::LogsBatchTimeout),
    ignored("OTEL_BLRP_SCHEDULE_DELAY", Fault::NoBackground),
    ignored("OTEL_BLRP_MAX_QUEUE_SIZE", Fault::BufferIsQueue),
    exporter("OTEL_METRICS_EXPORTER", Word::MetricsExporter),
    word("OTEL_METRICS_EXEMPLAR_FILTER", Word::ExemplarFilter, Purpose::Recording),
    number("OTEL_METRIC_EXPORT_INTERVAL", Number::MetricInterval),
    number("OTEL_METRIC_EXPORT_TIMEOUT", Number::MetricsBatchTimeout),
    word("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", Word::Temporality,
         Purpose::Recording),
    ignored("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", Fault::ProgramAggregates),
    number("OTEL_EXPORTER_OTLP_TIMEOUT", Number::Timeout),
    number("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", Number::TracesTimeout),
    number("OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", Number::LogsTimeout),
    number("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", Number::MetricsTimeout),
    word("OTEL_EXPORTER_OTLP_COMPRESSION", Word::Compression),
    word("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", Word::Compression),
    word("OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", Word::Compression),
    word("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", Word::Compression),
    word("OTEL_EXPORTER_OTLP_PROTOCOL", Word::Protocol),
    word("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", Word::Protocol),
    word("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", Word::Protocol),
    word("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", Word::Protocol),
};
inline constexpr std::size_t kVariableCount = sizeof kVariables / sizeof kVariables[0];

consteval bool are_all_different() {
  for (std::size_t i = 0; i < kVariableCount; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if ((kVariables[i] ^ kVariables[j]) >> kHashShift == 0) {
        return false;
      }
    }
  }
  return true;
}
static_assert(are_all_different());

}  // namespace afterglow::config
