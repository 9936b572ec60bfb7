#pragma once

// One instance of the module with its event loop: a thread of its own runs every call into it, one
// at a time, in the order things happened. What others have for it (a request, a backend's result,
// an answer that has left) is posted as a task.
//
// Telemetry runs here too, after the response: never on the thread of a client's connection.

#include <afterglow/embed/wasmtime.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "backends.h"
#include "edge_calls.h"
#include "exchange.h"
#include "import_watch.h"
#include "metric_totals.h"
#include "program.h"

namespace edge_host {

struct InstanceOptions {
  std::int64_t memory_limit_bytes = 64 * 1024 * 1024;
  std::chrono::milliseconds start_timeout{5'000};
  /// How long a hook may run after a response, waiting for a collector included.
  std::chrono::milliseconds hook_timeout{30'000};
  ImportWatch::Options watch;
  MetricTotals* metrics = nullptr;  ///< Gets what the module tells after each response.
};

class Instance : public std::enable_shared_from_this<Instance> {
 public:
  /// Called on the instance's thread whenever it is through with a request: the answer has left and
  /// the module handed its telemetry over. `broken`: the instance has trapped.
  using RequestDone = std::function<void(Instance&, bool broken)>;

  Instance(Program& program, Backends& backends, afterglow::embed::Exporter& exporter,
           const InstanceOptions& options, RequestDone request_done);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  /// Take a request.
  void serve(std::shared_ptr<Exchange> exchange);
  /// Take no more; `run` returns when everything taken is done.
  void close();
  /// The event loop: returns after `close`.
  void run();

 private:
  using Task = std::function<void()>;
  using Arguments = std::initializer_list<std::uint64_t>;

  void post(Task task);
  Task next_task();
  [[nodiscard]] bool finished() const;

  void start();
  bool instantiate();
  void begin(const std::shared_ptr<Exchange>& exchange);
  void take_result(std::uint64_t id, std::uint64_t call, const BackendResponse& result);
  void response_left(std::uint64_t id);
  void run_due_hooks();
  bool ask_for_metrics();

  void call_guest(const char* name, Arguments arguments, Clock::time_point deadline);
  void allow(std::chrono::milliseconds time);
  void fail(const wasmtime::TrapError& error, const char* during);
  [[nodiscard]] std::uint64_t memory_bytes();

  Program& program_;
  Backends& backends_;
  afterglow::embed::Exporter& exporter_;
  const InstanceOptions options_;
  const RequestDone request_done_;

  // The instance's thread only. The store goes first: its functions refer to the others.
  ImportWatch watch_;
  std::optional<EdgeCalls> edge_;
  std::optional<afterglow::embed::Link> link_;
  wasmtime::Store store_;
  std::optional<wasmtime::Instance> instance_;
  std::size_t requests_open_ = 0;
  MetricTotals::InstanceId metrics_id_ = 0;
  bool broken_ = false;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> tasks_;
  bool closing_ = false;
};

}  // namespace edge_host
