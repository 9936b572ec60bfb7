// One whole request, as a handler makes it: eight spans of five attributes, four log records, six
// points of three instruments. What the visitor waits for, and what comes after the response.

#include "scenario.h"
#include "stage.h"

namespace afterglow::bench {
namespace {

namespace sc = afterglow::semconv;

constexpr Counter kLookups{"cart.cache.lookups", "{lookup}"};
constexpr Histogram<std::int64_t> kItems{"cart.items", "{item}"};
constexpr Histogram<std::int64_t> kBytes{"cart.response.size", "By"};
constinit Headers outgoing{};

constexpr Config request_config() {
  return {.service_name = "bench",
          .metrics = {.pages = 4, .every_requests = 1},
          .export_hook = {.send = swallow}};
}

// What a program has: nothing happens before its first request.
constinit Buffer<64 * 1024> own_memory;
constinit Telemetry own_telemetry{own_memory, request_config()};

void measure(Span& server, bool hit) {
  server.add(kLookups, 1, {{"cache.hit", hit}, {"cache.name", "carts"}})
      .record(kItems, 3, {{"cache.hit", hit}, {"cache.name", "carts"}})
      .record(kBytes, 1200, {{"cache.hit", hit}, {"cache.name", "carts"}});
}

void call_backend(Span& server, std::string_view address) {
  Span client = server.start_child("GET", {.kind = SpanKind::Client},
                                   {{sc::http::kRequestMethod, "GET"},
                                    {sc::server::kAddress, address},
                                    {sc::server::kPort, 8443},
                                    {sc::url::kScheme, "https"}});
  client.inject(outgoing);
  client.set_attribute(sc::http::kResponseStatusCode, 200);
  client.end();
}

void work(Span& server, std::string_view name) {
  Span span = server.start_child(name, {},
                                 {{"cart.id", 4711},
                                  {"cart.items", 3},
                                  {"cart.currency", "EUR"},
                                  {"cart.is_gift", false},
                                  {"cart.stage", name}});
  span.log(Severity::Info, "stage done", {{"cart.stage", name}, {"cart.items", 3}});
  span.end();
}

// 1 + 3 + 4 spans.
void handle_request(Telemetry& telemetry) {
  Span server = telemetry.start_span(
      "GET /cart", {.kind = SpanKind::Server, .parent = telemetry.extract(kIncoming)},
      {{sc::http::kRequestMethod, "GET"},
       {sc::url::kScheme, "https"},
       {sc::url::kPath, "/cart"},
       {sc::http::kRoute, "/cart"}});
  call_backend(server, "carts.internal");
  call_backend(server, "prices.internal");
  call_backend(server, "stock.internal");
  work(server, "authenticate");
  work(server, "route");
  work(server, "merge");
  work(server, "render");
  measure(server, true);
  measure(server, false);
  server.set_attribute(sc::http::kResponseStatusCode, 200);
  server.end();
}

bool holds_one_request(const FlushReport& books) {
  return books.traces.waiting == 8 && books.logs.waiting == 4 && books.dropped() == 0 &&
         books.measurements.rejected() == 0;
}

// An instance that has served a request before.
void serve_one_before() {
  start_over(request_config(), Room::Request);
  handle_request(telemetry());
  telemetry().flush();
}

void serve() {
  handle_request(telemetry());
}

bool is_recorded() {
  return holds_one_request(telemetry().report());
}

void serve_two() {
  serve_one_before();
  serve();
}

void flush() {
  telemetry().flush();
}

bool is_flushed() {
  const FlushReport books = telemetry().report();
  return books.traces.exported == 16 && books.logs.exported == 8 && books.metrics.exported == 12 &&
         books.dropped() == 0;
}

// --- an instance that has run nothing before -----------------------------------------------------

void first_use() {
  own_telemetry.start_span("GET /cart", {.kind = SpanKind::Server}).end();
}

bool is_first_used() {
  return own_telemetry.report().traces.waiting == 1;
}

void first_request() {
  handle_request(own_telemetry);
}

bool is_first_recorded() {
  return holds_one_request(own_telemetry.report());
}

constexpr Floor kCopyOfEncoded{"memcpy of the bytes", copy_encoded};

constexpr Scenario kScenarios[] = {
    {"request_before_response", serve_one_before, serve, is_recorded, {}, 1},
    {"request_after_response", serve_two, flush, is_flushed, kCopyOfEncoded, 1},
    {"first_use", nullptr, first_use, is_first_used, {}, 1, true},
    {"first_request_before_response", nullptr, first_request, is_first_recorded, {}, 1, true},
};

}  // namespace

std::uint32_t state_bytes() {
  constexpr MemoryLayout kLayout = decltype(own_memory)::kLayout;
  return static_cast<std::uint32_t>(sizeof(Telemetry) + kLayout.pages_offset +
                                    kLayout.resource_bytes);
}

std::span<const Scenario> request_scenarios() {
  return kScenarios;
}

}  // namespace afterglow::bench
