#pragma once

// What the bench says: one table for people, rows for programs.

#include <string>
#include <vector>

#include "figures.h"

namespace afterglow::bench {

/// Everything measured of one scenario in one module.
struct Line {
  ScenarioName scenario;
  std::string optimisation;
  Counts counts;
  TimingWithFloor scripted_clock;
  TimingWithFloor wasi_clock;
};

void print_table(const std::vector<Line>& lines);

/// An array of {scenario, target, clock, optimisation, value, unit, spread, floor, ratio}; what
/// does not apply is null.
std::string to_json(const std::vector<Line>& lines, const std::string& target);

}  // namespace afterglow::bench
