#pragma once

// Measuring: what one scenario costs in one module.

#include <cstdint>
#include <optional>
#include <string>

#include "guest.h"

namespace afterglow::bench {

/// What can be counted: the same in every run of the same bytes. Each is for one operation.
struct Counts {
  std::uint64_t fuel = 0;
  std::uint64_t buffer_bytes = 0;
  std::uint64_t body_bytes = 0;
};

/// Nanoseconds of one operation: the median of the rounds, and half the distance between the
/// quartiles.
struct Timing {
  double median_ns = 0;
  double spread_ns = 0;
};

struct TimingWithFloor {
  Timing scenario;
  std::optional<Timing> floor;
};

/// `guest` must count fuel, and must not have run anything yet when figures are to be compared.
Counts count(Guest& guest, const ScenarioName& scenario);

/// `guest` must not count fuel. Each round is one run, prepared afresh outside the time measured.
TimingWithFloor time(Guest& guest, const ScenarioName& scenario, Clock clock, int rounds);

}  // namespace afterglow::bench
