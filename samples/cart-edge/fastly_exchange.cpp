#include "fastly_exchange.h"

#include <cstddef>
#include <span>

namespace edge {
namespace {

using Handle = afterglow_fastly_handle;

/// A header's first value, or nothing when it is absent or too long.
std::string_view header(Handle request, std::string_view name, std::span<char> buffer) {
  std::size_t size = 0;
  const std::int32_t status = afterglow_fastly_req_header_value_get(
      request, name.data(), name.size(), buffer.data(), buffer.size(), &size);
  return status == kFastlyOk ? std::string_view{buffer.data(), size} : std::string_view{};
}

/// "http://host/path?query" to "/path?query".
std::string_view target_of(std::string_view uri) {
  const std::size_t scheme = uri.find("://");
  const std::size_t path = uri.find('/', scheme < uri.size() ? scheme + 3 : 0);
  return path < uri.size() ? std::string_view{uri.data() + path, uri.size() - path} : "/";
}

bool write_all(Handle body, std::string_view text) {
  while (!text.empty()) {
    std::size_t count = 0;
    if (afterglow_fastly_body_write(body, text.data(), text.size(), kFastlyWriteBack, &count) !=
            kFastlyOk ||
        count == 0) {
      return false;
    }
    text.remove_prefix(count);
  }
  return true;
}

std::size_t read_all(Handle body, char* buffer, std::size_t capacity) {
  std::size_t size = 0;
  std::size_t count = 0;
  while (size < capacity &&
         afterglow_fastly_body_read(body, buffer + size, capacity - size, &count) == kFastlyOk &&
         count != 0) {
    size += count;
  }
  return size;
}

}  // namespace

bool Exchange::accept() {
  return afterglow_fastly_req_body_downstream_get(&request_, &body_) == kFastlyOk && take_head();
}

bool Exchange::wait_for_next(std::uint64_t timeout_ms, bool& accepted) {
  const AfterglowFastlyNextRequestOptions options{.timeout_ms = timeout_ms};
  Handle promise = kFastlyInvalidHandle;
  if (afterglow_fastly_next_request(kFastlyNextRequestTimeout, &options, &promise) != kFastlyOk ||
      afterglow_fastly_next_request_wait(promise, &request_, &body_) != kFastlyOk) {
    return false;
  }
  accepted = take_head();
  return true;
}

bool Exchange::take_head() {
  std::size_t method_size = 0;
  std::size_t uri_size = 0;
  std::size_t id_size = 0;
  if (afterglow_fastly_req_method_get(request_, method_buffer_, sizeof method_buffer_,
                                      &method_size) != kFastlyOk ||
      afterglow_fastly_req_uri_get(request_, uri_buffer_, sizeof uri_buffer_, &uri_size) !=
          kFastlyOk) {
    respond(431, "text/plain; charset=utf-8", "the request's head is too long\n");
    return false;
  }
  const bool has_id = afterglow_fastly_request_id(request_, request_id_buffer_,
                                                  sizeof request_id_buffer_, &id_size) == kFastlyOk;
  method_ = {method_buffer_, method_size};
  target_ = target_of({uri_buffer_, uri_size});
  request_id_ = {request_id_buffer_, has_id ? id_size : 0};
  authorization_ = header(request_, "authorization", authorization_buffer_);
  user_agent_ = header(request_, "user-agent", user_agent_buffer_);
  return true;
}

std::string_view Exchange::read_body(char* buffer, std::size_t capacity) {
  return {buffer, read_all(body_, buffer, capacity)};
}

bool Exchange::respond(std::uint32_t http_status, std::string_view content_type,
                       std::string_view body) {
  constexpr std::string_view kContentType = "content-type";
  Handle response = kFastlyInvalidHandle;
  Handle response_body = kFastlyInvalidHandle;
  return afterglow_fastly_resp_new(&response) == kFastlyOk &&
         afterglow_fastly_body_new(&response_body) == kFastlyOk &&
         afterglow_fastly_resp_status_set(response, static_cast<std::uint16_t>(http_status)) ==
             kFastlyOk &&
         afterglow_fastly_resp_header_insert(response, kContentType.data(), kContentType.size(),
                                             content_type.data(),
                                             content_type.size()) == kFastlyOk &&
         write_all(response_body, body) &&
         afterglow_fastly_resp_send_downstream(response, response_body, 0) == kFastlyOk;
}

BackendRequest::BackendRequest(std::string_view url) {
  (void)afterglow_fastly_req_new(&request_);
  (void)afterglow_fastly_body_new(&body_);
  (void)afterglow_fastly_req_uri_set(request_, url.data(), url.size());
}

bool BackendRequest::post(std::string_view content_type, std::string_view body) {
  constexpr std::string_view kMethod = "POST";
  constexpr std::string_view kContentType = "content-type";
  return afterglow_fastly_req_method_set(request_, kMethod.data(), kMethod.size()) == kFastlyOk &&
         afterglow_fastly_req_header_insert(request_, kContentType.data(), kContentType.size(),
                                            content_type.data(),
                                            content_type.size()) == kFastlyOk &&
         write_all(body_, body);
}

BackendAnswer BackendRequest::send(std::string_view backend, char* buffer, std::size_t capacity) {
  Handle response = kFastlyInvalidHandle;
  Handle response_body = kFastlyInvalidHandle;
  std::uint16_t http_status = 0;
  if (afterglow_fastly_req_send(request_, body_, backend.data(), backend.size(), &response,
                                &response_body) != kFastlyOk ||
      afterglow_fastly_resp_status_get(response, &http_status) != kFastlyOk) {
    return {};
  }
  const std::size_t size = read_all(response_body, buffer, capacity);
  (void)afterglow_fastly_body_close(response_body);
  (void)afterglow_fastly_resp_close(response);
  return {.http_status = http_status, .body = {buffer, size}};
}

}  // namespace edge
