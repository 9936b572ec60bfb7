// Who is in an instance, and with which task. Of two threads one at a time is `busy_` in it; the
// mutex guards only the lists, and is free while a task runs.

#include <utility>

#include "instance.h"

namespace edge_host {

void Instance::serve(std::shared_ptr<Exchange> exchange) {
  post([this, exchange = std::move(exchange)] { begin(exchange); });
}

void Instance::close() {
  const std::lock_guard lock(mutex_);
  closing_ = true;
  wake_.notify_one();
}

void Instance::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void Instance::post_what_can_wait(Task task) {
  {
    const std::lock_guard lock(mutex_);
    can_wait_.push_back(std::move(task));
  }
  if (!runs_after_responses()) {
    do_what_can_wait();  // bookkeeping only
  } else if (options_.flush_thread != nullptr) {
    options_.flush_thread->add(weak_from_this());
  } else {
    hurry();
  }
}

/// Whether anything in the module does.
bool Instance::runs_after_responses() const {
  const auto& shape = program_.shape();
  return shape.response_hook || shape.result_hook || shape.metrics;
}

void Instance::post_response_left(std::uint64_t id) {
  post_what_can_wait([this, id] { response_left(id); });
}

/// Results have come. While requests are open there is nothing to do: each tells them at its end.
void Instance::post_results() {
  if (requests_open_ > 0) {
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(results_posted_, true)) {
      return;
    }
  }
  post_what_can_wait([this] {
    {
      const std::lock_guard lock(mutex_);
      results_posted_ = false;
    }
    run_due_hooks();
  });
}

bool Instance::hurry() {
  const std::lock_guard lock(mutex_);
  if (can_wait_.empty() || std::exchange(hurrying_, true)) {
    return false;
  }
  wake_.notify_one();
  return true;
}

void Instance::do_what_can_wait() {
  std::unique_lock lock(mutex_);
  for (Task task; !busy_ && !closing_ && tasks_.empty() && !can_wait_.empty();) {
    take(can_wait_, task);
    perform(lock, task);
  }
  left_over_ = !can_wait_.empty();
  if (!busy_ && (closing_ || !tasks_.empty() || next_due())) {
    wake_.notify_one();  // it has something to do, or another time to wait until
  }
}

void Instance::run() {
  if (options_.metrics != nullptr) {
    metrics_id_ = options_.metrics->begin();
  }
  start();
  std::unique_lock lock(mutex_);
  busy_ = false;
  for (Task task; next_task(lock, task);) {
    perform(lock, task);
    if (left_over_ && tasks_.empty()) {
      pass_on_what_can_wait();
    }
  }
  if (options_.metrics != nullptr && !broken_) {
    options_.metrics->end(metrics_id_);
  }
}

/// Somebody came to do it while this thread was in the instance.
void Instance::pass_on_what_can_wait() {
  left_over_ = false;
  if (options_.flush_thread != nullptr && runs_after_responses()) {
    options_.flush_thread->add(weak_from_this());
  } else {
    hurrying_ = !can_wait_.empty();
  }
}

/// Wait for a task of the own thread. False: there will be none.
bool Instance::next_task(std::unique_lock<std::mutex>& lock, Task& task) {
  while (busy_ || !find_task(task)) {
    if (!busy_ && closing_ && finished()) {
      return false;
    }
    if (!busy_ && next_due()) {
      wake_.wait_until(lock, *next_due());
    } else {
      wake_.wait(lock);
    }
  }
  return true;
}

/// What requests wait for comes first.
bool Instance::find_task(Task& task) {
  const auto due = next_due();
  if (!tasks_.empty()) {
    take(tasks_, task);
  } else if (!can_wait_.empty() && (hurrying_ || closing_)) {
    take(can_wait_, task);
  } else if (due.value_or(Clock::time_point::max()) <= Clock::now()) {
    task = [this] { run_due_hooks(); };
  } else {
    return false;
  }
  return true;
}

/// When the module wants to be called again.
std::optional<Clock::time_point> Instance::next_due() const {
  return broken_ ? std::nullopt : link_->next_due();
}

void Instance::take(Tasks& tasks, Task& task) {
  task = std::move(tasks.front());
  tasks.pop_front();
  hurrying_ = hurrying_ && !can_wait_.empty();
}

void Instance::perform(std::unique_lock<std::mutex>& lock, Task& task) {
  busy_ = true;
  lock.unlock();
  task();
  task = nullptr;
  lock.lock();
  busy_ = false;
}

/// Results of the collector are not waited for: an instance that outlived its requests would keep
/// others from being made.
bool Instance::finished() const {
  return broken_ || (requests_open_ == 0 && edge_->calls_in_flight() == 0 && !link_->next_due());
}

}  // namespace edge_host
