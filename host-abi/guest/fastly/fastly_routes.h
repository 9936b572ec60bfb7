#pragma once

// Where a destination leads. Its text is one of
//
//   collector                   the backend of that name
//   https://otel.example:4318   a dynamic backend, registered at first use
//   log:telemetry               the log endpoint of that name: one line a body, no subrequest

#include <afterglow/host.h>

#include <cstdint>
#include <string_view>

namespace afterglow::fastly {

/// Used when neither the program nor the settings name a destination.
inline constexpr std::string_view kDefaultBackend = "otel-collector";

enum class Way : std::uint8_t { Backend, DynamicBackend, LogEndpoint };

struct Route {
  Way way = Way::Backend;
  std::string_view name;  ///< Of the backend or endpoint; of a dynamic backend, its URL.
};

/// The route of `destination`, or of what the settings say for `signal` when that is empty.
Route route_of(std::string_view destination, Signal signal);

/// Parts of "https://host:port": the scheme, and the rest without a path.
struct Origin {
  bool is_tls = false;
  std::string_view host;
  std::string_view host_and_port;  ///< The port is in here only when the URL has one.
};
Origin origin_of(std::string_view url);

}  // namespace afterglow::fastly
