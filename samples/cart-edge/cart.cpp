#include "cart.h"

#include "text.h"

namespace cart {

namespace sc = afterglow::semconv;
using afterglow::Attribute;
using afterglow::Counter;
using afterglow::ExportWay;
using afterglow::Histogram;
using afterglow::LogWay;
using afterglow::MeasuredRequest;
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

constexpr Counter kLookups{"cart.cache.lookups", "{lookup}", "Lookups of carts in the cache."};
constexpr double kItemBounds[] = {0, 1, 2, 5, 10, 20, 50};
constexpr Histogram kItems{
    "cart.items", "{item}", {.description = "Items of carts shown.", .bounds = kItemBounds}};

#ifdef CART_METRICS_PULLED  // the host collects: see samples/edge-host, --metrics-listen
constexpr afterglow::MetricsConfig kMetrics{.reader = afterglow::MetricReader::pull(), .pages = 16};
#else
// This sample serves few requests, so what they measured leaves with each; under load it would be
// every hundred, or every minute, which is the default.
constexpr afterglow::MetricsConfig kMetrics{.pages = 16, .every_requests = 1};
#endif

/// A request that waits for the origin.
struct Pending {
  bool taken = false;
  bool keep = false;
  afterglow::Forever<MeasuredRequest> server;
  afterglow::Forever<MeasuredRequest> client;
  Text<kMaxUserBytes> user;
  Text<kMaxUserBytes + 32> target;
};

/// The cache: the cart of the last visitor who let us keep it, for one more request.
struct Kept {
  Text<kMaxUserBytes> user;
  Text<kMaxCartBytes> items;
};

constinit Pending slots[kSlots];
constinit Kept kept;
constinit Text<kMaxCartBytes + 256> page;

}  // namespace

constinit afterglow::Telemetry telemetry{
    memory,
    {.service_name = "cart-edge",
     .service_version = "1.4.2",
     .resource = kResource,
     .log = {.minimum_severity = Severity::Info},
     .logs = LogWay{ExportWay::Otlp, ExportWay::Lines},  // OTEL_LOGS_EXPORTER=console: as lines
     .metrics = kMetrics}};

namespace {

std::size_t free_slot() {
  std::size_t slot = 0;
  while (slot < kSlots && slots[slot].taken) {
    ++slot;
  }
  return slot;
}

/// End the request's span, with its metrics, and answer.
Step respond(MeasuredRequest& server, const Response& response) {
  server.end({.status = response.http_status});
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
bool route(MeasuredRequest& server, std::string_view target, std::string_view user,
           Text<kMaxUserBytes + 32>& out) {
  Span stage = server->start_child("route");
  const std::string_view path = path_of(target);
  stage.set_attribute(sc::url::kPath, path);
  if (path != "/cart") {
    return false;
  }
  server.set_route("/cart");
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

/// Is the visitor's cart in the cache?
bool look_up(std::string_view user) {
  const bool hit = kept.user.view() == user;
  telemetry.add(kLookups, 1, {{"cache.hit", hit}});
  return hit;
}

void keep(std::string_view user, std::string_view items) {
  kept.user.clear();
  kept.items.clear();
  kept.user.append(user);
  kept.items.append(items);
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
  pending.client.value =
      MeasuredRequest::client(pending.server.value->start_child("GET", {.kind = SpanKind::Client}),
                              {.method = "GET", .url = url.view()});
  pending.client.value->log(Severity::Debug, "asking the origin");
  return {.kind = Step::Kind::CallOrigin,
          .call = {.target = pending.target.view(),
                   .span = &pending.client.value.span(),
                   .timeout_ms = kOriginTimeoutMs},
          .slot = slot};
}

/// End the client span, and note on it how the origin failed.
void end_failed(MeasuredRequest& client, const OriginAnswer& answer) {
  Text<3> status;
  status.append_number(answer.http_status);
  const std::string_view type = answer.failure.empty() ? status.view() : answer.failure;
  client->record_error("OriginError", "the carts service did not deliver")
      .set_status(StatusCode::Error, "the carts service did not deliver")
      .log(Severity::Error, "the carts service did not deliver",
           {{sc::error::kType, type}, {sc::server::kAddress, kOriginHost}},
           {.event_name = "cart.origin.failed"});
  client.end({.status = answer.http_status, .error_type = type});
}

Response render(MeasuredRequest& server, std::string_view user, std::string_view items) {
  Span stage = server->start_child("render");
  const std::size_t count = count_of(items, "\"sku\"");
  page.clear();
  page.append("{\"visitor\":\"");
  page.append(user);
  page.append("\",\"cart\":");
  page.append(items);
  page.append("}\n");
  stage.set_attribute("cart.items", count).set_attribute("cart.page_bytes", page.view().size());
  server->add_event("cart rendered", {{"cart.items", count}}).record(kItems, count);
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
  // The values of the query never leave: `?token=…` is recorded as `token=REDACTED`.
  MeasuredRequest server = MeasuredRequest::server(
      telemetry.start_span(
          name.view(), {.kind = SpanKind::Server, .parent = static_cast<RemoteParent&&>(parent)}),
      {.method = request.method,
       .url = request.target,
       .scheme = "http",
       .user_agent = request.user_agent});
  const std::string_view user = authenticate(server.span(), request.authorization);
  if (user.empty()) {
    return respond(server, {.http_status = 401, .body = "who are you?\n"});
  }
  const std::size_t slot = free_slot();
  if (slot == kSlots) {
    server->log(Severity::Warn, "all slots taken", {{"cart.slots", kSlots}});
    return respond(server, {.http_status = 503, .body = "too many requests at once\n"});
  }
  Pending& pending = slots[slot];
  if (!route(server, request.target, user, pending.target)) {
    return respond(server, {.http_status = 404, .body = "no such page\n"});
  }
  if (look_up(user)) {
    kept.user.clear();
    return respond(server, render(server, user, kept.items.view()));
  }
  pending.taken = true;
  pending.keep = query_has(request.target, "keep=1");
  pending.user.clear();
  pending.user.append(user);
  pending.server.value = static_cast<MeasuredRequest&&>(server);
  return fetch(slot);
}

Step resume(std::size_t slot, const OriginAnswer& answer) {
  Pending& pending = slots[slot];
  MeasuredRequest server = static_cast<MeasuredRequest&&>(pending.server.value);
  MeasuredRequest client = static_cast<MeasuredRequest&&>(pending.client.value);
  pending.taken = false;
  if (answer.http_status != 200 || !answer.failure.empty() || answer.body.size() > kMaxCartBytes) {
    end_failed(client, answer);
    return respond(server, {.http_status = 502, .body = "the cart is not available\n"});
  }
  client.end({.status = answer.http_status});
  if (pending.keep) {
    keep(pending.user.view(), answer.body);
  }
  return respond(server, render(server, pending.user.view(), answer.body));
}

}  // namespace cart
