#include <afterglow/afterglow.h>

#include "surroundings.h"  // headers_in, headers_out, path and send_response

using namespace afterglow;
namespace sc = afterglow::semconv;

constinit Buffer<64 * 1024> memory;  // all the memory the SDK will ever use
constexpr Ratio kTenPercent{0.1};
constexpr ParentBased kSampler{kTenPercent};
constexpr Attribute kResource[] = {{"deployment.environment.name", "production"}};
constinit Telemetry telemetry{memory,
                              {.service_name = "cart-edge",
                               .service_version = "1.4.2",
                               .resource = kResource,
                               .sampler = kSampler}};

int main() {
  Span server = telemetry.start_span(
      "GET /cart", {.kind = SpanKind::Server, .parent = telemetry.extract(headers_in)},
      {{sc::http::kRequestMethod, "GET"}, {sc::url::kScheme, "https"}, {sc::url::kPath, path}});
  {
    Span client = server.start_child("GET", {.kind = SpanKind::Client},
                                     {{sc::server::kAddress, "carts.internal"}});
    client.inject(headers_out);  // traceparent, tracestate
    client.set_attribute(sc::error::kType, "timeout").set_status(StatusCode::Error, "no answer");
  }  // the client span ends here
  server.set_attribute(sc::http::kResponseStatusCode, 502)
      .set_attribute(sc::error::kType, "502")
      .set_status(StatusCode::Error);
  server.end();

  send_response();       // the visitor's bytes leave first,
  telemetry.shutdown();  // then ours; flush() where the instance lives on
  return 0;
}
