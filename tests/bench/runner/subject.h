#pragma once

// What can be measured: the scenarios of guest/, in one of the forms they are built in.

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace afterglow::bench {

/// A scenario as the runner knows it.
struct ScenarioInfo {
  std::uint32_t index;
  std::string name;
  std::string floor;         // empty: none
  std::uint32_t operations;  // of one run
  bool fresh;                // each run wants an instance of its own
};

enum class Host { Fake, Real };

/// What the last run did; clock reads and host calls are counted with the fake host only.
struct RunCounts {
  std::uint32_t buffer_bytes = 0;
  std::uint32_t body_bytes = 0;
  std::uint32_t clock_reads = 0;
  std::uint32_t host_calls = 0;
  std::uint32_t allocations = 0;
};

/// Everything throws std::runtime_error with what went wrong.
class Subject {
 public:
  Subject() = default;
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  virtual ~Subject() = default;

  [[nodiscard]] virtual const std::vector<ScenarioInfo>& scenarios() const = 0;
  /// "native", "wasm-wasmtime".
  [[nodiscard]] virtual std::string target() const = 0;
  /// "-Oz".
  [[nodiscard]] virtual std::string optimisation() const = 0;

  virtual void use_host(Host host) = 0;
  /// An instance that has run nothing yet.
  virtual void renew() = 0;
  virtual void prepare(std::uint32_t index) = 0;
  virtual void run(std::uint32_t index) = 0;
  virtual void run_floor(std::uint32_t index) = 0;
  /// Whether the run before did what its scenario says.
  virtual bool holds(std::uint32_t index) = 0;
  virtual RunCounts counts() = 0;

  /// Throws when it did not: its figures would mean nothing.
  void check(const ScenarioInfo& scenario) {
    if (!holds(scenario.index)) {
      throw std::runtime_error(scenario.name +
                               ": the run did not do what the scenario says; its figures mean "
                               "nothing");
    }
  }
};

}  // namespace afterglow::bench
