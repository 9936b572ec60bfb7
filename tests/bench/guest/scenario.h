#pragma once

// What the bench measures. A scenario is one function and one row in the table of its file; the
// programs on the other side (runner/, node/) find it there by themselves.

#include <cstdint>
#include <span>

namespace afterglow::bench {

/// How many operations one run makes unless its scenario says otherwise: few enough for a run to
/// stay in the cache, many enough to hide what calling into a module costs.
inline constexpr std::uint32_t kOperations = 256;

/// The least the same work could cost.
struct Floor {
  const char* name = nullptr;
  void (*run)() = nullptr;  // as many operations as its scenario, after a run of that
};

struct Scenario {
  const char* name;
  void (*prepare)();  // before each run, not measured
  void (*run)();      // `operations` operations
  bool (*holds)();    // after a run: it did what it says
  Floor floor = {};
  std::uint32_t operations = kOperations;
  bool fresh = false;  // wants an instance that has run nothing before; nothing is prepared
};

/// All scenarios, in the order of the table.
std::uint32_t scenario_count();
const Scenario& scenario(std::uint32_t index);

/// What an instance with 64 KiB takes besides pages and the outbox: the Telemetry itself, its
/// state, the table of pages, the rendered resource.
std::uint32_t state_bytes();

// The tables they are in.
std::span<const Scenario> floor_scenarios();
std::span<const Scenario> span_scenarios();
std::span<const Scenario> propagation_scenarios();
std::span<const Scenario> metric_scenarios();
std::span<const Scenario> log_scenarios();
std::span<const Scenario> redaction_scenarios();
std::span<const Scenario> encode_scenarios();
std::span<const Scenario> request_scenarios();
std::span<const Scenario> sampler_scenarios();

template <class F>
void repeat(F operation) {
  for (std::uint32_t i = 0; i < kOperations; ++i) {
    operation();
  }
}

}  // namespace afterglow::bench
