#pragma once

// One request of a client on Fastly Compute, by its raw handles, for handlers written without
// Fastly's SDK. All memory is in the object; what it hands out are views, valid until the next
// request.

#include <cstdint>
#include <string_view>

#include "fastly_headers.h"

namespace edge {

class Exchange {
 public:
  /// Take the request this sandbox was started for. False: its head is too long, and was answered.
  bool accept();

  /// Wait for another one, at most `timeout_ms`; the one before must have been answered. False when
  /// none came or the host wants this sandbox to end. `accepted` says whether its head was taken.
  bool wait_for_next(std::uint64_t timeout_ms, bool& accepted);

  [[nodiscard]] std::string_view method() const { return method_; }
  [[nodiscard]] std::string_view target() const { return target_; }  ///< Path with query.
  [[nodiscard]] std::string_view request_id() const { return request_id_; }
  [[nodiscard]] std::string_view authorization() const { return authorization_; }
  [[nodiscard]] std::string_view user_agent() const { return user_agent_; }
  [[nodiscard]] afterglow::fastly::RequestHeaders headers() const {
    return afterglow::fastly::RequestHeaders{request_};
  }

  /// The body, as much of it as fits. Read it once.
  std::string_view read_body(char* buffer, std::size_t capacity);

  /// Answer. Returns when the host has taken the bytes; it sends them on its own.
  bool respond(std::uint32_t http_status, std::string_view content_type, std::string_view body);

 private:
  bool take_head();

  afterglow_fastly_handle request_ = kFastlyInvalidHandle;
  afterglow_fastly_handle body_ = kFastlyInvalidHandle;
  std::string_view method_;
  std::string_view target_;
  std::string_view request_id_;
  std::string_view authorization_;
  std::string_view user_agent_;
  char method_buffer_[32] = {};
  char uri_buffer_[8 * 1024] = {};
  char request_id_buffer_[64] = {};
  char authorization_buffer_[256] = {};
  char user_agent_buffer_[1024] = {};
};

/// The answer of a backend: its status, or 0 when there was none, and as much of its body as fits.
struct BackendAnswer {
  std::uint32_t http_status = 0;
  std::string_view body;
};

/// A request to a backend: GET this URL. Give it headers, then send it, once.
class BackendRequest {
 public:
  explicit BackendRequest(std::string_view url);
  afterglow::fastly::RequestHeaders headers() const {
    return afterglow::fastly::RequestHeaders{request_};
  }
  /// Make it a POST with this body. False: the host refused.
  bool post(std::string_view content_type, std::string_view body);
  /// Send, and wait for the answer as long as the backend's own timeouts allow.
  BackendAnswer send(std::string_view backend, char* buffer, std::size_t capacity);

 private:
  afterglow_fastly_handle request_ = kFastlyInvalidHandle;
  afterglow_fastly_handle body_ = kFastlyInvalidHandle;
};

}  // namespace edge
