// A sandbox of Fastly Compute that serves many requests, one after another: what a request recorded
// leaves before the next one is waited for, so nothing is lost when the host ends the sandbox
// instead.

#include <afterglow/afterglow.h>

#include <cstdint>

#include "fastly_calls.h"
#include "fastly_exchange.h"

using namespace afterglow;
namespace sc = afterglow::semconv;

namespace {

constinit Buffer<64 * 1024> memory;
constinit Telemetry telemetry{memory, {.service_name = "fastly-reuse", .service_version = "1.0.0"}};
constinit edge::Exchange client;

constexpr std::uint64_t kPatienceMs = 1'000;

// FASTLY_TRACE_ID is one for the sandbox; a request has an id of its own.
void serve(std::uint32_t number) {
  Span server = telemetry.start_span(
      "GET /hello", {.kind = SpanKind::Server, .parent = telemetry.extract(client.headers())},
      {{sc::http::kRequestMethod, client.method()},
       {"fastly.request_id", client.request_id()},
       {"sandbox.request_number", number}});
  {
    Span stage = server.start_child("greet");
    stage.set_attribute(sc::url::kPath, client.target());
  }
  server.set_attribute(sc::http::kResponseStatusCode, 200);
  server.end();
  client.respond(200, "text/plain; charset=utf-8", "hello\n");
}

}  // namespace

int main() {
  fastly::init();
  bool accepted = client.accept();
  std::uint32_t number = 1;
  do {
    if (accepted) {
      serve(number++);
    }
    telemetry.flush();
  } while (client.wait_for_next(kPatienceMs, accepted));
  telemetry.shutdown();
}
