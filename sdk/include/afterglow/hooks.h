#pragma once

// Where a program can look in or take over: span hooks, an id generator, an export hook, a handler
// for the SDK's own diagnostics. Each is a function pointer with a context pointer; an unset one
// costs a comparison. None of them may call back into the `Telemetry` it belongs to.

#include <afterglow/host.h>
#include <afterglow/trace_types.h>

#include <cstdint>
#include <string_view>

namespace afterglow {

namespace record {
struct LocalTrace;
struct Recorder;
struct SpanRecord;
struct SpanStart;
}  // namespace record

/// A read-only view of a recorded span, valid during the hook's call.
class SpanView {
 public:
  SpanView(const record::Recorder& recorder, const record::SpanRecord& span)
      : recorder_(&recorder), span_(&span) {}

  [[nodiscard]] std::string_view name() const;
  [[nodiscard]] SpanKind kind() const;
  [[nodiscard]] SpanContext context() const;
  [[nodiscard]] SpanId parent_span_id() const;
  [[nodiscard]] const Scope& scope() const;
  [[nodiscard]] std::uint64_t start_unix_nano() const;
  [[nodiscard]] std::uint64_t end_unix_nano() const;  ///< 0 while the span is open.
  [[nodiscard]] StatusCode status() const;
  [[nodiscard]] std::string_view status_message() const;
  /// The value of `key`, or null (`ValueType::Empty`). Arrays and maps come without elements.
  [[nodiscard]] Value attribute(std::string_view key) const;

 private:
  const record::Recorder* recorder_;
  const record::SpanRecord* span_;
};

/// Called when a recorded span starts (its first attributes are there) and when it ends. Must be
/// quick: it runs before the response.
struct SpanHook {
  void (*on_start)(void* context, const SpanView& span) = nullptr;
  void (*on_end)(void* context, const SpanView& span) = nullptr;
  void* context = nullptr;
};

/// Makes ids instead of the built-in random generator. Invalid (all-zero) ids are replaced. Set
/// `random` when the low seven bytes of trace ids are uniformly random: it becomes W3C's flag.
struct IdGenerator {
  TraceId (*trace_id)(void* context) = nullptr;
  SpanId (*span_id)(void* context) = nullptr;
  void* context = nullptr;
  bool random = false;
};

/// Gets each encoded request instead of the host. Returns what `host::send` would.
struct ExportHook {
  host::SendResult (*send)(void* context, const host::SendRequest& request) = nullptr;
  void* context = nullptr;
};

/// What the SDK can say about itself. Counted when it happens, told at the next flush.
enum class Diagnostic : std::uint8_t {
  BufferTooSmall,         ///< The lent memory is below the minimum; the SDK is disabled.
  SecondTelemetry,        ///< Another `Telemetry` of this module is attached to the host's hooks.
  EnvironmentUnread,      ///< The configuration could not be read or does not fit.
  ConfigurationInvalid,   ///< A configuration value was ignored for its documented default.
  RandomUnavailable,      ///< The host gave no random bytes; ids come from the clocks.
  TraceparentInvalid,     ///< A traceparent was ignored: a new trace began.
  TraceparentDuplicated,  ///< Several traceparent lines: none was trusted, a new trace began.
  TracestateDiscarded,    ///< A tracestate was invalid and discarded.
  TracestateTruncated,    ///< Members of a tracestate were dropped for size or memory.
  B3Invalid,              ///< A B3 header was ignored.
  BaggageInvalid,         ///< Members of a baggage header were invalid and ignored.
  BaggageTruncated,       ///< Baggage members were dropped for size or memory.
  TextDropped,            ///< A new name or status message did not fit; the old one stays.
  ResourceTruncated,      ///< Resource attributes did not fit their region.
  SendFailed,             ///< The host could not send.
  ExportRefused,          ///< The collector answered with an error.
  PartialSuccess,         ///< The collector rejected some items, or sent a warning.
  MetricConflict,         ///< Instruments of one name differ in kind, number type or unit.
  MetricMemory,           ///< No pages for the table of metrics, or no room in it for something.
};
inline constexpr std::size_t kDiagnosticCount = 19;

/// Gets the SDK's own diagnostics, one line each, without a newline. Each kind is told when its
/// count reaches a power of two, so a lasting fault cannot flood a log. Unset: the host's log, on
/// the stream "afterglow".
struct DiagnosticHandler {
  void (*handle)(void* context, Diagnostic kind, std::string_view line) = nullptr;
  void* context = nullptr;
};

}  // namespace afterglow
