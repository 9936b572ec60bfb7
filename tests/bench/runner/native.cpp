#include "native.h"

#include "../guest/bench_host.h"
#include "../guest/scenario.h"
#include "../guest/stage.h"

namespace afterglow::bench {

Native::Native() {
  for (std::uint32_t index = 0; index < scenario_count(); ++index) {
    const Scenario& known = scenario(index);
    if (!known.fresh) {
      scenarios_.push_back({.index = index,
                            .name = known.name,
                            .floor = known.floor.name == nullptr ? "" : known.floor.name,
                            .operations = known.operations,
                            .fresh = false});
    }
  }
}

void Native::use_host(Host host) {
  use_real_host(host == Host::Real);
}

void Native::prepare(std::uint32_t index) {
  scenario(index).prepare();
  mark();
}

void Native::run(std::uint32_t index) {
  scenario(index).run();
}

void Native::run_floor(std::uint32_t index) {
  scenario(index).floor.run();
}

bool Native::holds(std::uint32_t index) {
  return scenario(index).holds();
}

RunCounts Native::counts() {
  return {.buffer_bytes = static_cast<std::uint32_t>(bytes_of_pages_since_mark()),
          .body_bytes = static_cast<std::uint32_t>(encoded_bytes()),
          .clock_reads = clock_reads(),
          .host_calls = host_calls()};
}

}  // namespace afterglow::bench
