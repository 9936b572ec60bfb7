#pragma once

// Measuring: what one scenario costs, counted and timed.

#include <cstdint>
#include <optional>
#include <string>

#include "subject.h"

namespace afterglow::bench {

class Guest;

/// What can be counted: the same in every run of the same bytes. Each is for one operation, but for
/// pages, which are those of a run in a fresh instance.
struct Counts {
  std::uint64_t fuel = 0;
  std::uint64_t buffer_bytes = 0;
  std::uint64_t body_bytes = 0;
  std::uint64_t host_calls = 0;
  std::uint64_t allocations = 0;
  std::uint64_t dirty_pages = 0;  // of 4 KiB, of linear memory; fresh instances only
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

/// How long to measure one scenario with one clock.
struct Patience {
  double milliseconds;
  int most_rounds;
};

/// `guest` must count fuel. Each scenario is counted in a fresh instance.
Counts count(Guest& guest, const ScenarioInfo& scenario);

/// Whether the scenario asks the host for time or randomness often enough for the real host to make
/// a difference.
bool asks_host(Subject& subject, const ScenarioInfo& scenario);

/// Guests must not count fuel. Each round is one run, prepared afresh outside the time measured.
TimingWithFloor time(Subject& subject, const ScenarioInfo& scenario, Host host,
                     const Patience& patience);

}  // namespace afterglow::bench
