#pragma once

// One instance of the module with its event loop. What others have for it is posted as a task, and
// a module is never entered twice: one thread at a time is in it.
//
// What requests wait for (a request, a backend's result) runs on the instance's own thread, in the
// order it came. What can wait (an answer has left: the module hands its telemetry over; the
// collector has answered) runs on the flush thread, or on the own one when the instance is needed.

#include <afterglow/embed/wasmtime.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>

#include "backends.h"
#include "edge_calls.h"
#include "exchange.h"
#include "flush_thread.h"
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
  /// Does what can wait; without it the instance's own thread does, at once.
  FlushThread* flush_thread = nullptr;
};

class Instance : public std::enable_shared_from_this<Instance> {
 public:
  /// Called by whoever is in the instance when it is through with a request: the answer has left
  /// and the module handed its telemetry over. `broken`: the instance has trapped.
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

  /// Do on this thread what can wait; where another one is in the instance, it is passed on later.
  void do_what_can_wait();
  /// Have the own thread do it, now: the instance is needed. False: there is nothing to do, or it
  /// was told before.
  bool hurry();

 private:
  using Task = std::function<void()>;
  using Tasks = std::deque<Task>;

  void post(Task task);
  void post_what_can_wait(Task task);
  void post_response_left(std::uint64_t id);
  void post_results();
  bool next_task(std::unique_lock<std::mutex>& lock, Task& task);
  bool find_task(Task& task);
  void pass_on_what_can_wait();
  [[nodiscard]] bool runs_after_responses() const;
  [[nodiscard]] std::optional<Clock::time_point> next_due() const;
  void take(Tasks& tasks, Task& task);
  void perform(std::unique_lock<std::mutex>& lock, Task& task);
  [[nodiscard]] bool finished() const;

  /// What is called in the module; found once.
  struct Exports {
    wasmtime::TypedFunc<std::uint64_t, std::monostate> on_request;
    wasmtime::TypedFunc<std::tuple<std::uint64_t, std::uint64_t>, std::monostate>
        on_backend_response;
    std::optional<wasmtime::Memory> memory;
  };

  void start();
  std::optional<wasmtime::Instance> instantiate();
  void find_exports(wasmtime::Instance& instance);
  void begin(const std::shared_ptr<Exchange>& exchange);
  void take_result(std::uint64_t id, std::uint64_t call, const BackendResponse& result);
  void response_left(std::uint64_t id);
  bool run_due_hooks();
  bool ask_for_metrics();

  template <class Function, class Arguments>
  void call_guest(const Function& function, const Arguments& arguments, const char* name,
                  Clock::time_point deadline);
  void allow(std::chrono::milliseconds time);
  void fail(const wasmtime::TrapError& error, const char* during);
  void note_memory();

  Program& program_;
  Backends& backends_;
  afterglow::embed::Exporter& exporter_;
  const InstanceOptions options_;
  const RequestDone request_done_;

  // Of the thread that is in the instance. The store goes first: its functions refer to the others.
  ImportWatch watch_;
  std::optional<EdgeCalls> edge_;
  std::optional<afterglow::embed::Link> link_;
  wasmtime::Store store_;
  std::optional<Exports> exports_;
  std::atomic<std::size_t> requests_open_ = 0;  // the exporter's thread looks at it, too
  MetricTotals::InstanceId metrics_id_ = 0;
  bool broken_ = false;

  std::mutex mutex_;
  std::condition_variable wake_;  // the own thread
  Tasks tasks_;                   // requests wait for them
  Tasks can_wait_;
  bool results_posted_ = false;  // one task delivers all that have come
  bool hurrying_ = false;        // the own thread does what can wait, too
  bool left_over_ = false;       // somebody came to do what can wait, and could not
  bool busy_ = true;             // somebody is in the instance; at first it starts
  bool closing_ = false;
};

}  // namespace edge_host
