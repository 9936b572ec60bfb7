// Raise the rate for one route: every checkout, 1 % of the rest, no health checks. Each kept trace
// says in `th` what it stands for, so totals over all routes stay right.

#include <afterglow/afterglow.h>
#include <afterglow/probability.h>
#include <afterglow/rules.h>

#include "recipes.h"
#include "surroundings.h"

namespace recipes::rate_for_route {

using namespace afterglow;
namespace sc = afterglow::semconv;

// [recipe]
constexpr Probability kAll{1};
constexpr Probability kOnePercent{0.01};
constexpr Rule kRules[] = {
    {.name = "GET /healthz", .sampler = kAlwaysOff},
    {.attribute = sc::http::kRoute.text(), .value = "/checkout", .sampler = kAll},
};
constexpr RuleBased kByRoute{kRules, kOnePercent};
constexpr ParentThreshold kSampler{kByRoute};  // a caller who has decided is followed
const Config kConfig{.service_name = "shop", .sampler = kSampler};

std::uint32_t handle(Telemetry& telemetry, const Request& request) {
  const std::string_view name = request.path == "/healthz" ? "GET /healthz" : request.method;
  Span server = telemetry.start_span(
      name, {.kind = SpanKind::Server, .parent = telemetry.extract(request)},
      {{sc::http::kRoute, request.path}});  // rules see what is given here, and nothing later
  Span client = server.start_child("GET", {.kind = SpanKind::Client});
  CallHeaders headers;
  client.inject(headers);
  return call_backend("carts.internal", headers);
}
// [/recipe]

}  // namespace recipes::rate_for_route
