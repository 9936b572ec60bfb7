#pragma once

// Where a signal is posted below a collector's URL (OTLP/HTTP, "Request").

#include <afterglow/host.h>

#include <cstddef>
#include <string_view>

namespace afterglow::base {

inline constexpr const char* kSignalPaths[] = {"/", "/v1/traces", "/v1/metrics", "/v1/logs"};

[[nodiscard]] inline std::string_view signal_path(Signal signal) {
  return kSignalPaths[static_cast<std::size_t>(signal)];
}

}  // namespace afterglow::base
