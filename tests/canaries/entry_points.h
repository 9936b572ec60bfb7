#pragma once

// Every public entry point that takes a value, as a table: each is given one secret.

#include <afterglow/afterglow.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "canary.h"

namespace canaries {

/// What a request has at hand.
struct Request {
  afterglow::Telemetry& telemetry;
  afterglow::Span& server;
  afterglow::Span& client;
};

struct EntryPoint {
  const char* name;
  Shape shape;
  void (*give)(Request& request, std::string_view secret);
};

/// Those where the default policy keeps the secret out.
std::span<const EntryPoint> entry_points();

/// One where nothing does: what finds no secret here does not search.
const EntryPoint& planted();

/// One request through all entry points, `first` being the number of its first canary; returns the
/// number of the next one. `plant` adds `planted()`. `before_end` is called while all is recorded.
std::uint32_t run_request(afterglow::Telemetry& telemetry, std::uint32_t first, bool plant,
                          void (*before_end)() = nullptr);

}  // namespace canaries
