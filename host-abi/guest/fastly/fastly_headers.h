#pragma once

// Header carriers for Fastly Compute: for raw handles, and for the request and response types of
// Fastly's own C++ SDK, of which nothing is included here.
//
//   telemetry.extract(afterglow::fastly::RequestHeaders{handle});
//   telemetry.extract(afterglow::fastly::SdkHeaders{request});  // a fastly::Request
//   afterglow::fastly::SdkHeaders headers{outgoing};
//   span.inject(headers);

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fastly_abi.h"

namespace afterglow::fastly {

/// The longest header line that is handed on. A longer one is given as an empty value: it is there,
/// and it is invalid, which matters where a duplicate spoils a header.
inline constexpr std::size_t kMaxHeaderValue = 8192;

namespace detail {

using ReadValues = std::int32_t(afterglow_fastly_handle, const char*, std::size_t, char*,
                                std::size_t, std::uint32_t, std::int64_t*, std::size_t*);
using InsertValue = std::int32_t(afterglow_fastly_handle, const char*, std::size_t, const char*,
                                 std::size_t);

/// Calls `f` with each text that a NUL ends.
template <class F>
void for_each_value(std::string_view values, F&& f) {
  while (true) {
    const std::size_t end = values.find('\0');
    if (end >= values.size())
      return;
    f(std::string_view{values.data(), end});
    values.remove_prefix(end + 1);
  }
}

template <class F>
void for_each_line(ReadValues& read, afterglow_fastly_handle handle, std::string_view name, F&& f) {
  char buffer[kMaxHeaderValue + 1];
  std::int64_t cursor = 0;
  while (cursor >= 0) {
    std::int64_t next = -1;
    std::size_t size = 0;
    const std::int32_t raw = read(handle, name.data(), name.size(), buffer, sizeof(buffer),
                                  static_cast<std::uint32_t>(cursor), &next, &size);
    if (raw == kFastlyBuflen) {
      f(std::string_view{});
      next = cursor + 1;
    } else if (raw == kFastlyOk && size <= sizeof(buffer)) {
      for_each_value({buffer, size}, f);
    } else {
      return;
    }
    cursor = next > cursor ? next : -1;
  }
}

/// Headers behind a handle. Writing fails silently, as the SDK asks of a carrier.
template <ReadValues& Read, InsertValue& Insert>
class HandleHeaders {
 public:
  explicit HandleHeaders(afterglow_fastly_handle handle) : handle_(handle) {}

  /// Call `f(value)` once per header line of that name, duplicates included.
  template <class F>
  void for_each(std::string_view name, F&& f) const {
    for_each_line(Read, handle_, name, f);
  }

  /// Make this the only line of that name.
  void set(std::string_view name, std::string_view value) {
    (void)Insert(handle_, name.data(), name.size(), value.data(), value.size());
  }

 private:
  afterglow_fastly_handle handle_;
};

}  // namespace detail

using RequestHeaders = detail::HandleHeaders<afterglow_fastly_req_header_values_get,
                                             afterglow_fastly_req_header_insert>;
using ResponseHeaders = detail::HandleHeaders<afterglow_fastly_resp_header_values_get,
                                              afterglow_fastly_resp_header_insert>;

/// The headers of a `fastly::Request` or `fastly::Response`, or of anything that has their
/// `get_header_all(name)` and `set_header(name, value)`. The message is borrowed.
template <class Message>
class SdkHeaders {
 public:
  explicit SdkHeaders(Message& message) : message_(&message) {}

  template <class F>
  void for_each(std::string_view name, F&& f) const {
    auto lines = message_->get_header_all(name);
    if (!lines)
      return;
    for (auto& line : *lines) {
      const auto bytes = line.bytes();
      f(std::string_view{reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
  }

  void set(std::string_view name, std::string_view value) {
    (void)message_->set_header(name, value);
  }

 private:
  Message* message_;
};

}  // namespace afterglow::fastly
