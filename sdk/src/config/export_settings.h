#pragma once

// What export goes by, for one signal: the program's `Config`, with what the environment says in
// its place, cut down to what the platform allows. Read at an instance's first flush, after the
// response, and the same from then on.

#include <afterglow/config.h>
#include <afterglow/flush_report.h>
#include <afterglow/host.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/diagnostics.h"
#include "config/settings.h"
#include "config/texts.h"
#include "config/variables.h"

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

/// Reads the environment a second time, with everything that export needs.
class ExportReader {
 public:
  /// `scratch` is lent for the host's text, `copies` for what is needed of it; both until the
  /// resource is rendered.
  ExportReader(const Config& config, const Settings& settings, const host::Traits& traits,
               std::span<char> scratch, std::span<char> copies);

  /// How a signal leaves. Texts of it are put at the end of `keep`, whose rest is left over in
  /// `keep`; `own_headers` come before those of the environment. Once for each signal.
  SignalExport read(Signal signal, std::span<char>& keep, std::string_view own_headers);

  /// OTEL_METRIC_EXPORT_INTERVAL, or the program's.
  [[nodiscard]] std::uint32_t metric_interval_ms() const;

  /// One line for each variable that is wrong or ignored, where OTEL_LOG_LEVEL leaves room for it;
  /// those that were not counted at first use are counted. After all signals were read.
  void tell(base::Diagnostics& diagnostics, const DiagnosticHandler& handler);

  /// OTEL_SERVICE_NAME, or empty.
  [[nodiscard]] std::string_view service_name() const { return texts_.text(Text::ServiceName); }
  /// OTEL_RESOURCE_ATTRIBUTES as "name\0value\0...".
  [[nodiscard]] std::string_view resource() const { return resource_; }

 private:
  struct Kept;

  [[nodiscard]] bool takes_urls() const;
  std::string_view decode(Text which);
  std::string_view decode_headers(Text which);
  void judge_destination();
  void use_destination(Signal signal, SignalExport& result, Kept& kept,
                       std::string_view own_headers);
  bool use_endpoint(Signal signal, Text which, SignalExport& result, Kept& kept);
  std::string_view keep_headers(Text which, Kept& kept, std::string_view own_headers,
                                std::string_view pairs);
  void note_in_force(Signal signal, const SignalExport& used);
  void note_settings();
  void set_in_force(Number which, std::uint32_t value) {
    in_force_.numbers[static_cast<std::size_t>(which)] = value;
  }

  const Config& config_;
  const Settings& settings_;
  const host::Traits& traits_;
  std::span<char> scratch_;
  Texts texts_;
  Values values_;
  Reading reading_;
  InForce in_force_;
  std::string_view resource_;
  std::string_view general_headers_;  // decoded
  std::string_view general_kept_;     // with our own, for every signal that has none of its own
};

}  // namespace afterglow::config
