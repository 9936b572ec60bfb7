#pragma once

// Calls to backends, away from the threads that run modules: one thread drives them all, keeps
// connections open and hands each result to the callback its caller gave.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace edge_host {

struct BackendRequest {
  std::string backend;  ///< A name `Backends` was made with, or a URL.
  std::string method;
  std::string target;   ///< Path with query.
  std::string headers;  ///< "name\0value\0..."
  std::string body;
  std::chrono::milliseconds timeout{0};
};

/// `status` is a number of edge_host_v1.h; `http_status` and what follows are valid with EDGE_OK.
struct BackendResponse {
  std::int32_t status = 0;
  std::uint32_t http_status = 0;
  std::string headers;
  std::string body;
};

class Backends {
 public:
  using Done = std::function<void(BackendResponse)>;

  /// `urls`: name to base URL, without a trailing slash.
  /// `any`: a call may also name such a URL itself.
  explicit Backends(std::map<std::string, std::string, std::less<>> urls, bool any = false);
  /// Calls that are still running end as EDGE_UNAVAILABLE.
  ~Backends();
  Backends(const Backends&) = delete;
  Backends& operator=(const Backends&) = delete;

  [[nodiscard]] bool knows(std::string_view name) const { return url_of(name).has_value(); }

  /// Start a call. `done` is called exactly once, on the thread of this object.
  void start(BackendRequest request, Done done);

  /// The longest answer taken; a longer one is EDGE_LIMIT.
  static constexpr std::size_t kMaxAnswerBytes = 8 * 1024 * 1024;

 private:
  struct Call;

  [[nodiscard]] std::optional<std::string> url_of(std::string_view name) const;
  void run();
  void begin_queued();
  void finish(void* easy, int curl_code);
  void* take_easy();
  void keep(void* easy);

  const std::map<std::string, std::string, std::less<>> urls_;
  const bool any_;
  void* multi_;  // CURLM*
  std::mutex mutex_;
  std::vector<std::unique_ptr<Call>> queued_;
  std::atomic<bool> stopping_ = false;
  std::map<void*, std::unique_ptr<Call>> running_;  // by CURL*; the thread's own
  std::vector<void*> spare_;  // CURL*; making one costs as much as a short call
  std::thread thread_;
};

}  // namespace edge_host
