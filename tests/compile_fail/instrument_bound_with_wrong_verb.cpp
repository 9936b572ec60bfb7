// What is bound keeps the verb of its instrument.
// expected error: constraint|RecordingInstrument
#include <afterglow/afterglow.h>

using namespace afterglow;
constexpr Counter kLookups{"lookups"};
constexpr Histogram kItems{"items"};
constexpr Gauge kHeat{"heat"};
constexpr ObservableGauge kHeap{"heap"};

#ifdef AFTERGLOW_MISUSE
void measure(Telemetry& telemetry) {
  telemetry.bind(kLookups).record(1);
}
#else
void measure(Telemetry& telemetry) {
  telemetry.bind(kLookups).add(1);
}
#endif
