#pragma once

// What reads the environment: reached only through an `Environment`, so that programs without one
// do not link it.

#include <afterglow/environment.h>
#include <afterglow/host.h>

#include <span>
#include <string_view>

#include "base/diagnostics.h"
#include "config/export_settings.h"
#include "config/settings.h"

namespace afterglow::config {

/// What is lent for reading what export needs.
struct ExportReading {
  const Config& config;
  const Settings& settings;
  const host::Traits& traits;
  std::span<char> scratch;       ///< For the host's text.
  std::span<char> copies;        ///< For what is needed of it until the resource is rendered.
  std::span<char> keep;          ///< For texts that stay, at its end: the rest is left over.
  std::string_view own_headers;  ///< They come before those of the environment.
  base::Diagnostics& diagnostics;
};

/// What the environment says for the resource; in `ExportReading::copies`.
struct ResourceTexts {
  std::string_view service_name = {};  ///< OTEL_SERVICE_NAME, or empty.
  std::string_view attributes = {};    ///< OTEL_RESOURCE_ATTRIBUTES as "name\0value\0...".
};

/// As Settings' constructor, what the environment says in place of the program.
void read_settings(Settings& settings, std::span<char> scratch, base::Diagnostics& diagnostics);

/// What export goes by. Faults are counted, and told: one line for each variable that is wrong or
/// ignored, where OTEL_LOG_LEVEL leaves room for it.
void read_export(ExportReading& reading, ExportSettings& settings, ResourceTexts& texts);

}  // namespace afterglow::config

namespace afterglow::detail {

struct EnvironmentReader {
  void (*read_settings)(config::Settings& settings, std::span<char> scratch,
                        base::Diagnostics& diagnostics);
  void (*read_export)(config::ExportReading& reading, config::ExportSettings& settings,
                      config::ResourceTexts& texts);
};

}  // namespace afterglow::detail
