#pragma once

// What a program decides while compiling. Everything has a default that works. The environment
// (`OTEL_*`) replaces what is said here, except for the resource, unless it is not read
// (environment.h); what the platform imposes comes last. sdk/README.md lists the variables.

#include <afterglow/environment.h>
#include <afterglow/hooks.h>
#include <afterglow/log.h>
#include <afterglow/metrics.h>
#include <afterglow/propagation.h>
#include <afterglow/redaction.h>
#include <afterglow/residency.h>
#include <afterglow/sampler.h>
#include <afterglow/tail.h>
#include <afterglow/trace_types.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow {

/// The specification's span limits. Beyond a limit the new item is dropped and counted on the wire;
/// overwriting an attribute at the limit succeeds.
struct SpanLimits {
  static constexpr std::uint32_t kUnlimited = 0xFFFF'FFFF;
  std::uint32_t attribute_count = 128;
  std::uint32_t event_count = 128;
  std::uint32_t link_count = 128;
  std::uint32_t attribute_per_event_count = 128;
  std::uint32_t attribute_per_link_count = 128;
  std::uint32_t attribute_value_length = kUnlimited;  ///< In characters; longer strings are cut.
};

/// What one local trace may take, so that a greedy request cannot starve the others.
struct TraceCaps {
  std::uint32_t spans = 256;
  std::uint32_t pages = 0;  ///< Of 1 KiB each; 0 is three quarters of the pool.
};

/// How a signal leaves.
enum class ExportWay : std::uint8_t {
  Otlp,   ///< As OTLP/JSON to the destination.
  Log,    ///< As one line of OTLP/JSON for each request, on the host's log "otlp".
  Lines,  ///< Log records only: each as one flat JSON object, on the host's log "logs".
  None,   ///< Not at all: what was recorded is dropped and counted.
};

namespace detail {
/// Reached only through a `LogWay` that may be `Lines`, so that modules without one do not link it.
void send_log_lines(void* telemetry, std::uint32_t& requests);
using SendLogLines = void (*)(void* telemetry, std::uint32_t& requests);
}  // namespace detail

/// How log records leave: an `ExportWay`. The environment may choose another one, but `Lines` only
/// where the module has the code for it, which is where the program names `Lines`, here or as the
/// second of two: `LogWay{ExportWay::Otlp, ExportWay::Lines}`.
class LogWay {
 public:
  constexpr LogWay(ExportWay way)  // NOLINT(google-explicit-constructor)
      : LogWay(way, way) {}
  constexpr LogWay(ExportWay way, ExportWay other)
      : way_(way),
        send_lines_(way == ExportWay::Lines || other == ExportWay::Lines ? &detail::send_log_lines
                                                                         : nullptr) {}

  [[nodiscard]] constexpr ExportWay way() const { return way_; }
  [[nodiscard]] constexpr detail::SendLogLines send_lines() const { return send_lines_; }

 private:
  ExportWay way_;
  detail::SendLogLines send_lines_;
};

/// Views in here (strings, lists, samplers) refer to constants that live as long as the program.
struct Config {
  std::string_view service_name = {};  ///< Else OTEL_SERVICE_NAME, else "unknown_service".
  std::string_view service_version = {};
  std::string_view service_namespace = {};
  std::span<const Attribute> resource = {};  ///< Wins over the environment and the platform.
  Sampler sampler = kParentBasedAlwaysOn;
  Tail tail = {};  ///< Who is kept once it is known how the request went.
  SpanLimits limits = {};
  TraceCaps caps = {};
  Propagators propagators = kDefaultPropagators;
  XTraceparent x_traceparent = XTraceparent::Off;
  IncomingTrust incoming = {};
  OutgoingTrust outgoing = {};
  ResponseHeaders response_headers = ResponseHeaders::None;
  /// Keys of baggage members that become attributes of a local root: nothing else ever does.
  std::span<const std::string_view> baggage_attributes = {};
  LogConfig log = {};
  LogLimits log_limits = {};
  Redaction redaction = {};            ///< What is never recorded: see redaction.h.
  Residency residency = {};            ///< What may leave, and where to, by region.
  ExportWay traces = ExportWay::Otlp;  ///< `Lines` is `Log` here.
  LogWay logs = ExportWay::Otlp;
  MetricsConfig metrics = {};
  Environment environment = {};       ///< Of the host: whether `OTEL_*` is read.
  std::string_view destination = {};  ///< Logical name; empty is the host's default.
  std::uint32_t timeout_ms = 10'000;  ///< For one export.
  std::span<const SpanHook> span_hooks = {};
  IdGenerator id_generator = {};
  ExportHook export_hook = {};
  DiagnosticHandler diagnostics = {};
};

}  // namespace afterglow
