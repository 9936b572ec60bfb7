#include "flush_thread.h"

#include <utility>

#include "instance.h"
#include "thread_name.h"

namespace edge_host {

FlushThread::FlushThread(std::size_t enough) : enough_(enough), thread_([this] { run(); }) {}

FlushThread::~FlushThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void FlushThread::add(std::weak_ptr<Instance> instance) {
  std::unique_lock lock(mutex_);
  waiting_.push_back(std::move(instance));
  const bool wanted =
      state_ == State::Asleep || (state_ == State::Napping && waiting_.size() >= enough_);
  lock.unlock();
  if (wanted) {
    wake_.notify_one();
  }
}

void FlushThread::run() {
  name_this_thread("flush");
  std::vector<std::weak_ptr<Instance>> batch;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    batch.swap(waiting_);
    lock.unlock();
    for (const auto& each : batch) {
      if (const auto instance = each.lock()) {
        instance->do_what_can_wait();
      }
    }
    batch.clear();
    lock.lock();
    rest(lock);
  }
}

void FlushThread::rest(std::unique_lock<std::mutex>& lock) {
  state_ = State::Napping;
  wake_.wait_for(lock, kNap, [this] { return stopping_ || waiting_.size() >= enough_; });
  if (waiting_.empty()) {
    state_ = State::Asleep;
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
  }
  state_ = State::Working;
}

}  // namespace edge_host
