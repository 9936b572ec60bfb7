#pragma once

// An edge handler that shows a visitor's cart, written as steps so that it runs on every host,
// whether its imports can block or not:
//
//   Step step = cart::begin(request, telemetry.extract(headers));
//   while (step.kind == Step::Kind::CallOrigin) step = cart::resume(step.slot, answer_of_origin);
//   send(step.response);
//
// On a host that calls back, the adapter keeps `step.slot` until the answer is there; up to
// `kSlots` requests can be in that state at once. There is no heap: what a step returns are views
// into constants and into one render buffer, valid until the next call.

#include <afterglow/afterglow.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cart {

/// Records this module's spans. Adapters extract the caller's context with it.
extern afterglow::Telemetry telemetry;

/// How many requests can wait for the origin at once; the next one is answered 503.
inline constexpr std::size_t kSlots = 64;
/// The longest answer of the origin that is rendered; a longer one is answered 502.
inline constexpr std::size_t kMaxCartBytes = 16 * 1024;

struct Request {
  std::string_view method;
  std::string_view target;         ///< Path with query.
  std::string_view authorization;  ///< Value of that header, or empty.
  std::string_view user_agent;     ///< Value of that header, or empty.
};

/// A request for the origin, the service that knows the carts.
struct OriginCall {
  std::string_view target;                ///< GET this.
  const afterglow::Span* span = nullptr;  ///< Inject it into the headers.
  std::uint32_t timeout_ms = 0;
};

/// What the origin said: a status, or why there is none ("timeout", "connection_error").
struct OriginAnswer {
  std::uint32_t http_status = 0;
  std::string_view failure;
  std::string_view body;
};

struct Response {
  std::uint32_t http_status = 500;
  std::string_view content_type = "text/plain; charset=utf-8";
  std::string_view body;
};

/// What comes next.
struct Step {
  enum class Kind : std::uint8_t { Respond, CallOrigin };
  Kind kind = Kind::Respond;
  Response response;     ///< With `Respond`.
  OriginCall call;       ///< With `CallOrigin`.
  std::size_t slot = 0;  ///< With `CallOrigin`: what `resume` wants back.
};

Step begin(const Request& request, afterglow::RemoteParent parent);
Step resume(std::size_t slot, const OriginAnswer& answer);

}  // namespace cart
