#pragma once

// The module, compiled once and checked: what every instance is made from.

#include <afterglow/embed/wasmtime.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

namespace edge_host {

/// How many instances of a program live at a time, and what the memory of one can grow to.
struct ProgramLimits {
  std::size_t instances = 8;
  std::int64_t memory_bytes = 64 * 1024 * 1024;
};

class Program {
 public:
  /// Compile the file at `path`. Throws std::runtime_error that says what is wrong with it: not
  /// readable, not a module, no edge_host_v1 exports, refused by the telemetry ABI.
  Program(const std::string& path, const ProgramLimits& limits);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  [[nodiscard]] wasmtime::Engine& engine() { return engine_; }
  [[nodiscard]] const wasmtime::Module& module() const { return module_; }

  [[nodiscard]] const afterglow::embed::ModuleShape& shape() const { return shape_; }

  /// How often running modules look whether their time is up.
  static constexpr std::chrono::milliseconds kTick{10};
  /// `time` as a number of ticks, at least one and never early.
  static std::uint64_t ticks(std::chrono::milliseconds time);

 private:
  wasmtime::Engine engine_;
  wasmtime::Module module_;
  afterglow::embed::ModuleShape shape_;
  std::atomic<bool> stopping_ = false;
  std::thread ticker_;
};

}  // namespace edge_host
