// The service on afterglow-host: edge_host_v1 on one side, the service's steps on the other. The
// host has to be started with --allow-any-backend, since callbacks are URLs of the caller's choice.

#include <afterglow/afterglow.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "custom_headers.h"
#include "edge_host_v1.h"
#include "service.h"

namespace {

using afterglow::custom::HeaderText;
using afterglow::custom::HeaderWriter;

constexpr std::uint64_t kNoCall = 0;
constexpr std::string_view kMethod = "POST";

constinit char method_buffer[64];
constinit char target_buffer[8 * 1024];
constinit char headers_buffer[64 * 1024];
constinit char body_buffer[service::kMaxBodyBytes + 1];
constinit char outgoing_buffer[64 * 1024];
constinit std::uint64_t calls[service::kSlots];  // the call each slot waits for

std::uint32_t size32(std::string_view text) {
  return static_cast<std::uint32_t>(text.size());
}
std::uint32_t address(std::string_view text) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(text.data()));
}

using Read = edge_status(std::uint64_t, char*, std::uint32_t, std::uint32_t*);

/// What `read` says about `id`, as a view into `buffer`.
edge_status read_into(Read* read, std::uint64_t id, std::span<char> buffer, std::string_view& out) {
  std::uint32_t needed = 0;
  const edge_status status =
      read(id, buffer.data(), static_cast<std::uint32_t>(buffer.size()), &needed);
  out = status == EDGE_OK ? std::string_view(buffer.data(), needed) : std::string_view{};
  return status;
}

void respond(std::uint64_t id, const service::Response& response) {
  char buffer[128];
  HeaderWriter headers(buffer);
  headers.set("content-type", response.content_type);
  edge_respond(id, response.http_status, headers.text().data(), size32(headers.text()),
               response.body.data(), size32(response.body));
}

edge_status call_back(std::uint64_t id, const service::Callback& call, std::uint64_t& number) {
  HeaderWriter headers(outgoing_buffer);
  headers.set("content-type", "application/json");
  call.span->inject(headers);
  const edge_call request = {.size = sizeof(edge_call),
                             .timeout_ms = call.timeout_ms,
                             .backend = address(call.url->origin),
                             .backend_len = size32(call.url->origin),
                             .method = address(kMethod),
                             .method_len = size32(kMethod),
                             .target = address(call.target),
                             .target_len = size32(call.target),
                             .headers = address(headers.text()),
                             .headers_len = size32(headers.text()),
                             .body = address(call.body),
                             .body_len = size32(call.body)};
  return edge_call_backend(id, &request, &number);
}

/// Do what `step` asks for; a call that cannot be started is an answer of its own.
void act(std::uint64_t id, service::Step step) {
  if (step.kind == service::Step::Kind::Call) {
    const edge_status status = call_back(id, step.call, calls[step.slot]);
    if (status == EDGE_OK) {
      return;
    }
    calls[step.slot] = kNoCall;
    step = service::resume(
        step.slot, {.failure = status == EDGE_NOT_FOUND ? "not_allowed" : "connection_error"});
  }
  respond(id, step.response);
}

service::Answer read_answer(std::uint64_t call) {
  service::Answer answer;
  const edge_status status = edge_backend_status(call, &answer.http_status);
  if (status == EDGE_OK) {
    return answer;
  }
  return {.failure = status == EDGE_TIMEOUT ? "timeout" : "connection_error"};
}

}  // namespace

void edge_on_request(std::uint64_t id) {
  std::string_view method;
  std::string_view target;
  std::string_view lines;
  std::string_view body;
  if (read_into(edge_request_method, id, method_buffer, method) != EDGE_OK ||
      read_into(edge_request_target, id, target_buffer, target) != EDGE_OK ||
      read_into(edge_request_headers, id, headers_buffer, lines) != EDGE_OK) {
    respond(id, {.http_status = 431, .body = "the request's head is too long\n"});
    return;
  }
  if (read_into(edge_request_body, id, body_buffer, body) == EDGE_BUFFER_TOO_SMALL) {
    body = {body_buffer, sizeof body_buffer};  // too long is all the service needs to know
  }
  act(id, service::begin({.method = method, .target = target, .body = body},
                         service::telemetry.extract(HeaderText(lines))));
}

void edge_on_backend_response(std::uint64_t id, std::uint64_t call) {
  for (std::size_t slot = 0; slot < service::kSlots; ++slot) {
    if (calls[slot] == call) {
      calls[slot] = kNoCall;
      act(id, service::resume(slot, read_answer(call)));
      return;
    }
  }
}
