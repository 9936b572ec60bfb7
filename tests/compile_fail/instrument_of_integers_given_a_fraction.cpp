// An instrument of integers would cut off the fraction.
// expected error: MeasurementOf
#include <afterglow/afterglow.h>

using namespace afterglow;
constexpr Counter kLookups{"lookups"};
constexpr Histogram kItems{"items"};
constexpr Gauge kHeat{"heat"};
constexpr ObservableGauge kHeap{"heap"};

#ifdef AFTERGLOW_MISUSE
void measure(Telemetry& telemetry) {
  telemetry.add(kLookups, 0.5);
}
#else
void measure(Telemetry& telemetry) {
  telemetry.record(kItems, 0.5);
}
#endif
