#pragma once

// The clients' side: an HTTP server that makes each request an `Exchange`, waits for its answer,
// and tells when that has left.

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "exchange.h"

namespace edge_host {

class HttpFront {
 public:
  using Dispatch = std::function<void(std::shared_ptr<Exchange>)>;

  /// `dispatch` is called on the connection's thread.
  HttpFront(std::chrono::milliseconds timeout, std::size_t connections, Dispatch dispatch);

  /// Bind; port 0 lets the system choose. Returns the port, or -1.
  int bind(const std::string& host, int port);
  /// Serve until `stop`; what was begun is finished first. Runs on a thread of its own.
  void run();
  void stop();

 private:
  void handle(const httplib::Request& request, httplib::Response& response);

  const std::chrono::milliseconds timeout_;
  const Dispatch dispatch_;
  std::atomic<std::uint64_t> last_id_ = 0;
  std::atomic<bool> ended_ = false;
  httplib::Server server_;
};

}  // namespace edge_host
