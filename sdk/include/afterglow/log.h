#pragma once

// Logs: records of what happened, correlated with the span they belong to.
//
//   server.log(Severity::Error, "cart backend unreachable", {{sc::server::kAddress, host}});
//   telemetry.log(Severity::Info, "configuration loaded");
//
// A record that passes the filters of `LogConfig` is copied into the lent memory: beside its span,
// where that has memory, else in pages of its own. It leaves with the next flush: as OTLP, or as a
// line of the platform's log. Records of spans that are not sampled are kept, as the specification
// demands, unless `LogConfig` says otherwise. C programs log through <afterglow/log_c.h>.
// Specification: logs data model and SDK.
//
// As a line (`ExportWay::Lines`) a record is one flat JSON object, in this order:
//
//   timestamp                RFC 3339, UTC, nanoseconds
//   severity                 severity text; with severity_number, absent where there is none
//   severity_number          1 to 24
//   message                  a body that is a string; always a string, so that a log store can
//   index body                     a body that is anything else, as plain JSON; never beside
//   `message` event_name               of an event trace_id span_id         lower-case hex, of the
//   span; with trace_flags ("01"), absent without one otel.scope.name          of a scope that has
//   a name service.name …           the attributes of the resource that `LogConfig::line_resource`
//   names KEY                      each attribute under its own key, as plain JSON truncated true
//   where not all of the record is in the line, or in the record
//
// A key that is one of these, or begins with "attributes.", is written as attributes.KEY. Text
// holds no control character as it is: a record is always one line. Numbers that JSON does not have
// are the strings "NaN", "Infinity" and "-Infinity", bytes are base64. A line that is too long for
// the host loses attributes and the event's name, each as a whole, then the end of its message, at
// a character; then the resource, then the record is dropped and counted as too large.

#include <afterglow/attribute.h>
#include <afterglow/threshold.h>
#include <afterglow/trace_types.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow {

/// How serious a record is. The numbers are OTLP's: four steps for each name.
enum class Severity : std::uint8_t {
  Unspecified = 0,
  Trace = 1,
  Trace2,
  Trace3,
  Trace4,
  Debug = 5,
  Debug2,
  Debug3,
  Debug4,
  Info = 9,
  Info2,
  Info3,
  Info4,
  Warn = 13,
  Warn2,
  Warn3,
  Warn4,
  Error = 17,
  Error2,
  Error3,
  Error4,
  Fatal = 21,
  Fatal2,
  Fatal3,
  Fatal4,
};

/// "TRACE", "TRACE2", … "FATAL4"; empty for `Unspecified` and for numbers that are none.
std::string_view severity_name(Severity severity);

/// What a record says besides severity, body and attributes. Texts are copied; `scope` is kept by
/// address.
struct LogOptions {
  std::string_view event_name = {};     ///< Makes the record an event.
  std::string_view severity_text = {};  ///< As the source calls it; empty is `severity_name`.
  std::uint64_t unix_nano = 0;          ///< When it happened; 0 is now.
  const Scope* scope = nullptr;         ///< Null is the span's, or the scope without a name.
};

/// The least severity of one scope's records, by the scope's address.
struct ScopeSeverity {
  const Scope* scope;
  Severity minimum;
};

/// The attributes of the resource that stand in every line (`ExportWay::Lines`).
inline constexpr std::string_view kLineResource[] = {"service.name", "service.version",
                                                     "deployment.environment.name"};

/// Which records are kept. Filters are asked before anything is copied, and what they refuse was
/// never recorded; what a limit refuses is counted as dropped. Where the program has tail rules,
/// the filters by trace (`threshold`, `trace_based`) wait until they have decided: a trace that a
/// rule keeps keeps all its records; what goes then is counted as `TailDropped`. A record without a
/// severity is below no severity: nobody said that it is unimportant.
struct LogConfig {
  Severity minimum_severity = Severity::Unspecified;
  std::span<const ScopeSeverity> scopes = {};  ///< Instead of `minimum_severity`.
  /// Of the records below `Warn` that belong to a trace, keep those of traces with R >= this
  /// (`threshold_of(0.1)`): the same traces in every service. Warnings and errors stay.
  std::uint64_t threshold = kThresholdOfAll;
  bool trace_based = false;  ///< Refuse records of spans that are not sampled.
  /// At most this many records of one place in the code between two flushes; 0 is unlimited. Places
  /// are told apart by line, severity and scope.
  std::uint32_t per_site = 100;
  /// A record with an event name also becomes an event of its span.
  bool as_span_events = false;
  /// Records below this go with a trace that tail rules drop. `Unspecified` keeps them all.
  Severity drop_with_trace_below = Severity::Unspecified;
  /// Instead of `kLineResource`: keys of the resource, literals without `"` and `\`. Scalars only.
  std::span<const std::string_view> line_resource = kLineResource;
};

/// The specification's limits of log records. Beyond them attributes are dropped and counted.
struct LogLimits {
  std::uint32_t attribute_count = 128;
  std::uint32_t attribute_value_length = 0xFFFF'FFFF;  ///< In characters.
};

}  // namespace afterglow
