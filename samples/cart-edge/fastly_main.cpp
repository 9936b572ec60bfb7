// The cart handler on Fastly Compute: straight code, because its calls may block. One request, one
// response, and only then the telemetry.

#include <afterglow/afterglow.h>

#include <cstddef>

#include "cart.h"
#include "fastly_calls.h"
#include "fastly_exchange.h"
#include "text.h"

namespace {

constinit edge::Exchange client;
constinit char origin_buffer[cart::kMaxCartBytes + 1];

cart::OriginAnswer ask_origin(const cart::OriginCall& call) {
  cart::Text<256> url;
  url.append("http://carts.internal");
  url.append(call.target);
  edge::BackendRequest request(url.view());
  auto headers = request.headers();
  call.span->inject(headers);
  const edge::BackendAnswer answer = request.send("origin", origin_buffer, sizeof origin_buffer);
  return {.http_status = answer.http_status,
          .failure = answer.http_status == 0 ? "connection_error" : "",
          .body = answer.body};
}

}  // namespace

int main() {
  afterglow::fastly::init();
  if (!client.accept()) {
    return 0;
  }
  cart::Step step = cart::begin({.method = client.method(),
                                 .target = client.target(),
                                 .authorization = client.authorization(),
                                 .user_agent = client.user_agent()},
                                cart::telemetry.extract(client.headers()));
  while (step.kind == cart::Step::Kind::CallOrigin) {
    step = cart::resume(step.slot, ask_origin(step.call));
  }
  client.respond(step.response.http_status, step.response.content_type, step.response.body);
  cart::telemetry.shutdown();
}
