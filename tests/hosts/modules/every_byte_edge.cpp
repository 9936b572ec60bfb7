// GET /<group> logs a group of every_byte.h, as lines of the host's log.

#include "edge_host_v1.h"
#include "every_byte.h"

namespace {

using namespace afterglow;

constinit Buffer<128 * 1024> memory;
constinit Telemetry telemetry{
    memory, {.service_name = "every-byte", .redaction = kNoRedaction, .logs = ExportWay::Lines}};

}  // namespace

void edge_on_request(std::uint64_t id) {
  char target[8] = {};
  std::uint32_t needed = 0;
  (void)edge_request_target(id, target, sizeof target, &needed);
  every_byte::log_group(telemetry, static_cast<unsigned>(target[1] - '0'));
  edge_respond(id, 200, nullptr, 0, "logged", 6);
}

void edge_on_backend_response(std::uint64_t, std::uint64_t) {}
