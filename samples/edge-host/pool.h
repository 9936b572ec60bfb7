#pragma once

// Which instance serves which request: reuses idle ones, makes new ones up to a limit, and lets
// requests wait in line beyond it.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "exchange.h"

namespace edge_host {

class Instance;

struct PoolOptions {
  std::uint64_t requests_per_instance = 0;  ///< 0 is unlimited.
  std::size_t instances = 8;
  std::size_t concurrent_per_instance = 1;
};

class Pool {
 public:
  using RequestDone = std::function<void(Instance&, bool broken)>;
  /// Makes an instance that calls what it is given for each request it is through with.
  using Make = std::function<std::shared_ptr<Instance>(const RequestDone&)>;

  Pool(const PoolOptions& options, Make make) : options_(options), make_(std::move(make)) {}
  ~Pool() { close(); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// Have the request served now, or as soon as there is room.
  void dispatch(std::shared_ptr<Exchange> exchange);

  /// Take no more, and wait until every instance is through with everything.
  void close();

 private:
  struct Worker {
    std::shared_ptr<Instance> instance;  // null once it has ended
    std::thread thread;
    std::uint64_t taken = 0;
    std::size_t open = 0;
    bool retired = false;
  };

  void request_done(Instance& instance, bool broken);
  Worker* room();
  Worker& add_worker();
  void serve_waiting();
  void hurry_one();
  void retire(Worker& worker);
  void reap(std::unique_lock<std::mutex>& lock);

  const PoolOptions options_;
  const Make make_;
  std::mutex mutex_;
  std::condition_variable finished_;
  std::list<Worker> workers_;
  std::list<Worker> ended_;  // threads that only need joining
  std::deque<std::shared_ptr<Exchange>> waiting_;
  bool closed_ = false;
};

}  // namespace edge_host
