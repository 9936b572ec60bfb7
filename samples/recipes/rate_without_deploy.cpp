// A rate that operations can change without a deploy: OTEL_TRACES_SAMPLER_ARG=0.2 in the host's
// configuration is 20 % from then on. README.md beside this tells where that is on each host. What
// is kept can be counted back whatever the rate was, and errors are kept beside it.

#include <afterglow/adaptive.h>
#include <afterglow/afterglow.h>
#include <afterglow/probability.h>

#include "recipes.h"
#include "surroundings.h"

namespace recipes::rate_without_deploy {

using namespace afterglow;

// [recipe]
constinit AdaptiveState state;
constexpr Adaptive kByOperations{state, {.budget = 1000, .rate = 0.05}};  // 5 % until they say
constexpr ParentThreshold kAsCallerElseByOperations{kByOperations};
constexpr AlwaysRecord kSampler{kAsCallerElseByOperations};
constexpr TailRule kRules[] = {keep_errors("errors")};
constexpr TailPolicy kTail{.rules = kRules};
const Config kConfig{.service_name = "shop", .sampler = kSampler, .tail = kTail};

std::uint32_t handle(Telemetry& telemetry, const Request& request) {
  Span server = telemetry.start_span(
      "GET /cart", {.kind = SpanKind::Server, .parent = telemetry.extract(request)});
  Span client = server.start_child("GET", {.kind = SpanKind::Client});
  CallHeaders headers;
  client.inject(headers);
  const std::uint32_t status = call_backend("carts.internal", headers);
  client.set_status(status >= 400 ? StatusCode::Error : StatusCode::Unset);
  return status;
}
// [/recipe]

}  // namespace recipes::rate_without_deploy
