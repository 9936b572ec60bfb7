#include "cart.h"

#include "text.h"

namespace cart {

namespace sc = afterglow::semconv;
using afterglow::Attribute;
using afterglow::ExportWay;
using afterglow::LogWay;
using afterglow::RemoteParent;
using afterglow::Severity;
using afterglow::Span;
using afterglow::SpanKind;
using afterglow::StatusCode;

namespace {

constinit afterglow::Buffer<512 * 1024> memory;
constexpr Attribute kResource[] = {{"deployment.environment.name", "demo"}};

constexpr std::string_view kOriginHost = "carts.internal";
constexpr std::uint32_t kOriginTimeoutMs = 5'000;
constexpr std::size_t kMaxUserBytes = 32;

/// A request that waits for the origin.
struct Pending {
  bool taken = false;
  afterglow::Forever<Span> server;
  afterglow::Forever<Span> client;
  Text<kMaxUserBytes> user;
  Text<kMaxUserBytes + 32> target;
};

constinit Pending slots[kSlots];
constinit Text<kMaxCartBytes + 256> page;

}  // namespace

constinit afterglow::Telemetry telemetry{
    memory,
    {.service_name = "cart-edge",
     .service_version = "1.4.2",
     .resource = kResource,
     .log = {.minimum_severity = Severity::Info},
     .logs = LogWay{ExportWay::Otlp, ExportWay::Lines}}};  // OTEL_LOGS_EXPORTER=console: as lines

namespace {

std::size_t free_slot() {
  std::size_t slot = 0;
  while (slot < kSlots && slots[slot].taken) {
    ++slot;
  }
  return slot;
}

/// End the request's span and answer.
Step respond(Span& server, const Response& response) {
  server.set_http_response({.status = response.http_status});
  server.end();
  return {.kind = Step::Kind::Respond, .response = response};
}

Step health() {
  page.clear();
  page.append("ok\npages_free ");
  page.append_number(telemetry.free_pages());
  page.append("\npages ");
  page.append_number(telemetry.page_count());
  page.append("\n");
  return {.kind = Step::Kind::Respond, .response = {.http_status = 200, .body = page.view()}};
}

/// Who asks: the bearer token's text, or "anonymous" without one. Empty: not to be let in.
std::string_view authenticate(Span& server, std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  Span stage = server.start_child("authenticate");
  if (authorization.empty()) {
    stage.set_attribute("cart.visitor", "anonymous");
    return "anonymous";
  }
  std::string_view token = authorization;
  token.remove_prefix(begins_with(authorization, kScheme) ? kScheme.size() : token.size());
  if (token.size() > kMaxUserBytes || !is_name(token)) {
    stage.set_attribute(sc::error::kType, "invalid_token")
        .set_status(StatusCode::Error, "invalid token");
    return {};
  }
  stage.set_attribute("cart.visitor", "known");
  return token;
}

/// Choose what the origin is asked for. False: no such page.
bool route(Span& server, std::string_view target, std::string_view user,
           Text<kMaxUserBytes + 32>& out) {
  Span stage = server.start_child("route");
  const std::string_view path = path_of(target);
  stage.set_attribute(sc::url::kPath, path);
  if (path != "/cart") {
    return false;
  }
  server.set_attribute(sc::http::kRoute, "/cart");
  const bool slow = query_has(target, "slow=1");
  const bool fail = query_has(target, "fail=1");
  if (slow) {
    stage.add_event("slow path asked for", {{"cart.reason", "slow=1"}});
  }
  out.clear();
  out.append(fail ? "/fail/" : slow ? "/slow/" : "/carts/");
  out.append(user);
  return true;
}

/// Ask the origin; the client span is open until its answer comes.
Step fetch(std::size_t slot) {
  Pending& pending = slots[slot];
  const std::string_view target = pending.target.view();
  Text<128> url;
  url.append("http://");
  url.append(kOriginHost);
  url.append({target.data(), target.size() - pending.user.view().size()});
  url.append("REDACTED");  // the visitor's token is the visitor's
  pending.client.value = pending.server.value.start_child("GET", {.kind = SpanKind::Client});
  pending.client.value.set_http_request({.method = "GET", .url = url.view()});
  pending.client.value.log(Severity::Debug, "asking the origin");
  return {.kind = Step::Kind::CallOrigin,
          .call = {.target = pending.target.view(),
                   .span = &pending.client.value,
                   .timeout_ms = kOriginTimeoutMs},
          .slot = slot};
}

/// Note on the client span how the origin failed.
void record_failure(Span& client, const OriginAnswer& answer) {
  Text<3> status;
  status.append_number(answer.http_status);
  const std::string_view type = answer.failure.empty() ? status.view() : answer.failure;
  client.record_error("OriginError", "the carts service did not deliver")
      .set_attribute(sc::error::kType, type)
      .set_status(StatusCode::Error, "the carts service did not deliver")
      .log(Severity::Error, "the carts service did not deliver",
           {{sc::error::kType, type}, {sc::server::kAddress, kOriginHost}},
           {.event_name = "cart.origin.failed"});
}

Response render(Span& server, std::string_view user, std::string_view items) {
  Span stage = server.start_child("render");
  const std::size_t count = count_of(items, "\"sku\"");
  page.clear();
  page.append("{\"visitor\":\"");
  page.append(user);
  page.append("\",\"cart\":");
  page.append(items);
  page.append("}\n");
  stage.set_attribute("cart.items", count).set_attribute("cart.page_bytes", page.view().size());
  server.add_event("cart rendered", {{"cart.items", count}});
  return {.http_status = 200, .content_type = "application/json", .body = page.view()};
}

}  // namespace

Step begin(const Request& request, RemoteParent parent) {
  if (path_of(request.target) == "/healthz") {
    return health();
  }
  Text<64> name;
  name.append(is_known_method(request.method) ? request.method : "HTTP");
  if (path_of(request.target) == "/cart") {
    name.append(" /cart");
  }
  Span server = telemetry.start_span(
      name.view(), {.kind = SpanKind::Server, .parent = static_cast<RemoteParent&&>(parent)});
  // The values of the query never leave: `?token=…` is recorded as `token=REDACTED`.
  server.set_http_request({.method = request.method,
                           .url = request.target,
                           .scheme = "http",
                           .user_agent = request.user_agent});
  const std::string_view user = authenticate(server, request.authorization);
  if (user.empty()) {
    return respond(server, {.http_status = 401, .body = "who are you?\n"});
  }
  const std::size_t slot = free_slot();
  if (slot == kSlots) {
    server.log(Severity::Warn, "all slots taken", {{"cart.slots", kSlots}});
    return respond(server, {.http_status = 503, .body = "too many requests at once\n"});
  }
  Pending& pending = slots[slot];
  if (!route(server, request.target, user, pending.target)) {
    return respond(server, {.http_status = 404, .body = "no such page\n"});
  }
  pending.taken = true;
  pending.user.clear();
  pending.user.append(user);
  pending.server.value = static_cast<Span&&>(server);
  return fetch(slot);
}

Step resume(std::size_t slot, const OriginAnswer& answer) {
  Pending& pending = slots[slot];
  Span server = static_cast<Span&&>(pending.server.value);
  Span client = static_cast<Span&&>(pending.client.value);
  pending.taken = false;
  client.set_http_response({.status = answer.http_status, .error_type = answer.failure});
  if (answer.http_status != 200 || !answer.failure.empty() || answer.body.size() > kMaxCartBytes) {
    record_failure(client, answer);
    client.end();
    return respond(server, {.http_status = 502, .body = "the cart is not available\n"});
  }
  client.end();
  return respond(server, render(server, pending.user.view(), answer.body));
}

}  // namespace cart
