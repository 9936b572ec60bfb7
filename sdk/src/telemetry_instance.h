#pragma once

// The state of an instance, at the start of the lent memory. Only the files in which the rooms meet
// know it: `telemetry.cpp` before the response, `telemetry_flush.cpp` after it.

#include <afterglow/telemetry.h>

#include <cstddef>
#include <span>
#include <string_view>

#include "config/environment_reader.h"
#include "config/export_settings.h"
#include "config/settings.h"
#include "export/exporter.h"
#include "record/recorder.h"

namespace afterglow {

/// Where the bodies of one signal go.
struct Outbox {
  Signal signal;
  const Config& config;
  const config::SignalExport& settings;
  std::span<char> body;    // memory of the body that is encoded
  std::span<char> answer;  // and of the collector's answer

  [[nodiscard]] exporter::Target target() const {
    return {.destination = settings.destination,
            .timeout_ms = settings.timeout_ms,
            .hook = config.export_hook,
            .path = settings.path,
            .headers = settings.headers};
  }
};

/// What is linked only where something is measured.
struct Telemetry::MetricWork {
  /// Export the points where that is due. Counts the bodies in `requests`.
  void (*send)(Telemetry& telemetry, std::uint32_t& requests);
  void (*apply)(Telemetry& telemetry, const exporter::Outcome& outcome);
  void (*report)(const Telemetry& telemetry, FlushReport& report);
};

struct Telemetry::Instance : config::ExportSettings {
  /// `body` is lent for reading the environment here, and for the bodies of requests later.
  Instance(const Config& config, std::span<char> body)
      : settings(config, scratch_of(body), recorder.diagnostics), body_memory(body) {}

  /// The part of `body` that holds the host's text while the environment is read; the rest is for
  /// copies of what is needed a little longer.
  static std::span<char> scratch_of(std::span<char> body) {
    constexpr std::size_t kMaxCopies = 8192;  // what reads them compares each with all others
    const std::size_t copies = body.size() / 4;
    return body.first(body.size() - (copies < kMaxCopies ? copies : kMaxCopies));
  }

  /// What only export needs, at the first flush: its settings and the resource.
  void prepare_export(const Config& config);

  /// Let the rules of residency take out what may not leave. Before anything is encoded.
  void anonymise(config::SignalExport& way_out, Signal signal);

  record::Recorder recorder;
  exporter::Exporter exporter{recorder.diagnostics};
  const config::Settings settings;
  std::uint32_t requests_since_metrics = 0;
  const MetricWork* metric_work = nullptr;  // set by the first measurement
  Metrics* metrics = nullptr;               // in pages of its own; null while there are none
  std::uint64_t measured_without_memory = 0;
  std::uint64_t measured_after_shutdown = 0;
  std::span<char> resource_memory;
  std::string_view resource;  // rendered at the first flush
  std::span<char> body_memory;
  std::span<char> answer_memory;
  bool attached = false;   // the host's hooks reach this instance
  bool exporting = false;  // a flush is under way: no second one inside it

 private:
  void render_resource(const Config& config, const config::ResourceTexts& environment,
                       std::span<char> memory);
};

}  // namespace afterglow
