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
constexpr Counter kLookups{"cart.cache.lookups", "{lookup}"};
constexpr Histogram kItems{"cart.items", "{item}"};

int main() {
  auto server = MeasuredRequest::server(  // a span, and the metrics of a request
      telemetry.start_span("GET /cart",
                           {.kind = SpanKind::Server, .parent = telemetry.extract(headers_in)}),
      {.method = "GET", .url = path, .scheme = "https", .route = "/cart"});
  {
    Span stage = server->start_child("look up");
    stage.set_attribute("cart.visitor", "anonymous");
    telemetry.add(kLookups, 1, {{"cache.hit", false}});
  }  // this span ends here
  auto client = MeasuredRequest::client(server->start_child("GET", {.kind = SpanKind::Client}),
                                        {.method = "GET", .url = "https://carts.internal/carts/7"});
  client->inject(headers_out);  // traceparent, tracestate
  client->set_status(StatusCode::Error, "no answer").log(Severity::Error, "no cart");
  client.end({.error_type = "timeout"});
  server->record(kItems, 0);  // through the span: exemplars can point at it
  server.end({.status = 502});

  send_response();       // the visitor's bytes leave first,
  telemetry.shutdown();  // then ours; flush() where the instance lives on
  return 0;
}
