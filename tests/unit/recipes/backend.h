#pragma once

// The rest of a program around a recipe: a backend that remembers who called it, and requests.

#include <afterglow/afterglow.h>
#include <fake_host.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "recipes.h"

namespace recipes::test {

/// One call of `call_backend`.
struct BackendCall {
  std::string host;
  std::vector<std::pair<std::string, std::string>> headers;

  /// "(none)" when the header was not sent.
  [[nodiscard]] std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) {
        return value;
      }
    }
    return "(none)";
  }
};

struct Backend {
  std::uint32_t status = 200;  ///< What it answers.
  std::uint32_t took_ms = 0;   ///< By the fake host's clocks.
  std::vector<BackendCall> calls;
};

/// The backend that every recipe calls.
Backend& backend();

using Handler = std::uint32_t (*)(afterglow::Telemetry&, const Request&);

/// Serve one request with an instance of its own, and flush. What was exported is in the fake host.
struct Serve {
  afterglow::Config config;
  Handler handle;
  std::vector<afterglow::host::Pair> environment = {};
  std::vector<afterglow::host::Pair> platform = {};  ///< What the host tells of itself.

  /// Returns the status of the answer.
  std::uint32_t operator()(const Request& request) const;
};

}  // namespace recipes::test
