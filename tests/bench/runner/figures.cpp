#include "figures.h"

#include <algorithm>
#include <chrono>
#include <vector>

namespace afterglow::bench {
namespace {

using std::chrono::steady_clock;

std::uint64_t per_operation(std::uint64_t total, std::uint32_t operations) {
  return (total + operations / 2) / operations;
}

Timing summarise(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  const std::size_t last = samples.size() - 1;
  const double quartiles = samples[last * 3 / 4] - samples[last / 4];
  return {samples[samples.size() / 2], quartiles / 2};
}

// Nanoseconds of one call of `f`.
template <class F>
double nanoseconds(F f) {
  const steady_clock::time_point start = steady_clock::now();
  f();
  return std::chrono::duration<double, std::nano>(steady_clock::now() - start).count();
}

}  // namespace

Counts count(Guest& guest, const ScenarioName& scenario) {
  guest.use_clock(Clock::Scripted);
  guest.prepare(scenario);
  const std::uint64_t before = guest.fuel_used();
  guest.run(scenario);
  const std::uint64_t fuel = guest.fuel_used() - before;
  guest.check(scenario);
  const std::uint32_t operations = guest.operations();
  return {.fuel = per_operation(fuel, operations),
          .buffer_bytes = per_operation(guest.buffer_bytes(), operations),
          .body_bytes = per_operation(guest.body_bytes(), operations)};
}

TimingWithFloor time(Guest& guest, const ScenarioName& scenario, Clock clock, int rounds) {
  guest.use_clock(clock);
  const double operations = guest.operations();
  std::vector<double> runs;
  std::vector<double> floors;
  for (int round = 0; round < rounds; ++round) {
    guest.prepare(scenario);
    runs.push_back(nanoseconds([&] { guest.run(scenario); }) / operations);
    if (!scenario.floor.empty()) {
      floors.push_back(nanoseconds([&] { guest.run_floor(scenario); }) / operations);
    }
  }
  guest.check(scenario);
  TimingWithFloor result{.scenario = summarise(std::move(runs)), .floor = {}};
  if (!floors.empty()) {
    result.floor = summarise(std::move(floors));
  }
  return result;
}

}  // namespace afterglow::bench
