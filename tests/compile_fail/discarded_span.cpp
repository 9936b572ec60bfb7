// A span that nobody holds ends in the statement that started it.
// expected error: nodiscard
#include <afterglow/afterglow.h>

void serve(afterglow::Telemetry& telemetry) {
#ifdef AFTERGLOW_MISUSE
  telemetry.start_span("GET /cart");
#else
  const afterglow::Span server = telemetry.start_span("GET /cart");
#endif
}
