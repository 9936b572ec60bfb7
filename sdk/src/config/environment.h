#pragma once

// What the environment says, read once at an instance's first use and kept in the instance. Only
// what the program left open is taken from it.

#include <afterglow/hooks.h>

#include <cstddef>
#include <span>
#include <string_view>

#include "base/diagnostics.h"

namespace afterglow::config {

class Environment {
 public:
  /// Ask the host for all pairs at once. `scratch` is lent for the call.
  void read(std::span<char> scratch, base::Diagnostics& diagnostics);

  /// OTEL_SDK_DISABLED: only "true", in any case, is true.
  [[nodiscard]] bool sdk_disabled() const { return sdk_disabled_; }
  /// OTEL_SERVICE_NAME, or empty.
  [[nodiscard]] std::string_view service_name() const { return {service_name_, length_}; }

 private:
  static constexpr std::size_t kMaxServiceName = 255;

  void take(std::string_view key, std::string_view value, base::Diagnostics& diagnostics);

  char service_name_[kMaxServiceName] = {};
  std::uint8_t length_ = 0;
  bool sdk_disabled_ = false;
};

}  // namespace afterglow::config
