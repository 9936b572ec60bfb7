#include <afterglow/host.h>

#include "scenario.h"
#include "stage.h"

namespace afterglow::bench {
namespace {

void open_root() {
  root() = start_over().start_span("GET /cart", {.kind = SpanKind::Server});
}

void log_record() {
  repeat([] {
    root().log(Severity::Info, "cart rendered", {{"cart.items", 3}, {"cache.hit", true}});
  });
}

bool all_logged() {
  return telemetry().report().logs.recorded == kOperations &&
         telemetry().report().logs.dropped() == 0;
}

void clock_read() {
  repeat([] { host::monotonic_clock(); });
}

constexpr Scenario kScenarios[] = {
    {"log_record", open_root, log_record, all_logged, {"a clock read", clock_read}},
};

}  // namespace

std::span<const Scenario> log_scenarios() {
  return kScenarios;
}

}  // namespace afterglow::bench
