// Canaries in an instance that serves many requests, on a host of afterglow_host_v1: the host,
// canary-host, searches the memory from outside.

#include <afterglow/afterglow.h>

#include "entry_points.h"

namespace {

constexpr std::string_view kFromBaggage[] = {"password", "token"};
constinit afterglow::Buffer<256 * 1024> memory;
constinit afterglow::Telemetry telemetry{
    memory, {.baggage_attributes = kFromBaggage, .metrics = {.every_requests = 1}}};
constinit std::uint32_t number = 0;

}  // namespace

/// One request through every entry point, ended; its telemetry leaves when the host says that the
/// response has been sent.
extern "C" __attribute__((export_name("canary_request"))) void canary_request(bool plant,
                                                                              bool trap) {
  number =
      canaries::run_request(telemetry, number, plant, trap ? [] { __builtin_trap(); } : nullptr);
}
