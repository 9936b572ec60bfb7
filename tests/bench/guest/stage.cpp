#include "stage.h"

#include <cstring>
#include <new>
#include <span>

#include "bench_host.h"

namespace afterglow::bench {
namespace {

namespace sc = afterglow::semconv;

constinit Buffer<512 * 1024> run_memory;
constinit Buffer<64 * 1024> request_memory;
constinit Buffer<24 * 1024 * 1024> much_memory;
alignas(Telemetry) constinit std::byte telemetry_bytes[sizeof(Telemetry)] = {};
constinit Forever<Span> root_span;
constinit std::string_view last_body;
constinit std::size_t bytes_sent = 0;
constinit std::size_t bytes_sent_at_mark = 0;
constinit std::size_t free_pages_at_mark = 0;
constinit char copied[64 * 1024];

std::span<std::byte> memory_of(Room room) {
  switch (room) {
    case Room::Run:
      return {run_memory.data(), run_memory.size()};
    case Room::Request:
      return {request_memory.data(), request_memory.size()};
    default:
      return {much_memory.data(), much_memory.size()};
  }
}

}  // namespace

host::SendResult swallow(void* /*context*/, const host::SendRequest& request) {
  count_call();
  last_body = request.body;
  bytes_sent += request.body.size();
  return {.status = host::Status::Ok, .http_status = 200};
}

Config plain_config() {
  return {.service_name = "bench",
          .sampler = kAlwaysOn,
          .caps = {.spans = 0xFFFF'FFFF},
          .log = {.per_site = 0},
          .metrics = {.cardinality_limit = 20'000},
          .export_hook = {.send = swallow}};
}

Telemetry& start_over(const Config& config, Room room) {
  *root_span = Span{};
  last_body = {};
  return *new (telemetry_bytes) Telemetry{memory_of(room), config};
}

Telemetry& telemetry() {
  return *std::launder(reinterpret_cast<Telemetry*>(telemetry_bytes));
}

Span& root() {
  return *root_span;
}

std::string_view encoded() {
  return last_body;
}

std::size_t encoded_bytes() {
  return bytes_sent - bytes_sent_at_mark;
}

void mark() {
  bytes_sent_at_mark = bytes_sent;
  free_pages_at_mark = telemetry().free_pages();
  forget_calls();
}

std::size_t bytes_of_pages_since_mark() {
  const std::size_t free = telemetry().free_pages();
  return free < free_pages_at_mark ? (free_pages_at_mark - free) * kPageBytes : 0;
}

// The compiler must believe that somebody looks at the copy.
void copy(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = text.size() < sizeof copied ? text.size() : sizeof copied;
    std::memcpy(copied, text.data(), size);
    asm volatile("" : : "r"(copied) : "memory");
    text.remove_prefix(size);
  }
}

void copy_encoded() {
  for (std::size_t left = encoded_bytes(); left != 0;) {
    std::string_view part = last_body;
    part.remove_suffix(left < part.size() ? part.size() - left : 0);
    copy(part);
    left -= part.size();
  }
}

Span start_child_with_5_attributes() {
  return root().start_child("GET cart", {.kind = SpanKind::Client},
                            {{sc::http::kRequestMethod, "GET"},
                             {sc::server::kAddress, "carts.internal"},
                             {sc::server::kPort, 8443},
                             {sc::http::kResponseStatusCode, 200},
                             {"retry", false}});
}

}  // namespace afterglow::bench
