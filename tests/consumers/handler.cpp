// The smallest program that uses Afterglow from outside: it links with every backend.

#include <afterglow/afterglow.h>

using namespace afterglow;

namespace {
constinit Buffer<16 * 1024> memory;
}  // namespace

constinit Telemetry telemetry{memory, {.service_name = "consumer"}};

int main() {
  Span span = telemetry.start_span("work");
  span.set_attribute("built", "elsewhere");
  span.end();
  telemetry.shutdown();
  return 0;
}
