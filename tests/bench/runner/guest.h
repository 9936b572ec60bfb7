#pragma once

// The module of scenarios (guest/exports.cpp), loaded into wasmtime. Everything throws
// std::runtime_error with what went wrong: a module that cannot be loaded, a trap.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>
#include <wasmtime.hh>

namespace afterglow::bench {

struct ScenarioName {
  std::uint32_t index;
  std::string name;
  std::string floor;  // empty: none
};

enum class Clock { Scripted, Wasi };

class Guest {
 public:
  /// `counts_fuel` makes `fuel_used` work and everything slower.
  Guest(const std::string& path, bool counts_fuel);

  [[nodiscard]] const std::string& compiler() const { return compiler_; }
  [[nodiscard]] const std::string& optimisation() const { return optimisation_; }
  [[nodiscard]] std::uint32_t operations() const { return operations_; }
  [[nodiscard]] const std::vector<ScenarioName>& scenarios() const { return scenarios_; }

  void use_clock(Clock clock);
  void prepare(const ScenarioName& scenario) { call(prepare_, scenario.index); }
  void run(const ScenarioName& scenario) { call(run_, scenario.index); }
  void run_floor(const ScenarioName& scenario) { call(run_floor_, scenario.index); }
  /// Throws when the run before did not do what its scenario says.
  void check(const ScenarioName& scenario);

  [[nodiscard]] std::uint32_t buffer_bytes() { return ask("bench_buffer_bytes"); }
  [[nodiscard]] std::uint32_t body_bytes() { return ask("bench_body_bytes"); }
  /// Since the module was loaded.
  [[nodiscard]] std::uint64_t fuel_used();

 private:
  using Action = wasmtime::TypedFunc<std::uint32_t, std::monostate>;

  static wasmtime::Engine make_engine(bool counts_fuel);
  wasmtime::Func function(const std::string& name);
  Action action(const std::string& name);
  std::uint32_t ask(const std::string& name);
  std::uint32_t ask(const std::string& name, std::uint32_t scenario);
  std::string text(std::uint32_t address);
  void call(const Action& action, std::uint32_t argument);

  wasmtime::Engine engine_;
  wasmtime::Store store_;
  wasmtime::Instance instance_;
  Action prepare_;
  Action run_;
  Action run_floor_;
  std::string compiler_;
  std::string optimisation_;
  std::uint32_t operations_ = 0;
  std::vector<ScenarioName> scenarios_;
};

}  // namespace afterglow::bench
