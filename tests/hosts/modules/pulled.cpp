// A module whose host collects its metrics: measures with every instrument at each request.
//
//   /?n=7    counts 1 and measures 7; without a number 0
//   /trap    counts 1, and traps before it answers

#include <afterglow/afterglow.h>

#include <cstdint>
#include <string_view>

#include "edge_host_v1.h"
#include "number_in.h"

namespace {

using namespace afterglow;

constexpr Counter kRequests{"pulled.requests", "{request}",
                            "Requests, \"counted\" by\nthe module."};
constexpr Counter<double> kCost{"pulled.cost", "EUR"};
constexpr UpDownCounter kOpen{"pulled.open", "{request}"};
constexpr Gauge kLast{"pulled.last"};
constexpr double kBounds[] = {1, 5, 10};
constexpr Histogram kSizes{"pulled.sizes", "By", {.bounds = kBounds}};
constexpr ExponentialHistogram kTimes{"pulled.times", "s"};
constexpr ObservableCounter kSeen{"pulled.seen", "{request}"};

constinit Buffer<64 * 1024> memory;
constinit Telemetry telemetry{
    memory, {.service_name = "pulled", .metrics = {.reader = MetricReader::pull(), .pages = 16}}};
constinit std::int64_t requests = 0;

}  // namespace

void edge_on_request(std::uint64_t id) {
  char target[64];
  std::uint32_t needed = 0;
  (void)edge_request_target(id, target, sizeof target, &needed);
  const std::string_view text(target, needed < sizeof target ? needed : sizeof target);
  const std::int64_t n = number_in(text);
  if (requests++ == 0) {
    telemetry.observe(kSeen, [](Observer<std::int64_t>& seen, void*) { seen.observe(requests); });
  }
  Span server = telemetry.start_span("GET", {.kind = SpanKind::Server});
  server.add(kRequests, 1, {{"number.odd", n % 2 != 0}, {"number kind", "wh\"ole\\"}});
  telemetry.add(kCost, static_cast<double>(n) / 4);
  telemetry.add(kOpen, 1);
  telemetry.set(kLast, n);
  server.record(kSizes, n).record(kTimes, static_cast<double>(n) / 1024);
  server.end();
  if (text == "/trap") {
    __builtin_trap();
  }
  edge_respond(id, 200, nullptr, 0, "counted", 7);
}

void edge_on_backend_response(std::uint64_t, std::uint64_t) {}
