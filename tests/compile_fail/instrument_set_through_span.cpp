// A counter is added to, not set.
// expected error: GaugeInstrument
#include <afterglow/afterglow.h>

using namespace afterglow;
constexpr Counter kLookups{"lookups"};
constexpr Histogram kItems{"items"};
constexpr Gauge kHeat{"heat"};
constexpr ObservableGauge kHeap{"heap"};

#ifdef AFTERGLOW_MISUSE
void measure(Span& span) {
  span.set(kLookups, 1);
}
#else
void measure(Span& span) {
  span.add(kLookups, 1).set(kHeat, 1);
}
#endif
