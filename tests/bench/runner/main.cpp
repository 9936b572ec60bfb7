// Runs the scenarios in modules under wasmtime: counts their fuel, bytes and calls, and times them.

#include <wasmtime.h>

#include <cstddef>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "figures.h"
#include "golden.h"
#include "guest.h"
#include "report.h"

namespace {

using namespace afterglow::bench;

constexpr const char* kUsage =
    "Usage: bench-run [--quick] [--json FILE] MODULE.wasm...\n"
    "       bench-run --check GOLDEN MODULE.wasm\n"
    "       bench-run --update GOLDEN MODULE.wasm\n"
    "Measures the scenarios in each module (one for each optimisation level) under wasmtime.\n"
    "\n"
    "  --quick          fewer rounds: a first impression\n"
    "  --json FILE      writes the rows to FILE instead of stdout\n"
    "  --check GOLDEN   only counts (fuel, bytes, calls) and compares with the file GOLDEN\n"
    "  --update GOLDEN  only counts and writes the counts to the file GOLDEN\n"
    "  --help           this text\n"
    "\n"
    "Exit codes: 0 measured, or as good as GOLDEN; 1 worse than GOLDEN; 2 wrong usage; 77 GOLDEN\n"
    "belongs to another compiler; 126 a module cannot be loaded or did not do its work.\n";

constexpr int kWorse = 1;
constexpr int kWrongUsage = 2;
constexpr int kOtherCompiler = 77;
constexpr int kCannotRun = 126;

constexpr Patience kPatience{.milliseconds = 300, .most_rounds = 1000};
constexpr Patience kQuickPatience{.milliseconds = 30, .most_rounds = 1000};

struct Options {
  bool quick = false;
  std::string json;
  std::string check;
  std::string update;
  std::vector<std::string> modules;
};

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int next = 1; next < argc; ++next) {
    const std::string_view argument = argv[next];
    std::string* const value = argument == "--json"     ? &options.json
                               : argument == "--check"  ? &options.check
                               : argument == "--update" ? &options.update
                                                        : nullptr;
    if (value != nullptr) {
      if (++next == argc) {
        return std::nullopt;
      }
      *value = argv[next];
    } else if (argument == "--quick") {
      options.quick = true;
    } else if (argument.starts_with("-")) {
      return std::nullopt;
    } else {
      options.modules.emplace_back(argument);
    }
  }
  const bool is_golden = !options.check.empty() || !options.update.empty();
  if (options.modules.empty() || (is_golden && options.modules.size() != 1)) {
    return std::nullopt;
  }
  return options;
}

// "clang 22.1.8 -Oz, wasmtime 48.0.0": what figures depend on, besides the source.
std::string build_of(const Guest& guest) {
  return guest.compiler() + " " + guest.optimisation() + ", wasmtime " WASMTIME_VERSION;
}

int compare_or_update(const Options& options) {
  Guest guest(options.modules.front(), true);
  std::vector<NamedCounts> measured;
  for (const ScenarioInfo& scenario : guest.scenarios()) {
    measured.push_back({scenario.name, count(guest, scenario)});
  }
  measured.push_back({"instance_state", {.buffer_bytes = guest.state_bytes()}});
  if (!options.update.empty()) {
    update_golden(options.update, build_of(guest), measured);
    std::printf("wrote %s\n", options.update.c_str());
    return 0;
  }
  switch (check_golden(options.check, build_of(guest), measured)) {
    case Verdict::Holds:
      std::printf("%zu scenarios within the figures of %s\n", measured.size(),
                  options.check.c_str());
      return 0;
    case Verdict::OtherCompiler:
      return kOtherCompiler;
    default:
      return kWorse;
  }
}

std::vector<Line> measure_module(const std::string& path, const Patience& patience) {
  Guest timed(path, false);
  std::vector<Line> lines = measure(timed, patience);
  Guest counting(path, true);
  for (std::size_t i = 0; i < counting.scenarios().size(); ++i) {
    lines[i].counts = count(counting, counting.scenarios()[i]);
  }
  lines.push_back({.scenario = "instance_state",
                   .target = counting.target(),
                   .optimisation = counting.optimisation(),
                   .counts = Counts{.buffer_bytes = counting.state_bytes()},
                   .fake_host = {},
                   .real_host = {}});
  return lines;
}

int measure_all(const Options& options) {
  std::vector<Line> lines;
  for (const std::string& module : options.modules) {
    for (Line& line : measure_module(module, options.quick ? kQuickPatience : kPatience)) {
      lines.push_back(std::move(line));
    }
  }
  write_json(options.json, lines);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--help") {
    std::fputs(kUsage, stdout);
    return 0;
  }
  const auto options = parse(argc, argv);
  if (!options) {
    std::fputs(kUsage, stderr);
    return kWrongUsage;
  }
  try {
    const bool is_golden = !options->check.empty() || !options->update.empty();
    return is_golden ? compare_or_update(*options) : measure_all(*options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench-run: %s\n", error.what());
    return kCannotRun;
  }
}
