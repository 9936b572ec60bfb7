#include "exchange.h"

#include <utility>

namespace edge_host {

bool Exchange::answered() const {
  const std::lock_guard lock(mutex_);
  return response_.has_value();
}

bool Exchange::left() const {
  const std::lock_guard lock(mutex_);
  return left_;
}

bool Exchange::answer(ClientResponse response) {
  {
    const std::lock_guard lock(mutex_);
    if (response_) {
      return false;
    }
    response_ = std::move(response);
  }
  answered_.notify_all();
  return true;
}

ClientResponse Exchange::wait() {
  std::unique_lock lock(mutex_);
  if (!answered_.wait_until(lock, deadline_, [this] { return response_.has_value(); })) {
    response_ = ClientResponse{504, {}, "the module did not answer in time\n"};
  }
  return std::move(*response_);
}

void Exchange::on_left(std::function<void()> left) {
  std::unique_lock lock(mutex_);
  if (!left_) {
    on_left_ = std::move(left);
    return;
  }
  lock.unlock();
  left();
}

void Exchange::mark_left() {
  std::unique_lock lock(mutex_);
  left_ = true;
  const std::function<void()> left = std::exchange(on_left_, nullptr);
  lock.unlock();
  if (left) {
    left();
  }
}

}  // namespace edge_host
