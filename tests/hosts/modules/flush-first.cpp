// What a handler must not do: it sends its telemetry before it answers. On a host that waits for
// the collector, the visitor then waits too; the order test shows that it would notice.

#include <afterglow/afterglow.h>

#include <cstdint>

#include "edge_host_v1.h"

namespace {
constinit afterglow::Buffer<64 * 1024> memory;
constinit afterglow::Telemetry telemetry{memory, {.service_name = "flush-first"}};
}  // namespace

void edge_on_request(std::uint64_t id) {
  telemetry.start_span("GET", {.kind = afterglow::SpanKind::Server}).end();
  telemetry.shutdown();  // sends at once
  edge_respond(id, 200, nullptr, 0, "late", 4);
}

void edge_on_backend_response(std::uint64_t, std::uint64_t) {}
