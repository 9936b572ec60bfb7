// A rate that operations can change without a deploy: the program's own sampler is only the
// default, and OTEL_TRACES_SAMPLER in the host's configuration replaces it. README.md beside this
// tells where that is on each host.

#include <afterglow/afterglow.h>

#include "recipes.h"
#include "surroundings.h"

namespace recipes::rate_without_deploy {

using namespace afterglow;

// [recipe]
constexpr Ratio kFivePercent{0.05};
constexpr ParentBased kSampler{kFivePercent};  // until OTEL_TRACES_SAMPLER says otherwise
const Config kConfig{.service_name = "shop", .sampler = kSampler};

std::uint32_t handle(Telemetry& telemetry, const Request& request) {
  Span server = telemetry.start_span(
      "GET /cart", {.kind = SpanKind::Server, .parent = telemetry.extract(request)});
  Span client = server.start_child("GET", {.kind = SpanKind::Client});
  CallHeaders headers;
  client.inject(headers);
  return call_backend("carts.internal", headers);
}
// [/recipe]

}  // namespace recipes::rate_without_deploy
