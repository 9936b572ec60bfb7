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

wasmtime::Engine make_engine(bool counts_fuel) {
  wasmtime::Config config;
  config.consume_fuel(counts_fuel);
  return wasmtime::Engine(std::move(config));
}

wasmtime::Module compile(wasmtime::Engine& engine, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) {
    fail("cannot read " + path);
  }
  std::vector<std::uint8_t> bytes(std::istreambuf_iterator<char>(file), {});
  return must(wasmtime::Module::compile(engine, {bytes.data(), bytes.size()}), path);
}

// The host call that does nothing, as a program that embeds wasmtime can define it best.
wasm_trap_t* nothing(void* /*env*/, wasmtime_caller_t* /*caller*/, wasmtime_val_raw_t* /*values*/,
                     std::size_t /*count*/) {
  return nullptr;
}

wasmtime::Linker make_linker(wasmtime::Engine& engine) {
  wasmtime::Linker linker(engine);
  must(linker.define_wasi(), "WASI");
  const std::unique_ptr<wasm_functype_t, decltype(&wasm_functype_delete)> type(
      wasm_functype_new_1_0(wasm_valtype_new(WASM_I32)), &wasm_functype_delete);
  constexpr std::string_view kModule = "bench_host_v1";
  constexpr std::string_view kName = "nothing";
  wasmtime_error_t* const error = wasmtime_linker_define_func_unchecked(
      linker.capi(), kModule.data(), kModule.size(), kName.data(), kName.size(), type.get(),
      nothing, nullptr, nullptr);
  if (error != nullptr) {
    fail("bench_host_v1: " + wasmtime::Error(error).message());
  }
  return linker;
}

}  // namespace

Guest::Guest(const std::string& path, bool counts_fuel)
    : counts_fuel_(counts_fuel),
      engine_(make_engine(counts_fuel)),
      module_(compile(engine_, path)),
      linker_(make_linker(engine_)) {
  renew();
  list_scenarios();
}

void Guest::renew() {
  live_.reset();
  wasmtime::Store store(engine_);
  must(store.context().set_wasi(wasmtime::WasiConfig()), "WASI");
  if (counts_fuel_) {
    must(store.context().set_fuel(UINT64_MAX), "fuel");
  }
  wasmtime::Instance instance = must(linker_.instantiate(store, module_), "the module");
  must(function(store, instance, "_initialize").call(store, std::vector<wasmtime::Val>{}),
       "_initialize");
  Action prepare = action(store, instance, "bench_prepare");
  Action run = action(store, instance, "bench_run");
  Action run_floor = action(store, instance, "bench_run_floor");
  live_ = std::make_unique<Live>(std::move(store), instance, std::move(prepare), std::move(run),
                                 std::move(run_floor));
}

void Guest::list_scenarios() {
  compiler_ = text(ask("bench_compiler"));
  optimisation_ = text(ask("bench_optimisation"));
  const std::uint32_t count = ask("bench_scenario_count");
  for (std::uint32_t index = 0; index < count; ++index) {
    scenarios_.push_back({.index = index,
                          .name = text(ask("bench_name", index)),
                          .floor = text(ask("bench_floor_name", index)),
                          .operations = ask("bench_operations", index),
                          .fresh = ask("bench_is_fresh", index) != 0});
  }
}

void Guest::use_host(Host host) {
  call(action(live_->store, live_->instance, "bench_use_real_host"), host == Host::Real ? 1 : 0);
}

RunCounts Guest::counts() {
  return {.buffer_bytes = ask("bench_buffer_bytes"),
          .body_bytes = ask("bench_body_bytes"),
          .clock_reads = ask("bench_clock_reads"),
          .host_calls = ask("bench_host_calls"),
          .allocations = ask("bench_allocations")};
}

std::uint64_t Guest::fuel_used() {
  return UINT64_MAX - must(live_->store.context().get_fuel(), "fuel");
}

std::vector<std::uint8_t> Guest::memory() {
  const auto memory = std::get<wasmtime::Memory>(*live_->instance.get(live_->store, "memory"));
  const auto bytes = memory.data(live_->store);
  return {bytes.begin(), bytes.end()};
}

wasmtime::Func Guest::function(wasmtime::Store& store, wasmtime::Instance& instance,
                               const std::string& name) {
  const auto found = instance.get(store, name);
  const auto* function = found ? std::get_if<wasmtime::Func>(&*found) : nullptr;
  if (function == nullptr) {
    fail("the module exports no function " + name + ", so it is none of the bench");
  }
  return *function;
}

Guest::Action Guest::action(wasmtime::Store& store, wasmtime::Instance& instance,
                            const std::string& name) {
  return must(function(store, instance, name).typed<std::uint32_t, std::monostate>(store), name);
}

void Guest::call(const Action& action, std::uint32_t argument) {
  const auto result = action.call(live_->store, argument);
  if (!result) {
    fail("the module trapped: " + result.err().message());
  }
}

std::uint32_t Guest::ask(const std::string& name) {
  const auto typed = must(function(live_->store, live_->instance, name)
                              .typed<std::tuple<>, std::uint32_t>(live_->store),
                          name);
  return must(typed.call(live_->store, {}), name);
}

std::uint32_t Guest::ask(const std::string& name, std::uint32_t scenario) {
  const auto typed = must(function(live_->store, live_->instance, name)
                              .typed<std::uint32_t, std::uint32_t>(live_->store),
                          name);
  return must(typed.call(live_->store, scenario), name);
}

// The text at `address` of the module's memory; none at 0.
std::string Guest::text(std::uint32_t address) {
  const auto memory = std::get<wasmtime::Memory>(*live_->instance.get(live_->store, "memory"));
  const auto bytes = memory.data(live_->store);
  std::string result;
  for (std::size_t i = address; address != 0 && i < bytes.size() && bytes[i] != 0; ++i) {
    result.push_back(static_cast<char>(bytes[i]));
  }
  return result;
}

}  // namespace afterglow::bench
