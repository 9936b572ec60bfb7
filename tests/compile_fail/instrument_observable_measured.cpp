// What a callback tells is not measured by a call, and cannot be bound.
// expected error: SynchronousInstrument
#include <afterglow/afterglow.h>

using namespace afterglow;
constexpr Counter kLookups{"lookups"};
constexpr Histogram kItems{"items"};
constexpr Gauge kHeat{"heat"};
constexpr ObservableGauge kHeap{"heap"};

#ifdef AFTERGLOW_MISUSE
auto measure(Telemetry& telemetry) {
  return telemetry.bind(kHeap);
}
#else
void measure(Telemetry& telemetry) {
  telemetry.observe(kHeap, [](Observer<std::int64_t>& observer, void*) { observer.observe(1); });
}
#endif
