#pragma once

// What the bench measures. A scenario is one function and one row in the table of scenarios.cpp;
// the program on the other side (runner/) finds it there by itself.

#include <cstdint>
#include <span>

namespace afterglow::bench {

/// How many operations one run makes: few enough for a run to stay in the cache, many enough to
/// hide what calling into a module costs.
inline constexpr std::uint32_t kOperations = 256;

/// The least the same work could cost.
struct Floor {
  const char* name = nullptr;
  void (*run)() = nullptr;  // kOperations times, after a run of its scenario
};

struct Scenario {
  const char* name;
  void (*prepare)();  // before each run, not measured
  void (*run)();      // kOperations operations
  bool (*holds)();    // after a run: it did what it says
  Floor floor = {};
};

std::span<const Scenario> scenarios();

}  // namespace afterglow::bench
