#include "afterglow/embed/mailbox.h"

#include <utility>

namespace afterglow::embed {

void Mailbox::expect() {
  const std::lock_guard lock(mutex_);
  ++expected_;
}

void Mailbox::forget() {
  const std::lock_guard lock(mutex_);
  --expected_;
}

bool Mailbox::put(Outcome outcome) {
  {
    const std::lock_guard lock(mutex_);
    --expected_;
    if (closed_)
      return false;
    outcomes_.push_back(std::move(outcome));
    arrived_.notify_all();
  }
  if (on_arrival_)
    on_arrival_();
  return true;
}

std::optional<Outcome> Mailbox::take() {
  const std::lock_guard lock(mutex_);
  if (outcomes_.empty())
    return std::nullopt;
  Outcome oldest = std::move(outcomes_.front());
  outcomes_.pop_front();
  return oldest;
}

bool Mailbox::wait_until(std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(mutex_);
  return arrived_.wait_until(lock, until, [this] { return !outcomes_.empty(); });
}

bool Mailbox::idle() const {
  const std::lock_guard lock(mutex_);
  return outcomes_.empty() && expected_ == 0;
}

std::size_t Mailbox::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  const std::size_t forgotten = outcomes_.size();
  outcomes_.clear();
  return forgotten;
}

}  // namespace afterglow::embed
