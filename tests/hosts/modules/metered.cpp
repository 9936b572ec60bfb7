// A module that measures with every instrument, at each request; its points leave after each.
//
//   /?n=7    counts 1 and measures 7; without a number 0. A token and a parameter are redacted
//   /idle    measures nothing, so that what is left can leave

#include <afterglow/afterglow.h>
#include <afterglow/redaction_metric.h>

#include <cstdint>
#include <string_view>

#include "edge_host_v1.h"
#include "number_in.h"

namespace {

using namespace afterglow;

constexpr Counter kRequests{"metered.requests", "{request}", "Requests of this instance."};
constexpr Counter<double> kCost{"metered.cost", "EUR"};
constexpr UpDownCounter kOpen{"metered.open", "{request}"};
constexpr Gauge kLast{"metered.last"};
constexpr double kBounds[] = {1, 5, 10};
constexpr Histogram kSizes{"metered.sizes", "By", {.bounds = kBounds}};
constexpr ExponentialHistogram kTimes{"metered.times", "s"};
constexpr ObservableCounter kSeen{"metered.seen", "{request}"};

constinit Buffer<64 * 1024> memory;
constinit Telemetry telemetry{
    memory, {.service_name = "metered", .metrics = {.pages = 16, .every_requests = 1}}};
constinit std::int64_t requests = 0;

void see(Observer<std::int64_t>& observer, void*) {
  observer.observe(requests);
}

}  // namespace

void edge_on_request(std::uint64_t id) {
  char target[64];
  std::uint32_t needed = 0;
  (void)edge_request_target(id, target, sizeof target, &needed);
  const std::string_view text(target, needed < sizeof target ? needed : sizeof target);
  if (text == "/idle") {
    edge_respond(id, 200, nullptr, 0, "idle", 4);
    return;
  }
  const std::int64_t n = number_in(text);
  if (requests++ == 0) {
    telemetry.observe(kSeen, see);
    observe_redactions(telemetry);
  }
  Span server = telemetry.start_span("GET", {.kind = SpanKind::Server});
  server.set_attribute("visitor.token", text);
  server.set_http_request({.method = "GET", .url = text});
  telemetry.add(kRequests, 1, {{"number.odd", n % 2 != 0}, {"number.kind", "wh\"ole"}});
  telemetry.add(kCost, static_cast<double>(n) / 4);
  telemetry.add(kOpen, n % 2 != 0 ? 1 : -1);
  server.set(kLast, n);
  server.record(kSizes, n).record(kTimes, static_cast<double>(n) / 1000);
  server.end();
  edge_respond(id, 200, nullptr, 0, "counted", 7);
}

void edge_on_backend_response(std::uint64_t, std::uint64_t) {}
