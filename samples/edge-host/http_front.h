#pragma once

// The clients' side: an HTTP/1.1 server that makes each request an `Exchange`, waits for its
// answer, and tells when that has left. A thread for each connection.

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "exchange.h"

namespace edge_host {

class Connection;

class HttpFront {
 public:
  using Dispatch = std::function<void(std::shared_ptr<Exchange>)>;

  /// `dispatch` is called on the connection's thread. At most `connections` are open at once;
  /// further ones wait to be accepted.
  HttpFront(std::chrono::milliseconds timeout, std::size_t connections, Dispatch dispatch);
  ~HttpFront();
  HttpFront(const HttpFront&) = delete;
  HttpFront& operator=(const HttpFront&) = delete;

  /// Bind; port 0 lets the system choose. Returns the port, or -1.
  int bind(const std::string& host, int port);
  /// Serve until `stop`; what was begun is finished first.
  void run();
  void stop();

 private:
  void accept_one();
  void serve(Connection& connection);
  bool answer_next(Connection& connection);

  const std::chrono::milliseconds timeout_;
  const std::size_t connections_;
  const Dispatch dispatch_;
  std::atomic<std::uint64_t> last_id_ = 0;
  int listener_ = -1;
  std::array<int, 2> stop_pipe_{-1, -1};  // readable once `stop` was called

  std::mutex mutex_;
  std::condition_variable closed_;
  std::size_t open_ = 0;
  std::atomic<bool> stopping_ = false;
};

}  // namespace edge_host
