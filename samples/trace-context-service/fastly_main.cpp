// The service on Fastly Compute: straight code, because its calls may block. A callback's host
// becomes a dynamic backend, so the service (or account) has to allow those.

#include <afterglow/afterglow.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fastly_calls.h"
#include "fastly_exchange.h"
#include "service.h"
#include "text.h"

namespace {

constinit edge::Exchange client;
constinit char body_buffer[service::kMaxBodyBytes + 1];
constinit char answer_buffer[1024];

std::uint32_t size32(std::string_view text) {
  return static_cast<std::uint32_t>(text.size());
}

/// Make sure there is a backend for this URL's host and port. Its name is the URL up to there.
bool make_backend(const service::Url& url) {
  std::uint32_t exists = 0;
  if (afterglow_fastly_backend_exists(url.origin.data(), url.origin.size(), &exists) == kFastlyOk &&
      exists != 0) {
    return true;
  }
  cart::Text<300> address;
  address.append(url.authority);
  if (!url.has_port) {
    address.append(":");
    address.append_number(url.port);
  }
  const AfterglowFastlyBackendOptions options{.cert_hostname = url.host.data(),
                                              .cert_hostname_len = size32(url.host),
                                              .sni_hostname = url.host.data(),
                                              .sni_hostname_len = size32(url.host)};
  const std::uint32_t names = url.is_address ? 0 : kFastlyCertHostname | kFastlySniHostname;
  return afterglow_fastly_register_backend(
             url.origin.data(), url.origin.size(), address.view().data(), address.view().size(),
             url.is_tls ? kFastlyUseSsl | names : 0, &options) == kFastlyOk;
}

service::Answer call_back(const service::Callback& call) {
  if (!make_backend(*call.url)) {
    return {.failure = "backend_refused"};
  }
  static constinit cart::Text<10 * 1024> url;
  url.clear();
  url.append(call.url->origin);
  url.append(call.target);
  edge::BackendRequest request(url.view());
  auto headers = request.headers();
  call.span->inject(headers);
  if (!request.post("application/json", call.body)) {
    return {.failure = "request_refused"};
  }
  const edge::BackendAnswer answer =
      request.send(call.url->origin, answer_buffer, sizeof answer_buffer);
  return {.http_status = answer.http_status,
          .failure = answer.http_status == 0 ? "connection_error" : ""};
}

}  // namespace

int main() {
  afterglow::fastly::init();
  if (!client.accept()) {
    return 0;
  }
  const std::string_view body = client.read_body(body_buffer, sizeof body_buffer);
  service::Step step =
      service::begin({.method = client.method(), .target = client.target(), .body = body},
                     service::telemetry.extract(client.headers()));
  while (step.kind == service::Step::Kind::Call) {
    step = service::resume(step.slot, call_back(step.call));
  }
  client.respond(step.response.http_status, step.response.content_type, step.response.body);
  service::telemetry.shutdown();
}
