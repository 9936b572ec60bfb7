#pragma once

// The module of scenarios (guest/exports.cpp), loaded into wasmtime.

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>
#include <wasmtime.hh>

#include "subject.h"

namespace afterglow::bench {

class Guest final : public Subject {
 public:
  /// `counts_fuel` makes `fuel_used` work and everything slower.
  Guest(const std::string& path, bool counts_fuel);

  [[nodiscard]] const std::string& compiler() const { return compiler_; }
  [[nodiscard]] std::string optimisation() const override { return optimisation_; }
  [[nodiscard]] std::string target() const override { return "wasm-wasmtime"; }
  [[nodiscard]] const std::vector<ScenarioInfo>& scenarios() const override { return scenarios_; }

  void use_host(Host host) override;
  void renew() override;
  void prepare(std::uint32_t index) override { call(live_->prepare, index); }
  void run(std::uint32_t index) override { call(live_->run, index); }
  void run_floor(std::uint32_t index) override { call(live_->run_floor, index); }
  bool holds(std::uint32_t index) override { return ask("bench_holds", index) != 0; }
  RunCounts counts() override;

  /// Since the instance began.
  [[nodiscard]] std::uint64_t fuel_used();
  /// What an instance takes besides records and bodies.
  [[nodiscard]] std::uint32_t state_bytes() { return ask("bench_state_bytes"); }
  /// A copy of its linear memory.
  [[nodiscard]] std::vector<std::uint8_t> memory();

 private:
  using Action = wasmtime::TypedFunc<std::uint32_t, std::monostate>;

  /// One instance, and what is called often.
  struct Live {
    wasmtime::Store store;
    wasmtime::Instance instance;
    Action prepare;
    Action run;
    Action run_floor;
  };

  void list_scenarios();
  [[nodiscard]] Action action(wasmtime::Store& store, wasmtime::Instance& instance,
                              const std::string& name);
  wasmtime::Func function(wasmtime::Store& store, wasmtime::Instance& instance,
                          const std::string& name);
  std::uint32_t ask(const std::string& name);
  std::uint32_t ask(const std::string& name, std::uint32_t scenario);
  std::string text(std::uint32_t address);
  void call(const Action& action, std::uint32_t argument);

  bool counts_fuel_;
  wasmtime::Engine engine_;
  wasmtime::Module module_;
  wasmtime::Linker linker_;
  std::unique_ptr<Live> live_;
  std::string compiler_;
  std::string optimisation_;
  std::vector<ScenarioInfo> scenarios_;
};

}  // namespace afterglow::bench
