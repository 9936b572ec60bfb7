// Keep slow requests, and 5 % of the rest. The duration is that of the local root: the time a
// visitor waited for this handler.

#include <afterglow/afterglow.h>
#include <afterglow/probability.h>

#include "recipes.h"
#include "surroundings.h"

namespace recipes::keep_slow {

using namespace afterglow;

// [recipe]
constexpr Probability kFivePercent{0.05};
constexpr ParentThreshold kAsCallerElseFivePercent{kFivePercent};
constexpr AlwaysRecord kSampler{kAsCallerElseFivePercent};
constexpr TailRule kRules[] = {keep_slower_than_ms("slow", 500)};
constexpr TailPolicy kTail{.rules = kRules};
const Config kConfig{.service_name = "shop", .sampler = kSampler, .tail = kTail};

std::uint32_t handle(Telemetry& telemetry, const Request& request) {
  Span server = telemetry.start_span(
      "GET /cart", {.kind = SpanKind::Server, .parent = telemetry.extract(request)});
  Span client = server.start_child("GET", {.kind = SpanKind::Client});
  CallHeaders headers;
  client.inject(headers);
  return call_backend("carts.internal", headers);
}
// [/recipe]

}  // namespace recipes::keep_slow
