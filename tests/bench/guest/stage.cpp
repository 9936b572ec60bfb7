#include "stage.h"

#include <new>

namespace afterglow::bench {
namespace {

constinit Buffer<512 * 1024> memory;
alignas(Telemetry) constinit std::byte telemetry_bytes[sizeof(Telemetry)] = {};
constinit Forever<Span> root_span;
constinit std::string_view last_body;
constinit std::size_t free_pages_at_mark = 0;

host::SendResult swallow(void* /*context*/, const host::SendRequest& request) {
  last_body = request.body;
  return {.status = host::Status::Ok, .http_status = 200};
}

}  // namespace

Telemetry& start_over(Sampler sampler, Redaction redaction, std::uint32_t value_length) {
  *root_span = Span{};
  last_body = {};
  return *new (telemetry_bytes) Telemetry{memory,
                                          {.service_name = "bench",
                                           .sampler = sampler,
                                           .limits = {.attribute_value_length = value_length},
                                           .caps = {.spans = 0xFFFF'FFFF},
                                           .redaction = redaction,
                                           .export_hook = {.send = swallow}}};
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

void mark_pages() {
  free_pages_at_mark = telemetry().free_pages();
}

std::size_t bytes_of_pages_since_mark() {
  const std::size_t free = telemetry().free_pages();
  return free < free_pages_at_mark ? (free_pages_at_mark - free) * kPageBytes : 0;
}

}  // namespace afterglow::bench
