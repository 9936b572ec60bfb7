#include "pool.h"

#include <algorithm>
#include <utility>

#include "instance.h"
#include "thread_name.h"

namespace edge_host {

void Pool::dispatch(std::shared_ptr<Exchange> exchange) {
  std::unique_lock lock(mutex_);
  if (closed_) {
    exchange->answer({503, {}, "the host is stopping\n"});
    return;
  }
  waiting_.push_back(std::move(exchange));
  serve_waiting();
  reap(lock);
}

void Pool::request_done(Instance& instance, bool broken) {
  const std::lock_guard lock(mutex_);
  const auto worker = std::find_if(workers_.begin(), workers_.end(), [&](const Worker& candidate) {
    return candidate.instance.get() == &instance;
  });
  if (worker == workers_.end()) {
    return;
  }
  if (worker->open > 0) {
    --worker->open;
  }
  const bool worn_out = options_.requests_per_instance != 0 &&
                        worker->taken >= options_.requests_per_instance && worker->open == 0;
  if (broken || worn_out) {
    retire(*worker);
  }
  serve_waiting();
}

void Pool::close() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  for (Worker& worker : workers_) {
    if (worker.instance != nullptr) {
      worker.instance->close();
    }
  }
  finished_.wait(lock, [this] { return workers_.empty(); });
  reap(lock);
}

Pool::Worker* Pool::room() {
  const auto has_room = [this](const Worker& worker) {
    return !worker.retired && worker.open < options_.concurrent_per_instance &&
           (options_.requests_per_instance == 0 || worker.taken < options_.requests_per_instance);
  };
  const auto worker = std::find_if(workers_.begin(), workers_.end(), has_room);
  if (worker != workers_.end()) {
    return &*worker;
  }
  return workers_.size() < options_.instances ? &add_worker() : nullptr;
}

Pool::Worker& Pool::add_worker() {
  const auto worker = workers_.emplace(workers_.end());
  worker->instance =
      make_([this](Instance& instance, bool broken) { request_done(instance, broken); });
  worker->thread = std::thread([this, worker, instance = worker->instance]() mutable {
    name_this_thread("instance");
    instance->run();
    {
      const std::lock_guard lock(mutex_);
      worker->retired = true;
      worker->instance = nullptr;
    }
    instance = nullptr;  // before another one takes its place
    const std::lock_guard lock(mutex_);
    ended_.splice(ended_.end(), workers_, worker);
    serve_waiting();
    finished_.notify_all();
  });
  return *worker;
}

void Pool::serve_waiting() {
  while (!waiting_.empty() && !closed_) {
    if (waiting_.front()->answered()) {  // its time ran out in line
      waiting_.pop_front();
      continue;
    }
    Worker* worker = room();
    if (worker == nullptr) {
      hurry_one();
      return;
    }
    ++worker->taken;
    ++worker->open;
    worker->instance->serve(std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

/// A request waits in line: it is not to wait for the flush thread as well.
void Pool::hurry_one() {
  for (Worker& worker : workers_) {
    if (worker.instance != nullptr && worker.instance->hurry()) {
      return;
    }
  }
}

void Pool::retire(Worker& worker) {
  worker.retired = true;
  worker.instance->close();
}

void Pool::reap(std::unique_lock<std::mutex>& lock) {
  std::list<Worker> ended;
  ended.swap(ended_);
  lock.unlock();
  for (Worker& worker : ended) {
    worker.thread.join();
  }
}

}  // namespace edge_host
