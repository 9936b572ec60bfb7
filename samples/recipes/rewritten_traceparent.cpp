// Live with a platform that rewrites `traceparent`: between two of our services it puts an id of
// its own, which no exported span has, and the trace falls apart. A copy in `x-traceparent` passes
// untouched and wins on arrival; what the platform wrote becomes a link.

#include <afterglow/afterglow.h>

#include "recipes.h"
#include "surroundings.h"

namespace recipes::rewritten_traceparent {

using namespace afterglow;

// [recipe]
const Config kConfig{.service_name = "shop", .x_traceparent = XTraceparent::PreferOnExtract};

std::uint32_t handle(Telemetry& telemetry, const Request& request) {
  Span server = telemetry.start_span(
      "GET /cart", {.kind = SpanKind::Server, .parent = telemetry.extract(request)});
  Span client = server.start_child("GET", {.kind = SpanKind::Client});
  CallHeaders headers;
  client.inject(headers);  // traceparent, and the same in x-traceparent
  return call_backend("carts.internal", headers);
}
// [/recipe]

}  // namespace recipes::rewritten_traceparent
