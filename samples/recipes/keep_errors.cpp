// Keep all errors and 1 % of the rest, without falsifying the statistics: what chance kept can be
// counted back by its `th`, and what the rule kept beside it says so and counts for nothing.

#include <afterglow/afterglow.h>
#include <afterglow/probability.h>

#include "recipes.h"
#include "surroundings.h"

namespace recipes::all_errors {

using namespace afterglow;
namespace sc = afterglow::semconv;

// [recipe]
constexpr Probability kOnePercent{0.01};
constexpr ParentThreshold kAsCallerElseOnePercent{kOnePercent};
constexpr AlwaysRecord kSampler{kAsCallerElseOnePercent};  // what is not sampled is recorded too,
constexpr TailRule kRules[] = {keep_errors("errors")};     // so that its errors are seen
constexpr TailPolicy kTail{.rules = kRules};
const Config kConfig{.service_name = "shop", .sampler = kSampler, .tail = kTail};

std::uint32_t handle(Telemetry& telemetry, const Request& request) {
  Span server = telemetry.start_span(
      "GET /cart", {.kind = SpanKind::Server, .parent = telemetry.extract(request)});
  Span client = server.start_child("GET", {.kind = SpanKind::Client});
  CallHeaders headers;
  client.inject(headers);
  const std::uint32_t status = call_backend("carts.internal", headers);
  if (status >= 400) {  // an error of the call; the answer to the visitor may still be fine
    client.set_attribute(sc::error::kType, "carts").set_status(StatusCode::Error);
  }
  return status;
}
// [/recipe]

}  // namespace recipes::all_errors
