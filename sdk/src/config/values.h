#pragma once

// What the environment says, variable by variable, before it is brought together with what the
// program says: plain values, and for each whether it was given.

#include <afterglow/config.h>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace afterglow::config {

/// The variables that hold a number.
enum class Number : std::uint8_t {
  AttributeValueLength,
  AttributeCount,
  SpanAttributeValueLength,
  SpanAttributeCount,
  SpanEventCount,
  SpanLinkCount,
  EventAttributeCount,
  LinkAttributeCount,
  BatchSize,
  BatchTimeout,
  Timeout,
  TracesTimeout,
  LogAttributeValueLength,
  LogAttributeCount,
  LogBatchSize,
  LogBatchTimeout,
  LogsTimeout,
  MetricInterval,
  MetricBatchTimeout,
  MetricBatchSize,  ///< No variable sets it.
  MetricsTimeout,
};
inline constexpr std::size_t kNumberCount = 21;

/// What OTEL_TRACES_SAMPLER names.
enum class SamplerKind : std::uint8_t {
  Program,  ///< Nothing: the one in `Config`.
  AlwaysOn,
  AlwaysOff,
  Ratio,
  ParentBasedAlwaysOn,
  ParentBasedAlwaysOff,
  ParentBasedRatio,
};

[[nodiscard]] constexpr bool takes_ratio(SamplerKind kind) {
  return kind == SamplerKind::Ratio || kind == SamplerKind::ParentBasedRatio;
}

/// A value that may be missing, or wrong.
enum class Given : std::uint8_t { No, Wrong, Yes };

inline constexpr std::size_t kSignalCount = 3;
[[nodiscard]] constexpr std::size_t index_of(Signal signal) {
  return static_cast<std::size_t>(signal) - 1;
}

/// OTEL_{TRACES,METRICS,LOGS}_EXPORTER.
struct ExporterGiven {
  bool given = false;
  ExportWay way = ExportWay::Otlp;
};

struct Values {
  bool sdk_disabled = false;
  bool quiet = false;  ///< OTEL_LOG_LEVEL leaves no room for warnings.
  bool has_propagators = false;
  Propagators propagators = {};
  SamplerKind sampler = SamplerKind::Program;
  Given ratio_given = Given::No;
  double ratio = 1.0;
  bool has_lines = false;                      ///< The module can write log records as lines.
  ExporterGiven exporters[kSignalCount] = {};  ///< By `index_of`.
  std::optional<TemporalityPreference> temporality = {};
  std::optional<ExemplarFilter> exemplars = {};
  std::uint32_t numbers[kNumberCount] = {};
  std::uint32_t numbers_given = 0;  ///< One bit for each `Number`.

  void set(Number which, std::uint32_t value) {
    numbers[static_cast<std::size_t>(which)] = value;
    numbers_given |= 1U << static_cast<unsigned>(which);
  }
  [[nodiscard]] std::uint32_t get(Number which, std::uint32_t otherwise) const {
    const bool given = (numbers_given >> static_cast<unsigned>(which) & 1U) != 0;
    return given ? numbers[static_cast<std::size_t>(which)] : otherwise;
  }
};

}  // namespace afterglow::config
