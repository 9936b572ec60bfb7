#pragma once

// One request of a client on its way through the host: what it asked, what it gets, and the moment
// its answer has left.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace edge_host {

using Clock = std::chrono::steady_clock;

/// What came from the client. `headers` is the block "name\0value\0...", one pair a header line.
struct ClientRequest {
  std::string method;
  std::string target;  ///< Path with query, as it came.
  std::string headers;
  std::string body;
};

/// What goes to the client.
struct ClientResponse {
  int status = 500;
  std::string headers;  ///< As in ClientRequest.
  std::string body;
};

/// Shared by the client's connection, which waits for the answer and writes it, and by the instance
/// that serves it. Every function may be called from any thread.
class Exchange {
 public:
  Exchange(std::uint64_t id, ClientRequest request, Clock::time_point deadline)
      : id_(id), request_(std::move(request)), deadline_(deadline) {}

  [[nodiscard]] std::uint64_t id() const { return id_; }
  [[nodiscard]] const ClientRequest& request() const { return request_; }
  [[nodiscard]] Clock::time_point deadline() const { return deadline_; }
  [[nodiscard]] bool answered() const;
  [[nodiscard]] bool left() const;

  /// The first answer counts. False: there was one already.
  bool answer(ClientResponse response);

  /// Wait for the answer until the deadline; after it the answer is a 504.
  ClientResponse wait();

  /// Have `left` called once the answer has left, on the connection's thread; at once when it has
  /// left already.
  void on_left(std::function<void()> left);

  /// The connection tells that the last byte of the answer was handed to the transport, or that the
  /// connection broke.
  void mark_left();

 private:
  const std::uint64_t id_;
  const ClientRequest request_;
  const Clock::time_point deadline_;

  mutable std::mutex mutex_;
  std::condition_variable answered_;
  std::optional<ClientResponse> response_;  // moved from once `wait` has taken it
  std::function<void()> on_left_;
  bool left_ = false;
};

}  // namespace edge_host
