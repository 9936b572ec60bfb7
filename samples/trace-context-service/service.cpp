#include "service.h"

#include <cstring>
#include <span>

#include "text.h"

namespace service {

namespace sc = afterglow::semconv;
using afterglow::RemoteParent;
using afterglow::Span;
using afterglow::SpanKind;
using afterglow::StatusCode;

namespace {

constinit afterglow::Buffer<512 * 1024> memory;

constexpr std::uint32_t kCallTimeoutMs = 5'000;
constexpr std::size_t kMaxTargetBytes = 8 * 1024;
constexpr std::string_view kPath = "/test";

/// A request that waits for a callback.
struct Pending {
  bool taken = false;
  afterglow::Forever<Span> server;
  afterglow::Forever<Span> client;
  char body[kMaxBodyBytes] = {};
  Calls calls;
  std::size_t next = 0;  ///< The call that is made, or made next.
  cart::Text<kMaxTargetBytes> target;
};

constinit Pending slots[kSlots];
constinit cart::Text<kMaxTargetBytes + 256> message;

}  // namespace

constinit afterglow::Telemetry telemetry{
    memory, {.service_name = "trace-context-service", .service_version = "1.0.0"}};

namespace {

std::size_t free_slot() {
  std::size_t slot = 0;
  while (slot < kSlots && slots[slot].taken) {
    ++slot;
  }
  return slot;
}

/// End the request's span and answer. 5xx is an error of this server, 4xx one of the client.
Step respond(Span& server, std::uint32_t http_status, std::string_view text) {
  server.set_attribute(sc::http::kResponseStatusCode, http_status);
  if (http_status >= 500) {
    cart::Text<3> type;
    type.append_number(http_status);
    server.set_attribute(sc::error::kType, type.view()).set_status(StatusCode::Error);
  }
  server.end();
  return {.kind = Step::Kind::Respond, .response = {.http_status = http_status, .body = text}};
}

Step refuse(Span& server, const Refusal& refusal) {
  message.clear();
  message.append(refusal.what);
  message.append(", ");
  message.append(refusal.place);
  message.append(" ");
  message.append_number(refusal.where);
  message.append("\n");
  return respond(server, 400, message.view());
}

/// Which callback failed, and how.
Step fail(Span& server, const Pending& pending, std::string_view how) {
  message.clear();
  message.append("callback ");
  message.append_number(pending.next + 1);
  message.append(" of ");
  message.append_number(pending.calls.count);
  message.append(" failed: ");
  message.append(how);
  message.append(", ");
  message.append(pending.calls.calls[pending.next].text);
  message.append("\n");
  return respond(server, 502, message.view());
}

/// Make the next call; the client span is open until its answer comes. With none left, answer.
Step proceed(std::size_t slot) {
  Pending& pending = slots[slot];
  if (pending.next == pending.calls.count) {
    pending.taken = false;
    Span server = static_cast<Span&&>(pending.server.value);
    return respond(server, 200, {});
  }
  const Call& call = pending.calls.calls[pending.next];
  pending.target.clear();
  if (!cart::begins_with(call.url.path, "/")) {
    pending.target.append("/");
  }
  pending.target.append(call.url.path);
  pending.client.value = pending.server.value.start_child("POST", {.kind = SpanKind::Client},
                                                          {{sc::http::kRequestMethod, "POST"},
                                                           {sc::server::kAddress, call.url.host},
                                                           {sc::server::kPort, call.url.port},
                                                           {sc::url::kFull, call.text}});
  return {.kind = Step::Kind::Call,
          .call = {.url = &call.url,
                   .target = pending.target.view(),
                   .body = call.arguments,
                   .span = &pending.client.value,
                   .timeout_ms = kCallTimeoutMs},
          .slot = slot};
}

Step accept(Span& server, std::string_view body) {
  if (body.size() > kMaxBodyBytes) {
    return respond(server, 413, "the body is longer than 65536 bytes\n");
  }
  const std::size_t slot = free_slot();
  if (slot == kSlots) {
    return respond(server, 503, "too many requests at once\n");
  }
  Pending& pending = slots[slot];
  if (!body.empty()) {
    std::memcpy(pending.body, body.data(), body.size());
  }
  if (const Refusal refusal = read_calls({pending.body, body.size()}, pending.calls);
      refusal.what != nullptr) {
    return refuse(server, refusal);
  }
  pending.taken = true;
  pending.next = 0;
  pending.server.value = static_cast<Span&&>(server);
  return proceed(slot);
}

}  // namespace

Step begin(const Request& request, RemoteParent parent) {
  const bool known_method = cart::is_known_method(request.method);
  const bool known_path = cart::path_of(request.target) == kPath;
  cart::Text<64> name;
  name.append(known_method ? request.method : "HTTP");
  if (known_path) {
    name.append(" ");
    name.append(kPath);
  }
  Span server = telemetry.start_span(
      name.view(), {.kind = SpanKind::Server, .parent = static_cast<RemoteParent&&>(parent)},
      {{sc::http::kRequestMethod, known_method ? request.method : "_OTHER"},
       {sc::url::kScheme, "http"},
       {sc::url::kPath, cart::path_of(request.target)}});
  if (!known_path) {
    return respond(server, 404, "there is only /test\n");
  }
  server.set_attribute(sc::http::kRoute, kPath);
  if (request.method != "POST") {
    return respond(server, 405, "/test takes POST only\n");
  }
  return accept(server, request.body);
}

Step resume(std::size_t slot, const Answer& answer) {
  Pending& pending = slots[slot];
  Span client = static_cast<Span&&>(pending.client.value);
  cart::Text<64> how;
  how.append(answer.failure);
  if (answer.http_status != 0) {
    client.set_attribute(sc::http::kResponseStatusCode, answer.http_status);
  }
  const bool refused = answer.http_status < 200 || answer.http_status > 299;
  if (answer.failure.empty() && refused) {
    how.append_number(answer.http_status);
  }
  if (how.view().empty()) {
    client.end();
    ++pending.next;
    return proceed(slot);
  }
  client.set_attribute(sc::error::kType, how.view()).set_status(StatusCode::Error);
  client.end();
  pending.taken = false;
  Span server = static_cast<Span&&>(pending.server.value);
  return fail(server, pending, how.view());
}

}  // namespace service
