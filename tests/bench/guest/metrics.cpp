#include "scenario.h"
#include "stage.h"

namespace afterglow::bench {
namespace {

constexpr Counter kLookups{"cart.cache.lookups", "{lookup}"};
constexpr Histogram kTimes{"cart.time", "s"};
constinit Bound<Counter<std::int64_t>> bound_lookups;
constinit Bound<Histogram<double>> bound_times;

void measure_first() {
  Telemetry& fresh = start_over();
  fresh.add(kLookups, 1, {{"cache.hit", true}, {"cache.name", "carts"}});
  fresh.record(kTimes, 1, {{"cache.hit", true}, {"cache.name", "carts"}});
  bound_lookups = fresh.bind(kLookups, {{"cache.hit", true}, {"cache.name", "carts"}});
  bound_times = fresh.bind(kTimes, {{"cache.hit", true}, {"cache.name", "carts"}});
}

void counter_2_attributes() {
  repeat([] { telemetry().add(kLookups, 1, {{"cache.hit", true}, {"cache.name", "carts"}}); });
}

void counter_bound() {
  repeat([] { bound_lookups.add(1); });
}

void histogram_2_attributes() {
  repeat([] { telemetry().record(kTimes, 40, {{"cache.hit", true}, {"cache.name", "carts"}}); });
}

void histogram_bound() {
  repeat([] { bound_times.record(40); });
}

bool all_measured() {
  return telemetry().report().measurements.aggregated == kOperations + 2;
}

constexpr Scenario kScenarios[] = {
    {"counter_2_attributes", measure_first, counter_2_attributes, all_measured},
    {"counter_bound", measure_first, counter_bound, all_measured},
    {"histogram_2_attributes", measure_first, histogram_2_attributes, all_measured},
    {"histogram_bound", measure_first, histogram_bound, all_measured},
};

}  // namespace

std::span<const Scenario> metric_scenarios() {
  return kScenarios;
}

}  // namespace afterglow::bench
