// Keep EU data in the EU: instances in European regions send to a European collector; elsewhere
// traces and metrics go to the usual one, and logs, which may hold what a visitor typed, stay on
// the platform's own log. In a region that nobody thought of, nothing leaves.

#include <afterglow/afterglow.h>
#include <afterglow/residency.h>

#include "recipes.h"
#include "surroundings.h"

namespace recipes::eu_data_stays {

using namespace afterglow;

// [recipe]
constexpr ResidencyRule kRules[] = {
    {.region = "eu-", .match = RegionMatch::Prefix, .destination = "otel-eu"},
    {.region = "us-",
     .match = RegionMatch::Prefix,
     .signals = kLogsOnly,
     .action = ResidencyAction::LocalLogOnly},
    {.region = "us-", .match = RegionMatch::Prefix, .destination = "otel-us"}};
constexpr ResidencyPolicy kResidency{.rules = kRules, .strict = true};
const Config kConfig{.service_name = "shop", .residency = kResidency};
// [/recipe]

std::uint32_t handle(Telemetry& telemetry, const Request& request) {
  Span server = telemetry.start_span(
      "GET /cart", {.kind = SpanKind::Server, .parent = telemetry.extract(request)});
  Span client = server.start_child("GET", {.kind = SpanKind::Client});
  CallHeaders headers;
  client.inject(headers);
  const std::uint32_t status = call_backend("carts.internal", headers);
  if (status >= 500) {
    client.log(Severity::Error, "the carts service did not deliver");
  }
  return status;
}

}  // namespace recipes::eu_data_stays
