#include "golden.h"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace afterglow::bench {
namespace {

constexpr std::uint64_t kTolerancePercent = 2;
constexpr const char* kAdvice = "accept it with: tests/bench/run.sh --update";
constexpr const char* kTitle =
    "# Fuel, bytes and host calls of one operation of each bench scenario; see "
    "tests/bench/README.md.\n";
const std::string kBuildPrefix = "# Measured with ";

// "span_bare fuel" to its figure.
using Figures = std::map<std::string, std::uint64_t>;

Figures figures_of(const std::vector<NamedCounts>& measured) {
  Figures figures;
  for (const auto& [name, counts] : measured) {
    const std::pair<const char*, std::uint64_t> all[] = {{" fuel", counts.fuel},
                                                         {" buffer_bytes", counts.buffer_bytes},
                                                         {" body_bytes", counts.body_bytes},
                                                         {" host_calls", counts.host_calls},
                                                         {" allocations", counts.allocations},
                                                         {" dirty_pages", counts.dirty_pages}};
    for (const auto& [unit, figure] : all) {
      if (figure != 0) {
        figures[name + unit] = figure;
      }
    }
  }
  return figures;
}

// The build that the file's figures belong to is written to `build`.
Figures read(const std::string& path, std::string& build) {
  std::ifstream file(path);
  if (!file) {
    throw std::runtime_error("cannot read " + path + "; " + kAdvice);
  }
  Figures figures;
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with(kBuildPrefix)) {
      build = line.substr(kBuildPrefix.size());
    }
    if (line.empty() || line.starts_with('#')) {
      continue;
    }
    std::istringstream words(line);
    std::string name;
    std::string unit;
    std::uint64_t figure = 0;
    if (!(words >> name >> unit >> figure)) {
      throw std::runtime_error(path + ": not 'scenario unit figure': " + line);
    }
    figures[name + " " + unit] = figure;
  }
  return figures;
}

// Tells what became of one figure; false when it is worse.
bool compare(const std::string& name, std::uint64_t golden, std::uint64_t measured) {
  const bool worse = measured * 100 > golden * (100 + kTolerancePercent);
  const bool better = measured * (100 + kTolerancePercent) < golden * 100;
  if (worse || better) {
    std::printf("%s: %llu was %llu (%+.1f %%)%s%s\n", name.c_str(),
                static_cast<unsigned long long>(measured), static_cast<unsigned long long>(golden),
                (static_cast<double>(measured) / static_cast<double>(golden) - 1) * 100,
                worse ? ": worse; " : ": better; ", kAdvice);
  }
  return !worse;
}

}  // namespace

Verdict check_golden(const std::string& path, const std::string& build,
                     const std::vector<NamedCounts>& measured) {
  std::string golden_build;
  Figures golden = read(path, golden_build);
  if (golden_build != build) {
    std::printf("SKIPPED: %s was measured with %s, this is %s; %s\n", path.c_str(),
                golden_build.c_str(), build.c_str(), kAdvice);
    return Verdict::OtherCompiler;
  }
  bool holds = true;
  for (const auto& [name, figure] : figures_of(measured)) {
    const auto found = golden.find(name);
    if (found == golden.end()) {
      std::printf("%s: %llu, not in %s; %s\n", name.c_str(),
                  static_cast<unsigned long long>(figure), path.c_str(), kAdvice);
      holds = false;
      continue;
    }
    holds = compare(name, found->second, figure) && holds;
    golden.erase(found);
  }
  for (const auto& [name, figure] : golden) {
    std::printf("%s: in %s, but not measured; %s\n", name.c_str(), path.c_str(), kAdvice);
    holds = false;
  }
  return holds ? Verdict::Holds : Verdict::Worse;
}

void update_golden(const std::string& path, const std::string& build,
                   const std::vector<NamedCounts>& measured) {
  std::ofstream file(path);
  file << kTitle << kBuildPrefix << build << "\n";
  for (const auto& [name, figure] : figures_of(measured)) {
    file << name << " " << figure << "\n";
  }
  if (!file.flush()) {
    throw std::runtime_error("cannot write " + path);
  }
}

}  // namespace afterglow::bench
