#pragma once

// What an operator decides without building the module anew: the entry `environment` of the config
// store or dictionary `afterglow`, with one NAME=value a line. One entry instead of one for each
// variable, because a service may look up only a few per request.
//
//   OTEL_*                           as in OpenTelemetry's specification, for the SDK
//   OTEL_EXPORTER_OTLP_ENDPOINT      base URL; else the address of the backend is used
//   OTEL_EXPORTER_OTLP_HEADERS       "name=value,name=value", percent-encoded
//   AFTERGLOW_DESTINATION            where telemetry goes, see fastly_routes.h
//   AFTERGLOW_TRACES_DESTINATION     the same for one signal; also METRICS and LOGS
//   AFTERGLOW_WAIT                   "true": wait for the collector's answer
//   AFTERGLOW_LINES_LOG              log endpoint of log records as lines, default "logs"
//   AFTERGLOW_OTLP_LOG               log endpoint of OTLP as lines, default "otlp"
//   AFTERGLOW_DIAGNOSTICS_LOG        log endpoint of the SDK's own words, default "afterglow"
//   AFTERGLOW_MAX_LINE_BYTES         longest line of a log endpoint, default 16384
//   AFTERGLOW_VCPU_BUDGET_MS         send nothing once the sandbox has used this much CPU time
//   AFTERGLOW_SECRET_STORE           default "afterglow"
//   AFTERGLOW_HEADERS_SECRET         a secret that holds more headers, such as an API key

#include <afterglow/host.h>

#include <cstdint>
#include <string_view>

#include "wasi_calls.h"

namespace afterglow::fastly {

inline constexpr std::string_view kStore = "afterglow";
inline constexpr std::string_view kEntry = "environment";

/// The settings, read from the host at the first call; what became of that is in `result`. Missing
/// ones are empty: a service without the store runs with defaults.
const wasi::Environment& settings();
host::ReadResult settings_result();

/// A setting that is a number, or `otherwise` when it is not set or no number.
std::uint32_t number_setting(std::string_view name, std::uint32_t otherwise);

/// Digits to a number; false when there is anything else, or more than 32 bits.
bool parse_number(std::string_view text, std::uint32_t& number);

}  // namespace afterglow::fastly
