// Restart at the edge: strangers may not choose our trace ids, sampling and baggage. Their request
// begins a trace of our own with a link to theirs; our own services are believed, and only they are
// told who calls.

#include <afterglow/afterglow.h>

#include "recipes.h"
#include "surroundings.h"

namespace recipes::restart_at_edge {

using namespace afterglow;
namespace sc = afterglow::semconv;

// [recipe]
// The load balancer removes this header from what strangers send and sets it for our own services.
Trust believe_own(void* /*context*/, const IncomingHeaders& headers,
                  const SpanContext& /*caller*/) {
  return headers.has("x-internal", "1") ? Trust::Continue : Trust::RestartAndLink;
}
constexpr std::string_view kOwn[] = {"internal", "shop.example"};
constexpr OwnDomains kOwnDomains{kOwn};

std::uint32_t handle(Telemetry& telemetry, const Request& request) {
  Span server = telemetry.start_span(
      "GET /cart", {.kind = SpanKind::Server, .parent = telemetry.extract(request)});
  std::uint32_t status = 0;
  for (const std::string_view host : {"carts.internal", "payments.example.org"}) {
    Span client =
        server.start_child("GET", {.kind = SpanKind::Client}, {{sc::server::kAddress, host}});
    CallHeaders headers;
    client.inject(headers, host);  // writes nothing for payments.example.org
    status = call_backend(host, headers);
  }
  return status;
}

const Config kConfig{.service_name = "shop", .incoming = {believe_own}, .outgoing = kOwnDomains};
// [/recipe]

}  // namespace recipes::restart_at_edge
