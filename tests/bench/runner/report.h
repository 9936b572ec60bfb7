#pragma once

// What a run of the bench says: rows for programs. tests/bench/report/ makes tables of them.

#include <optional>
#include <string>
#include <vector>

#include "figures.h"

namespace afterglow::bench {

/// Everything measured of one scenario in one form.
struct Line {
  std::string scenario;
  std::string target;
  std::string optimisation;
  std::optional<Counts> counts;
  std::optional<TimingWithFloor> fake_host = {};  // absent where there is nothing to time
  std::optional<TimingWithFloor> real_host = {};  // where it makes a difference
};

/// Measure every scenario with both hosts, saying so on stderr.
std::vector<Line> measure(Subject& subject, const Patience& patience);

/// An array of {scenario, target, clock, optimisation, value, unit, spread, floor, ratio}; what
/// does not apply is null.
std::string to_json(const std::vector<Line>& lines);

/// Write it to the file, or to stdout where the path is empty.
void write_json(const std::string& path, const std::vector<Line>& lines);

}  // namespace afterglow::bench
