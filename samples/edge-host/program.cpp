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

wasmtime::Engine make_engine() {
  wasmtime::Config config;
  config.epoch_interruption(true);
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

Program::Program(const std::string& path)
    : engine_(make_engine()), module_(compile(engine_, path)) {
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
