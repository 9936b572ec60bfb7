#pragma once

// For people who look closer at a module: counts the host calls each request makes before its
// answer, notes the memory, prints what telemetry leaves. Costs nothing when nothing is asked for.

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <wasmtime.hh>

namespace edge_host {

class ImportWatch {
 public:
  struct Options {
    /// A line a request on stderr: the clock, the random source and the telemetry imports called
    /// between request and answer, and the bytes of memory at the instance's start and now.
    bool count_calls = false;
    bool print_sends = false;  ///< Each OTLP body on stdout, a line each.
  };

  explicit ImportWatch(const Options& options) : options_(options) {}

  /// Put itself between the module and its imports. Call it after they are defined, in a linker
  /// that allows shadowing.
  void wrap(wasmtime::Linker& linker, wasmtime::Store& store);

  /// Calls from now on are of request `id`.
  void begin_request(std::uint64_t id);
  void resume_request(std::uint64_t id) { current_ = id; }
  /// The call into the module has returned. `answered`: its request has its answer.
  void end_call(bool answered);
  void note_memory(std::uint64_t bytes);

 private:
  using Counts = std::map<std::string, unsigned>;

  void count(const char* name);
  void wrap_function(wasmtime::Linker& linker, wasmtime::Store& store, const char* module,
                     const char* name);

  const Options options_;
  std::uint64_t current_ = 0;  // 0: none
  std::unordered_map<std::uint64_t, Counts> counts_;
  std::uint64_t memory_at_start_ = 0;
  std::uint64_t memory_now_ = 0;
};

}  // namespace edge_host
