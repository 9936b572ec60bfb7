#pragma once

// The golden file of counts, one line each, below two lines that say what they are and which
// compiler and engine they belong to:
//
//   span_bare fuel 412

#include <string>
#include <vector>

#include "figures.h"

namespace afterglow::bench {

/// Counts of one scenario, by name.
struct NamedCounts {
  std::string name;
  Counts counts;
};

enum class Verdict { Holds, Worse, OtherCompiler };

/// Compare with the file and print what differs. More than 2 % above a golden figure is worse, as
/// is a scenario without a line or a line without a scenario; less is told and holds.
Verdict check_golden(const std::string& path, const std::string& build,
                     const std::vector<NamedCounts>& measured);

/// Rewrite the file.
void update_golden(const std::string& path, const std::string& build,
                   const std::vector<NamedCounts>& measured);

}  // namespace afterglow::bench
