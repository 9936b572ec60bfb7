// A histogram records; it does not add up. The same through a span and a bound instrument.
// expected error: CountingInstrument
#include <afterglow/afterglow.h>

using namespace afterglow;
constexpr Counter kLookups{"lookups"};
constexpr Histogram kItems{"items"};
constexpr Gauge kHeat{"heat"};
constexpr ObservableGauge kHeap{"heap"};

#ifdef AFTERGLOW_MISUSE
void measure(Telemetry& telemetry) {
  telemetry.add(kItems, 1);
}
#else
void measure(Telemetry& telemetry) {
  telemetry.record(kItems, 1);
}
#endif
