#pragma once

// The variables of the environment that mean something here, as a table: a name, what kind of value
// it has, what needs it, and where it goes.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "config/variables.h"

namespace afterglow::config {

/// What a value is.
enum class Kind : std::uint8_t { Number, Word, Ratio, Propagators, Exporter, Text, Ignored };

// Eight characters, the first of them lowest.
constexpr std::uint64_t load(const char* at) {
  std::uint64_t word = 0;
  if (std::is_constant_evaluated()) {
    for (unsigned i = 0; i < sizeof word; ++i) {
      word |= std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
    }
  } else {
    std::memcpy(&word, at, sizeof word);
  }
  return word;
}

// Of a name of at least eight characters, eight at a time; the last eight may overlap those before.
constexpr std::uint64_t hash_of(const std::string_view& name) {
  std::uint64_t hash = name.size();
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t last = name.size() - sizeof hash;
    hash = (hash ^ load(name.data() + (at < last ? at : last))) * 0x9E37'79B9'7F4A'7C15;
    hash ^= hash >> 32U;
    at += sizeof hash;
  }
  return hash;
}

// A variable is known by 48 bits of the hash of its name; the others hold what is known of it: a
// module has no use for fifty names. `what` is a `Number`, a `Word`, a `Text` or a `Fault`.
inline constexpr unsigned kKindShift = 5;
inline constexpr unsigned kPurposeShift = 8;
inline constexpr unsigned kOrdinalShift = 9;
inline constexpr unsigned kHashShift = 16;

template <class What>
consteval std::uint64_t variable(std::string_view name, Purpose purpose, Kind kind, What what) {
  return hash_of(name) >> kHashShift << kHashShift |
         static_cast<std::uint64_t>(purpose) << kPurposeShift |
         static_cast<std::uint64_t>(kind) << kKindShift | static_cast<std::uint64_t>(what);
}
constexpr Purpose purpose_of(std::uint64_t variable) {
  return static_cast<Purpose>(variable >> kPurposeShift & 1U);
}
constexpr Kind kind_of(std::uint64_t variable) {
  return static_cast<Kind>(variable >> kKindShift & 0x7U);
}
template <class What>
constexpr What what_of(std::uint64_t variable) {
  return static_cast<What>(variable & 0x1FU);
}
// Its place in the list below.
constexpr std::size_t ordinal_of(std::uint64_t variable) {
  return static_cast<std::size_t>(variable >> kOrdinalShift & 0x3FU);
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
static_assert(static_cast<std::size_t>(Fault::ProgramAggregates) < 32 && kVariableCount < 64);

// By hash, each with its ordinal.
struct SortedVariables {
  std::uint64_t rows[kVariableCount];
};
consteval SortedVariables sorted_variables() {
  SortedVariables sorted{};
  for (std::size_t ordinal = 0; ordinal < kVariableCount; ++ordinal) {
    std::size_t at = ordinal;
    for (; at != 0 && sorted.rows[at - 1] > kVariables[ordinal]; --at) {
      sorted.rows[at] = sorted.rows[at - 1];
    }
    sorted.rows[at] = kVariables[ordinal] | std::uint64_t{ordinal} << kOrdinalShift;
  }
  return sorted;
}
inline constexpr SortedVariables kSorted = sorted_variables();

consteval bool are_all_different() {
  for (std::size_t i = 1; i < kVariableCount; ++i) {
    if ((kSorted.rows[i] ^ kSorted.rows[i - 1]) >> kHashShift == 0) {
      return false;
    }
  }
  return true;
}
static_assert(are_all_different());

}  // namespace afterglow::config
