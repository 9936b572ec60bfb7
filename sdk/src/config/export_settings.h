#pragma once

// What export goes by, for each signal: the program's `Config`, with what the environment says in
// its place, cut down to what the platform allows. Made at an instance's first flush, after the
// response, and the same from then on.

#include <afterglow/config.h>
#include <afterglow/flush_report.h>
#include <afterglow/host.h>

#include <cstdint>
#include <string_view>

namespace afterglow::config {

/// How one signal leaves.
struct SignalExport {
  ExportWay way = ExportWay::Otlp;
  std::uint32_t timeout_ms = 10'000;      ///< For one request.
  std::uint32_t batch_size = UINT32_MAX;  ///< Items of one request, at most.
  std::uint32_t max_send_bytes = 0;       ///< Of a body to `destination`; 0 is unlimited.
  std::string_view destination = {};
  std::string_view path = {};                       ///< Empty: the signal's own.
  DropReason drop_reason = DropReason::NoExporter;  ///< Where the way is `None`.
  const Anonymiser* anonymiser = nullptr;           ///< Before anything is encoded.
  std::string_view headers = {};  ///< "name\0value\0..."; empty: the exporter's own.
};

struct ExportSettings {
  SignalExport traces;
  SignalExport logs;
  SignalExport metrics_export;
  std::uint32_t metric_interval_ms = 0;

  [[nodiscard]] SignalExport& of(Signal signal) {
    return signal == Signal::Traces ? traces : signal == Signal::Logs ? logs : metrics_export;
  }

  /// What the program says.
  void take(const Config& config, const host::Traits& traits);
};

/// A host may grant less time than is wanted.
[[nodiscard]] constexpr std::uint32_t granted_ms(const host::Traits& traits,
                                                 std::uint32_t timeout_ms) {
  const std::uint32_t granted = traits.post_response_ms;
  return granted != 0 && granted < timeout_ms ? granted : timeout_ms;
}

}  // namespace afterglow::config
