#include "program.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <vector>

namespace edge_host {

namespace {

/// Instances live in slots that are made once and keep their pages: with a fresh instance for each
/// request that is a third more requests. Those that end still hold theirs for a moment.
wasmtime::PoolAllocationConfig slots(const ProgramLimits& limits) {
  constexpr std::int64_t kMostBytes = std::int64_t{1} << 32U;  // of a 32-bit memory
  constexpr std::size_t kKeptBytes = 1024 * 1024;
  constexpr std::uint32_t kTables = 4;  // a module has; what C++ compiles to has one
  const auto count = static_cast<std::uint32_t>(2 * limits.instances + 8);
  wasmtime::PoolAllocationConfig config;
  config.total_core_instances(count);
  config.total_memories(count);
  config.total_tables(count * kTables);
  config.max_tables_per_module(kTables);
  config.max_memory_size(static_cast<std::size_t>(std::min(limits.memory_bytes, kMostBytes)));
  config.max_unused_warm_slots(count);
  config.linear_memory_keep_resident(kKeptBytes);
  config.table_keep_resident(kKeptBytes);
  return config;
}

wasmtime::Engine make_engine(const ProgramLimits& limits) {
  wasmtime::Config config;
  config.epoch_interruption(true);
  config.pooling_allocation_strategy(slots(limits));
  return wasmtime::Engine(std::move(config));
}

std::vector<std::uint8_t> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot open " + path);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

wasmtime::Module compile(wasmtime::Engine& engine, const std::string& path) {
  std::vector<std::uint8_t> bytes = read_file(path);
  auto module = wasmtime::Module::compile(engine, bytes);
  if (!module) {
    throw std::runtime_error(
        path + " is not a WebAssembly module this host can run: " + module.err_ref().message());
  }
  return module.ok();
}

/// True when `module` exports a function `name` that takes `Params` and returns nothing.
template <class Params>
bool exports_event(const wasmtime::Module& module, std::string_view name) {
  using wasmtime::detail::WasmTypeList;
  const auto exports = module.exports();
  return std::any_of(exports.begin(), exports.end(),
                     [name](const wasmtime::ExportType::Ref& exported) {
                       const auto type = wasmtime::ExternType::from_export(exported);
                       const auto* function = std::get_if<wasmtime::FuncType::Ref>(&type);
                       return exported.name() == name && function != nullptr &&
                              WasmTypeList<Params>::matches(function->params()) &&
                              WasmTypeList<std::monostate>::matches(function->results());
                     });
}

void check(const wasmtime::Module& module, const std::string& path) {
  if (!exports_event<std::uint64_t>(module, "edge_on_request") ||
      !exports_event<std::tuple<std::uint64_t, std::uint64_t>>(module,
                                                               "edge_on_backend_response")) {
    throw std::runtime_error(
        path +
        " does not export edge_on_request(i64) and edge_on_backend_response(i64, i64): it is "
        "not a module for edge_host_v1 (see edge_host_v1.md)");
  }
}

}  // namespace

Program::Program(const std::string& path, const ProgramLimits& limits)
    : engine_(make_engine(limits)), module_(compile(engine_, path)) {
  check(module_, path);
  auto shape = afterglow::embed::inspect(module_);
  if (!shape) {
    throw std::runtime_error(path + ": " + shape.err_ref().message());
  }
  shape_ = shape.ok();
  ticker_ = std::thread([this] {
    while (!stopping_) {
      std::this_thread::sleep_for(kTick);
      engine_.increment_epoch();
    }
  });
}

Program::~Program() {
  stopping_ = true;
  ticker_.join();
}

std::uint64_t Program::ticks(std::chrono::milliseconds time) {
  const auto whole = time.count() <= 0 ? 0 : (time.count() + kTick.count() - 1) / kTick.count();
  return static_cast<std::uint64_t>(whole) + 1;
}

}  // namespace edge_host
