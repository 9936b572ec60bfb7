// Logs all groups of every_byte.h, as lines on standard error.

#include "every_byte.h"

namespace {

using namespace afterglow;

constinit Buffer<128 * 1024> memory;
constinit Telemetry telemetry{
    memory, {.service_name = "every-byte", .redaction = kNoRedaction, .logs = ExportWay::Lines}};

}  // namespace

int main() {
  for (unsigned group = 0; group < every_byte::kGroups; ++group) {
    every_byte::log_group(telemetry, group);
    (void)telemetry.flush();
  }
  const FlushReport report = telemetry.shutdown();
  return report.logs.dropped() == 0 ? 0 : 1;
}
