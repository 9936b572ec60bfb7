#pragma once

// What the environment says, variable by variable, before it is brought together with what the
// program says: plain values, and for each whether it was given.

#include <afterglow/config.h>

#include <cstddef>
#include <cstdint>

namespace afterglow::config {

inline constexpr std::size_t kSignalCount = 3;
[[nodiscard]] constexpr std::size_t index_of(Signal signal) {
  return static_cast<std::size_t>(signal) - 1;
}

/// The variables that hold a number.
enum class Number : std::uint8_t {
  // Limits of both spans and log records, then of spans, then those two of log records.
  AttributeCount,
  AttributeValueLength,
  SpanAttributeCount,
  SpanAttributeValueLength,
  SpanEventCount,
  SpanLinkCount,
  EventAttributeCount,
  LinkAttributeCount,
  LogAttributeCount,
  LogAttributeValueLength,
  MetricInterval,
  Timeout,
  // One for each signal, in the order of `Signal`.
  TracesTimeout,
  MetricsTimeout,
  LogsTimeout,
  TracesBatchTimeout,
  MetricsBatchTimeout,
  LogsBatchTimeout,
  TracesBatchSize,
  MetricsBatchSize,  ///< No variable sets it.
  LogsBatchSize,
};
inline constexpr std::size_t kNumberCount = 21;
inline constexpr std::size_t kLimitCount = 10;

/// The variables that hold a word, or several.
enum class Word : std::uint8_t {
  Disabled,
  LogLevel,
  Sampler,
  Temporality,
  ExemplarFilter,
  Compression,
  Protocol,
  Propagators,
  // One for each signal, in the order of `Signal`.
  TracesExporter,
  MetricsExporter,
  LogsExporter,
};
inline constexpr std::size_t kWordCount = 11;

/// The variables that hold a text.
enum class Text : std::uint8_t {
  ServiceName,
  ResourceAttributes,
  Endpoint,
  // One for each signal, in the order of `Signal`.
  TracesEndpoint,
  MetricsEndpoint,
  LogsEndpoint,
  Headers,
  TracesHeaders,
  MetricsHeaders,
  LogsHeaders,
};
inline constexpr std::size_t kTextCount = 10;

/// That of the signal, of three that begin with the one of traces.
template <class Which>
[[nodiscard]] constexpr Which of_signal(Which first, Signal signal) {
  return static_cast<Which>(static_cast<std::size_t>(first) + index_of(signal));
}

/// What OTEL_TRACES_SAMPLER names.
enum class SamplerKind : std::uint8_t {
  Program,  ///< Nothing: the one in `Config`.
  AlwaysOn,
  AlwaysOff,
  ParentBasedAlwaysOn,
  ParentBasedAlwaysOff,
  Ratio,
  ParentBasedRatio,
};

/// A value that may be missing, or wrong.
enum class Given : std::uint8_t { No, Wrong, Yes };

struct Values {
  Propagators propagators = {};
  bool has_propagators = false;
  Given ratio_given = Given::No;
  double ratio = 1.0;
  std::uint32_t numbers[kNumberCount] = {};
  std::uint32_t numbers_given = 0;      ///< One bit for each `Number`.
  std::uint8_t words[kWordCount] = {};  ///< Places in their list; 0 is the program's, or none.

  void set(Number which, std::uint32_t value) {
    numbers[static_cast<std::size_t>(which)] = value;
    numbers_given |= 1U << static_cast<unsigned>(which);
  }
  [[nodiscard]] std::uint32_t get(Number which, std::uint32_t otherwise) const {
    const bool given = (numbers_given >> static_cast<unsigned>(which) & 1U) != 0;
    return given ? numbers[static_cast<std::size_t>(which)] : otherwise;
  }
  [[nodiscard]] std::uint8_t word(Word which) const {
    return words[static_cast<std::size_t>(which)];
  }
  [[nodiscard]] SamplerKind sampler() const {
    return static_cast<SamplerKind>(word(Word::Sampler));
  }
  [[nodiscard]] bool takes_ratio() const { return sampler() >= SamplerKind::Ratio; }
};

}  // namespace afterglow::config
