#pragma once

// The version of this SDK, `telemetry.sdk.version` of everything it sends. CMake reads it from
// here.

#include <string_view>

namespace afterglow {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace afterglow
