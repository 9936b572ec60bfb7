#pragma once

// One thread that does what can wait until after responses (Instance::do_what_can_wait): modules
// encode and hand over their telemetry here, not on the threads that requests need.
//
// Nothing depends on it. An instance that is needed meanwhile, or that ends, does its work itself,
// so that this thread may be slow, or stuck in one instance, and no request waits for it.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace edge_host {

class Instance;

class FlushThread {
 public:
  /// `enough` instances with work are looked after at once, fewer within `kNap`.
  explicit FlushThread(std::size_t enough);
  ~FlushThread();
  FlushThread(const FlushThread&) = delete;
  FlushThread& operator=(const FlushThread&) = delete;

  /// `instance` has work. From any thread; never waits, and does not keep the instance alive.
  void add(std::weak_ptr<Instance> instance);

  /// Waking a thread costs the one that wakes it several microseconds, more than all telemetry
  /// before a response. Under load nobody has to: it looks by itself this often, and sleeps for
  /// good only when there was nothing.
  static constexpr std::chrono::microseconds kNap{250};

 private:
  enum class State { Working, Napping, Asleep };

  void run();
  void rest(std::unique_lock<std::mutex>& lock);

  const std::size_t enough_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::weak_ptr<Instance>> waiting_;
  State state_ = State::Working;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace edge_host
