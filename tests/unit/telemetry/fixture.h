#pragma once

// What the tests of whole requests share: a fresh instance on a fresh fake host, and headers.

#include <afterglow/afterglow.h>
#include <fake_host.h>

#include <initializer_list>
#include <string_view>

namespace afterglow::test {

using host::Call;
using host::fake_host;
using host::FakeHost;
using host::Status;

inline constexpr std::string_view kTraceparent =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
inline constexpr std::string_view kUnsampledTraceparent =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

/// Header lines as a request has them, duplicates and all.
struct TestHeaders {
  std::initializer_list<host::Pair> lines;

  template <typename F>
  void for_each(std::string_view name, F f) const {
    for (const host::Pair& line : lines) {
      if (line.key == name) {
        f(line.value);
      }
    }
  }
};

/// The headers of an outgoing request.
struct SentHeaders {
  char traceparent_bytes[64] = {};
  char tracestate_bytes[1024] = {};
  std::string_view traceparent;
  std::string_view tracestate;
  int lines = 0;

  void set(std::string_view name, std::string_view value) {
    ++lines;
    char* const out = name == "traceparent" ? traceparent_bytes : tracestate_bytes;
    value.copy(out, value.size());
    (name == "traceparent" ? traceparent : tracestate) = {out, value.size()};
  }
};

/// An instance of its own for one test. Makes the fake host forget the test before.
template <std::size_t Bytes = 64 * 1024>
class FreshInstance {
 public:
  explicit FreshInstance(const Config& config = {}) : telemetry(memory(), config) {
    fake_host().reset();
  }

  Telemetry telemetry;
  FakeHost& host = fake_host();

 private:
  static Buffer<Bytes>& memory() {
    static constinit Buffer<Bytes> buffer;
    return buffer;
  }
};

}  // namespace afterglow::test
