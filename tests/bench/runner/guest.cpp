#include "guest.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace afterglow::bench {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what);
}

template <class T, class E>
T must(wasmtime::Result<T, E> result, const std::string& what) {
  if (!result) {
    fail(what + ": " + std::string(result.err().message()));
  }
  return result.ok();
}

std::vector<std::uint8_t> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) {
    fail("cannot read " + path);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

wasmtime::Instance instantiate(wasmtime::Engine& engine, wasmtime::Store& store,
                               const std::string& path, bool counts_fuel) {
  std::vector<std::uint8_t> bytes = read_file(path);
  wasmtime::Module module =
      must(wasmtime::Module::compile(engine, {bytes.data(), bytes.size()}), path);
  must(store.context().set_wasi(wasmtime::WasiConfig()), path);
  if (counts_fuel) {
    must(store.context().set_fuel(UINT64_MAX), path);
  }
  wasmtime::Linker linker(engine);
  must(linker.define_wasi(), path);
  return must(linker.instantiate(store, module), path);
}

}  // namespace

wasmtime::Engine Guest::make_engine(bool counts_fuel) {
  wasmtime::Config config;
  config.consume_fuel(counts_fuel);
  return wasmtime::Engine(std::move(config));
}

Guest::Guest(const std::string& path, bool counts_fuel)
    : engine_(make_engine(counts_fuel)),
      store_(engine_),
      instance_(instantiate(engine_, store_, path, counts_fuel)),
      prepare_(action("bench_prepare")),
      run_(action("bench_run")),
      run_floor_(action("bench_run_floor")) {
  must(function("_initialize").call(store_, std::vector<wasmtime::Val>{}), "_initialize");
  compiler_ = text(ask("bench_compiler"));
  optimisation_ = text(ask("bench_optimisation"));
  operations_ = ask("bench_operations");
  const std::uint32_t count = ask("bench_scenario_count");
  for (std::uint32_t index = 0; index < count; ++index) {
    scenarios_.push_back(
        {index, text(ask("bench_name", index)), text(ask("bench_floor_name", index))});
  }
}

void Guest::use_clock(Clock clock) {
  call(action("bench_use_wasi_clock"), clock == Clock::Wasi ? 1 : 0);
}

void Guest::check(const ScenarioName& scenario) {
  if (ask("bench_holds", scenario.index) == 0) {
    fail(scenario.name + ": the run did not do what the scenario says; its figures mean nothing");
  }
}

std::uint64_t Guest::fuel_used() {
  return UINT64_MAX - must(store_.context().get_fuel(), "fuel");
}

wasmtime::Func Guest::function(const std::string& name) {
  const auto found = instance_.get(store_, name);
  const auto* function = found ? std::get_if<wasmtime::Func>(&*found) : nullptr;
  if (function == nullptr) {
    fail("the module exports no function " + name + ", so it is none of the bench");
  }
  return *function;
}

Guest::Action Guest::action(const std::string& name) {
  return must(function(name).typed<std::uint32_t, std::monostate>(store_), name);
}

void Guest::call(const Action& action, std::uint32_t argument) {
  const auto result = action.call(store_, argument);
  if (!result) {
    fail("the module trapped: " + result.err().message());
  }
}

std::uint32_t Guest::ask(const std::string& name) {
  const auto typed = must(function(name).typed<std::tuple<>, std::uint32_t>(store_), name);
  return must(typed.call(store_, {}), name);
}

std::uint32_t Guest::ask(const std::string& name, std::uint32_t scenario) {
  const auto typed = must(function(name).typed<std::uint32_t, std::uint32_t>(store_), name);
  return must(typed.call(store_, scenario), name);
}

// The text at `address` of the module's memory; none at 0.
std::string Guest::text(std::uint32_t address) {
  const auto memory = std::get<wasmtime::Memory>(*instance_.get(store_, "memory"));
  const auto bytes = memory.data(store_);
  std::string result;
  for (std::size_t i = address; address != 0 && i < bytes.size() && bytes[i] != 0; ++i) {
    result.push_back(static_cast<char>(bytes[i]));
  }
  return result;
}

}  // namespace afterglow::bench
