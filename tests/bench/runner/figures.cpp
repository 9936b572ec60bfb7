#include "figures.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <vector>

namespace afterglow::bench {
namespace {

using std::chrono::steady_clock;

constexpr int kFewestRounds = 11;
constexpr int kWarmRounds = 3;

Timing summarise(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  const std::size_t last = samples.size() - 1;
  const double quartiles = samples[last * 3 / 4] - samples[last / 4];
  return {samples[samples.size() / 2], quartiles / 2};
}

double wall_ns() {
  return std::chrono::duration<double, std::nano>(steady_clock::now().time_since_epoch()).count();
}

// Of this thread on a processor. Reading it costs more.
double processor_ns() {
  timespec time{};
  (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

// Nanoseconds of one call of `f`. What takes milliseconds is interrupted now and then: there the
// processor's time counts.
template <class F>
double nanoseconds(const ScenarioInfo& scenario, F f) {
  constexpr std::uint32_t kLong = 1000;
  const auto now = scenario.operations < kLong ? wall_ns : processor_ns;
  const double start = now();
  f();
  return now() - start;
}

// Everything that comes before a run is measured.
void make_ready(Subject& subject, const ScenarioInfo& scenario, Host host) {
  if (scenario.fresh) {
    subject.renew();
    subject.use_host(host);
  } else {
    subject.prepare(scenario.index);
  }
}

}  // namespace

bool asks_host(Subject& subject, const ScenarioInfo& scenario) {
  subject.use_host(Host::Fake);
  make_ready(subject, scenario, Host::Fake);
  subject.run(scenario.index);
  return subject.counts().host_calls * 2 >= scenario.operations;
}

TimingWithFloor time(Subject& subject, const ScenarioInfo& scenario, Host host,
                     const Patience& patience) {
  subject.use_host(host);
  const double operations = scenario.operations;
  std::vector<double> runs;
  std::vector<double> floors;
  const steady_clock::time_point end =
      steady_clock::now() +
      std::chrono::microseconds(static_cast<int>(patience.milliseconds * 1000));
  for (int round = -kWarmRounds; round < patience.most_rounds; ++round) {
    if (round >= kFewestRounds && steady_clock::now() > end) {
      break;
    }
    make_ready(subject, scenario, host);
    const double run = nanoseconds(scenario, [&] { subject.run(scenario.index); });
    const double floor = scenario.floor.empty()
                             ? 0
                             : nanoseconds(scenario, [&] { subject.run_floor(scenario.index); });
    if (round >= 0) {
      runs.push_back(run / operations);
      floors.push_back(floor / operations);
    }
  }
  subject.check(scenario);
  TimingWithFloor result{.scenario = summarise(std::move(runs)), .floor = {}};
  if (!scenario.floor.empty()) {
    result.floor = summarise(std::move(floors));
  }
  return result;
}

}  // namespace afterglow::bench
