// The cart handler on afterglow-host: edge_host_v1 on one side, the handler's steps on the other.
// Nothing here sends telemetry; the host's call after the response does.

#include <afterglow/afterglow.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "cart.h"
#include "custom_headers.h"
#include "edge_host_v1.h"

namespace {

using afterglow::custom::HeaderText;
using afterglow::custom::HeaderWriter;

constexpr std::string_view kBackend = "origin";
constexpr std::uint64_t kNoCall = 0;

constinit char method_buffer[32];
constinit char target_buffer[4 * 1024];
constinit char headers_buffer[16 * 1024];
constinit char origin_buffer[cart::kMaxCartBytes + 1];
constinit std::uint64_t calls[cart::kSlots];  // the call each slot waits for

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

std::string_view first_value(const HeaderText& headers, std::string_view name) {
  std::string_view first;
  headers.for_each(name, [&first](std::string_view value) {
    if (first.empty()) {
      first = value;
    }
  });
  return first;
}

void respond(std::uint64_t id, const cart::Response& response) {
  char buffer[128];
  HeaderWriter headers(buffer);
  headers.set("content-type", response.content_type);
  edge_respond(id, response.http_status, headers.text().data(), size32(headers.text()),
               response.body.data(), size32(response.body));
}

edge_status call_origin(std::uint64_t id, const cart::OriginCall& call, std::uint64_t& number) {
  char buffer[1024];
  HeaderWriter headers(buffer);
  headers.set("accept", "application/json");
  call.span->inject(headers);
  const edge_call request = {.size = sizeof(edge_call),
                             .timeout_ms = call.timeout_ms,
                             .backend = address(kBackend),
                             .backend_len = size32(kBackend),
                             .method = address("GET"),
                             .method_len = 3,
                             .target = address(call.target),
                             .target_len = size32(call.target),
                             .headers = address(headers.text()),
                             .headers_len = size32(headers.text()),
                             .body = 0,
                             .body_len = 0};
  return edge_call_backend(id, &request, &number);
}

/// Do what `step` asks for; a call that cannot be started is an answer of its own.
void act(std::uint64_t id, cart::Step step) {
  if (step.kind == cart::Step::Kind::CallOrigin) {
    if (call_origin(id, step.call, calls[step.slot]) == EDGE_OK) {
      return;
    }
    calls[step.slot] = kNoCall;
    step = cart::resume(step.slot, {.failure = "connection_error"});
  }
  respond(id, step.response);
}

std::string_view failure_name(edge_status status) {
  return status == EDGE_TIMEOUT ? "timeout" : "connection_error";
}

cart::OriginAnswer read_answer(std::uint64_t call) {
  cart::OriginAnswer answer;
  const edge_status status = edge_backend_status(call, &answer.http_status);
  if (status != EDGE_OK) {
    return {.failure = failure_name(status)};
  }
  if (read_into(edge_backend_body, call, origin_buffer, answer.body) != EDGE_OK) {
    return {.http_status = answer.http_status, .failure = "answer_too_long"};
  }
  return answer;
}

}  // namespace

void edge_on_request(std::uint64_t id) {
  std::string_view method;
  std::string_view target;
  std::string_view lines;
  if (read_into(edge_request_method, id, method_buffer, method) != EDGE_OK ||
      read_into(edge_request_target, id, target_buffer, target) != EDGE_OK ||
      read_into(edge_request_headers, id, headers_buffer, lines) != EDGE_OK) {
    respond(id, {.http_status = 431, .body = "the request's head is too long\n"});
    return;
  }
  const HeaderText headers(lines);
  act(id, cart::begin({.method = method,
                       .target = target,
                       .authorization = first_value(headers, "authorization"),
                       .user_agent = first_value(headers, "user-agent")},
                      cart::telemetry.extract(headers)));
}

void edge_on_backend_response(std::uint64_t id, std::uint64_t call) {
  for (std::size_t slot = 0; slot < cart::kSlots; ++slot) {
    if (calls[slot] == call) {
      calls[slot] = kNoCall;
      act(id, cart::resume(slot, read_answer(call)));
      return;
    }
  }
}
