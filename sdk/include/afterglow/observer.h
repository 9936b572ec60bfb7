#pragma once

// Callbacks of observable instruments: they tell totals and values that are known elsewhere.
//
//   void read_heap(Observer<std::int64_t>& observer, void* context) {
//     observer.observe(heap_bytes(), {{"heap", "main"}});
//   }
//
// A callback runs at each collection, after the response has been sent, and should be quick.
// Specification: metrics API, "Asynchronous instruments".

#include <afterglow/instrument.h>

#include <cstdint>

namespace afterglow {

namespace measure {
struct Observation;
void observe(Observation& observation, std::int64_t value, Attributes attributes);
void observe(Observation& observation, double value, Attributes attributes);
}  // namespace measure

/// What a callback of an observable instrument reports to, for as long as it runs. Of two values
/// for the same attributes the last one counts.
template <MeasuredNumber T>
class Observer {
 public:
  explicit Observer(measure::Observation& observation) : observation_(observation) {}
  void observe(T value, Attributes attributes = {}) {
    measure::observe(observation_, value, attributes);
  }

 private:
  measure::Observation& observation_;
};

/// Runs at each collection, after the response. `context` is what was registered with it.
template <MeasuredNumber T>
using ObserveCallback = void (*)(Observer<T>& observer, void* context);

}  // namespace afterglow
