#pragma once

// afterglow_host_v1 for programs that run modules on wasmtime. One `Exporter` (exporter.h) serves
// the program; a `Link` ties each instance to it:
//
//   auto shape = embed::inspect(module);               // once a module; tells what is wrong with
//   it if (!shape) return fail(shape.err().message());
//
//   embed::Link link(exporter, shape.ok());            // once an instance
//   link.define_imports(linker).unwrap();              // beside linker.define_wasi()
//   auto instance = linker.instantiate(store, module).unwrap();
//   link.start(store, instance).unwrap();              // binds the hooks, runs _initialize
//
//   handle_request_and_send_the_response(instance);
//   link.on_response_sent(request_id).unwrap();        // the module hands its telemetry over
//   link.settle(std::chrono::seconds(1)).unwrap();     // results, repeated calls; or see below
//
// `settle` blocks. A program with an event loop calls `run_due()` instead: when `on_results`
// (below) wakes it, and when `next_due()` is reached.
//
// A link belongs to one instance and is used by one thread at a time, like the store itself. It
// never traps the module, whatever pointers it is given. After a trap every function here does
// nothing and says so: discard the instance.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "afterglow/embed/exporter.h"
#include "wasmtime.hh"

namespace afterglow::embed {

class HostCalls;
class Imports;

/// What a module's exports tell about it.
struct ModuleShape {
  bool instrumented = false;   ///< Exports the ABI's marker; without it a link does nothing.
  bool command = false;        ///< Exports `_start`: one run, no hooks.
  bool initialize = false;     ///< Exports `_initialize`: a reactor.
  bool response_hook = false;  ///< Has `afterglow_v1_on_response_sent`, to be called.
  bool result_hook = false;    ///< Has `afterglow_v1_on_send_result`, to be called.
  bool metrics = false;        ///< Has `afterglow_v1_export_metrics`, to be called.
};

/// Look at a module before anything of it runs. Refused, with the reason: both `_initialize` and
/// `_start`; the ABI's imports without its marker, or a marker of another major version; no
/// exported memory, or one that is shared or 64-bit; a hook of another signature.
wasmtime::Result<ModuleShape> inspect(const wasmtime::Module& module);

class Link {
 public:
  using Clock = std::chrono::steady_clock;
  using Done = wasmtime::TrapResult<std::monostate>;

  /// `on_results`, when given, is called on the exporter's thread when a result has arrived. It
  /// must not call the link; it wakes the thread that does.
  Link(Exporter& exporter, const ModuleShape& shape, std::function<void()> on_results = {});

  /// Results nobody was told of are counted in `ExportCounts::results_discarded`.
  ~Link();

  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Add the five imports to a linker that serves this one instance. The link must outlive all
  /// calls into the instance.
  wasmtime::Result<std::monostate> define_imports(wasmtime::Linker& linker);

  /// Serve `clock_time_get` and `random_get` of WASI preview 1, all that telemetry asks of WASI, in
  /// place of wasmtime: a span reads the clock twice, and here a read costs little more than the
  /// system's. Clocks 0 and 1 are served, others are EINVAL. Optional; call it after
  /// `linker.define_wasi()` and `linker.allow_shadowing(true)`.
  wasmtime::Result<std::monostate> define_clock_and_random(wasmtime::Linker& linker);

  /// Bind the instance's memory and hooks and run `_initialize`, once. Call it before anything else
  /// of the instance; `_start` of a command is the program's to call.
  Done start(wasmtime::Store::Context store, wasmtime::Instance instance);

  /// The last byte of a response was handed to the transport, or the connection is gone: let the
  /// module hand over its telemetry. Call it for failed requests too. Does nothing for modules
  /// without the hook. What the module asks for in addition ("call again in n ms") is kept for
  /// `run_due`, within `Options::post_response_ms`.
  Done on_response_sent(std::uint64_t request_id);

  /// Tell the module of the results that have arrived.
  Done deliver_results();

  /// Deliver results and make the repeated calls whose time has come.
  Done run_due();

  /// When `run_due` has to be called next for a repeated call. Results come by `on_results`.
  [[nodiscard]] std::optional<Clock::time_point> next_due() const;

  /// Whether no result and no repeated call is outstanding.
  [[nodiscard]] bool idle() const;

  /// Ask the module what it has measured: OTLP/JSON documents that make one report, of totals
  /// since the instance began. None where the module measured nothing or sends its metrics itself.
  /// A report that is not in the module's memory, or exceeds these limits, is an error of its own,
  /// without `trapped()`. The texts are copies, and untrusted.
  static constexpr std::size_t kMaxMetricBytes = 16 * 1024 * 1024;
  static constexpr std::size_t kMaxMetricParts = 4096;
  wasmtime::TrapResult<std::vector<std::string>> export_metrics();

  /// Keep at it until `idle()`, at most `patience`. Blocks. Returns whether it became idle.
  wasmtime::TrapResult<bool> settle(std::chrono::milliseconds patience);

  /// Mark a call into the instance for as long as the mark lives. Hooks are refused meanwhile: a
  /// module is never entered twice. Optional; it catches mistakes of programs whose own imports can
  /// reach the link.
  class CallMark {
   public:
    explicit CallMark(Link& link) : link_(link) { ++link_.calls_; }
    ~CallMark() { --link_.calls_; }
    CallMark(const CallMark&) = delete;
    CallMark& operator=(const CallMark&) = delete;

   private:
    Link& link_;
  };

  /// Whether a hook has trapped: the instance must be discarded.
  [[nodiscard]] bool trapped() const { return trapped_; }

 private:
  friend class Imports;

  using ResponseHook = wasmtime::TypedFunc<std::uint64_t, std::int32_t>;
  using ResultParams = std::tuple<std::uint64_t, std::int32_t, std::uint32_t, std::uint32_t>;
  using ResultHook = wasmtime::TypedFunc<ResultParams, std::monostate>;
  using MetricsExport = wasmtime::TypedFunc<std::monostate, std::uint64_t>;

  struct RepeatedCall {
    std::uint64_t request_id = 0;
    Clock::time_point due;
    Clock::time_point until;
  };

  bool bind(wasmtime::Instance& instance);
  std::optional<wasmtime::Error> refusal() const;
  Done call_response_hook(std::uint64_t request_id, Clock::time_point until);

  Exporter& exporter_;
  const ModuleShape shape_;
  const std::shared_ptr<Mailbox> results_;
  const std::unique_ptr<HostCalls> calls_into_host_;
  std::optional<wasmtime::Store::Context> store_;
  std::optional<wasmtime::Memory> memory_;
  std::optional<ResponseHook> response_hook_;
  std::optional<ResultHook> result_hook_;
  std::optional<MetricsExport> metrics_export_;
  std::vector<RepeatedCall> repeated_calls_;
  int calls_ = 0;
  bool trapped_ = false;
};

/// Add the imports to a linker that serves many instances. `find` names the link of the calling
/// instance, for example from the store's data; null is answered UNSUPPORTED.
wasmtime::Result<std::monostate> define_imports(wasmtime::Linker& linker,
                                                std::function<Link*(wasmtime::Caller&)> find);

/// The same for the clock and the random source.
wasmtime::Result<std::monostate> define_clock_and_random(
    wasmtime::Linker& linker, std::function<Link*(wasmtime::Caller&)> find);

}  // namespace afterglow::embed
