#pragma once

// The service that W3C's test harness for trace context drives, written as steps so that it runs on
// every host, whether its imports can block or not:
//
//   Step step = service::begin(request, telemetry.extract(headers));
//   while (step.kind == Step::Kind::Call) step = service::resume(step.slot, answer);
//   send(step.response);
//
// POST /test carries a JSON array of {"url": …, "arguments": …}. For each element in turn the
// service POSTs the arguments to the URL, with a client span of its own in the headers, and waits
// for the answer; then it answers.
//
// There is no heap: what a step returns are views into the slot and into one text buffer, valid
// until the next call.

#include <afterglow/afterglow.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "calls.h"

namespace service {

/// Records this module's spans. Adapters extract the caller's context with it.
extern afterglow::Telemetry telemetry;

/// How many requests can wait for a callback at once; the next one is answered 503.
inline constexpr std::size_t kSlots = 8;

struct Request {
  std::string_view method;
  std::string_view target;  ///< Path with query.
  std::string_view body;    ///< Whole; what is longer than `kMaxBodyBytes` is answered 413.
};

/// A callback to make: POST `body` as application/json.
struct Callback {
  const Url* url = nullptr;
  std::string_view target;  ///< Path with query, never empty.
  std::string_view body;
  const afterglow::Span* span = nullptr;  ///< Inject it into the headers.
  std::uint32_t timeout_ms = 0;
};

/// What the callback's server said: a status, or why there is none ("timeout").
struct Answer {
  std::uint32_t http_status = 0;
  std::string_view failure;
};

struct Response {
  std::uint32_t http_status = 500;
  std::string_view content_type = "text/plain; charset=utf-8";
  std::string_view body;
};

/// What comes next.
struct Step {
  enum class Kind : std::uint8_t { Respond, Call };
  Kind kind = Kind::Respond;
  Response response;     ///< With `Respond`.
  Callback call;         ///< With `Call`.
  std::size_t slot = 0;  ///< With `Call`: what `resume` wants back.
};

Step begin(const Request& request, afterglow::RemoteParent parent);
Step resume(std::size_t slot, const Answer& answer);

}  // namespace service
