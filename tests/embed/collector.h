#pragma once

// A collector on 127.0.0.1 whose answers are scripted: it keeps what it gets and can hold its
// answers back until the test says so.

#include <httplib.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace embed_test {

struct Received {
  std::string path;
  std::string body;
  httplib::Headers headers;

  [[nodiscard]] std::string header(const char* name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

class Collector {
 public:
  using Answer = std::function<void(const Received&, httplib::Response&)>;

  /// Without `answer`, each request is answered 200. With `held`, no request is answered before
  /// `release`.
  explicit Collector(Answer answer = {}, bool held = false)
      : answer_(std::move(answer)), held_(held) {
    server_.new_task_queue = [] { return new httplib::ThreadPool(16); };
    server_.Post(".*", [this](const httplib::Request& request, httplib::Response& response) {
      Received received{request.target, request.body, request.headers};
      std::unique_lock lock(mutex_);
      received_.push_back(received);
      changed_.notify_all();
      changed_.wait(lock, [this] { return !held_; });
      if (answer_)
        answer_(received, response);
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running())
      std::this_thread::yield();  // before that, stop() is not heard
  }

  ~Collector() {
    release();
    server_.stop();
    thread_.join();
  }

  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  void release() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }

  /// Block until `count` requests have come.
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return received_.size() >= count; });
  }

  std::vector<Received> received() {
    const std::lock_guard lock(mutex_);
    return received_;
  }

 private:
  httplib::Server server_;
  const Answer answer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Received> received_;
  bool held_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace embed_test
