#pragma once

// The state of an instance, at the start of the lent memory. Only the files in which the rooms meet
// know it: `telemetry.cpp` before the response, `telemetry_flush.cpp` after it.

#include <afterglow/telemetry.h>

#include <span>
#include <string_view>

#include "config/settings.h"
#include "export/exporter.h"
#include "record/recorder.h"

namespace afterglow {

struct Telemetry::Instance {
  /// `body` is lent for reading the environment here, and for the bodies of requests later.
  Instance(const Config& config, std::span<char> body)
      : settings(config, body, recorder.diagnostics), body_memory(body) {}

  record::Recorder recorder;
  exporter::Exporter exporter{recorder.diagnostics};
  const config::Settings settings;
  std::span<char> resource_memory;
  std::string_view resource;  // rendered at the first flush
  std::span<char> body_memory;
  std::span<char> answer_memory;
  bool attached = false;   // the host's hooks reach this instance
  bool exporting = false;  // a flush is under way: no second one inside it
};

}  // namespace afterglow
