#pragma once

// Metrics of HTTP requests: a span that is measured too.
//
//   auto server = MeasuredRequest::server(
//       telemetry.start_span("GET /cart", {.kind = SpanKind::Server,
//                                          .parent = telemetry.extract(headers_in)}),
//       {.method = "GET", .url = "/cart?user=7", .scheme = "https", .route = "/cart"});
//   auto client = MeasuredRequest::client(
//       server->start_child("GET", {.kind = SpanKind::Client}),
//       {.method = "GET", .url = "https://carts.internal/carts/7"});
//   client->inject(headers_out);
//   client.end({.status = 503});  // or {.error_type = "timeout"}, where there was no response
//   server.end({.status = 502});
//
//   http.server.request.duration   histogram, s           http.request.method, url.scheme,
//       http.route, http.response.status_code, error.type, network.protocol.version
//   http.server.active_requests    up-down counter, {request}  http.request.method, url.scheme
//   http.client.request.duration   histogram, s           http.request.method, server.address,
//       server.port, http.response.status_code, error.type, network.protocol.version
//   faas.coldstarts                counter, {coldstart}   faas.trigger; with the first request
//       that an instance answers
//
// They count whether the trace is sampled, dropped or has no memory; exemplars point at sampled
// spans. A recorded span lends its clock reads, so that measuring makes no further host call; one
// that is not recorded reads the clock at its start and at its end. A view renames, drops or trims
// any of them (<afterglow/view.h>). Programs that measure no request do not link this.
//
// Specification: semantic conventions for HTTP metrics (stable, but active_requests) and for FaaS
// metrics (in development), 1.37. What is opt-in there is left out.

#include <afterglow/bound.h>
#include <afterglow/http.h>
#include <afterglow/span.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace afterglow {

/// The conventions' bounds for durations of HTTP requests, in seconds; good for stages, too.
inline constexpr double kDurationBounds[] = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25,
                                             0.5,   0.75, 1,     2.5,  5,     7.5, 10};

namespace record {
struct StatusDigits;
}  // namespace record

namespace detail {

struct RequestInstruments;
class RequestLabels;

/// A copy of a short text. A longer one is not kept at all: half a name is another one's.
template <std::size_t Capacity>
class ShortText {
 public:
  [[nodiscard]] constexpr std::string_view view() const { return {bytes_, size_}; }
  constexpr void assign(std::string_view text) {
    size_ = text.size() <= Capacity ? static_cast<std::uint8_t>(text.size()) : std::uint8_t{0};
    for (std::size_t i = 0; i < size_; ++i) {
      bytes_[i] = text[i];
    }
  }

 private:
  static_assert(Capacity < 256);
  char bytes_[Capacity] = {};
  std::uint8_t size_ = 0;
};

}  // namespace detail

/// A span of an HTTP request, and what is measured of that request. Like a `Span` it can be moved,
/// not copied, and ends what it holds when it is destroyed or assigned to; one kept between steps
/// lives in a `Forever<MeasuredRequest>`. Calls on one that has ended or was moved from do nothing.
///
/// A request that ends without a response or an `error.type` (`end({})`, or by its destructor) has
/// failed: `error.type` is `_OTHER`, on the metric and on the span, and it is active no more.
class MeasuredRequest {
 public:
  /// Routes and addresses that are longer, in bytes, are not on the metrics.
  static constexpr std::size_t kMaxText = 95;

  /// An inert one.
  constexpr MeasuredRequest() = default;
  MeasuredRequest(MeasuredRequest&& other) noexcept;
  /// Ends what this one held.
  MeasuredRequest& operator=(MeasuredRequest&& other) noexcept;
  MeasuredRequest(const MeasuredRequest&) = delete;
  MeasuredRequest& operator=(const MeasuredRequest&) = delete;
  constexpr ~MeasuredRequest() {
    if (telemetry_ != nullptr) {
      end({});
    }
  }

  /// Measure a request that this program answers, from the start of `span`; a moment ago, at best.
  /// Records `request` on the span as `Span::set_http_request` does. Texts are copied. An inert
  /// span measures nothing. Metrics tell schemes other than http and https not at all.
  [[nodiscard]] static MeasuredRequest server(Span span, const HttpRequest& request);

  /// The same for a request that this program makes: no cold start, no active request.
  [[nodiscard]] static MeasuredRequest client(Span span, const HttpRequest& request);

  /// The template of the path that was matched, `/carts/{id}`, on the span and for a server on its
  /// duration: where the route is known only after the request has begun. Never what was sent.
  MeasuredRequest& set_route(std::string_view route);

  /// Record the response as `Span::set_http_response` does, end the span, and measure how long it
  /// took: from the span's start, in seconds, never less than 0. Ending twice is harmless.
  void end(const HttpResponse& response);

  /// The span, valid also after the end, when it has no record any more. End it through `end`.
  [[nodiscard]] Span& span() { return span_; }
  Span* operator->() { return &span_; }
  const Span* operator->() const { return &span_; }

 private:
  MeasuredRequest(Span& span, const HttpRequest& request,
                  const detail::RequestInstruments& instruments);
  [[nodiscard]] detail::RequestLabels labels_of(const HttpResponse& response,
                                                record::StatusDigits& digits) const;

  Span span_;
  Telemetry* telemetry_ = nullptr;  // null when there is nothing to end
  const detail::RequestInstruments* instruments_ = nullptr;
  Bound<UpDownCounter<std::int64_t>> active_;  // the same point at the end as at the start
  std::uint64_t start_nano_ = 0;
  std::string_view method_;  // constants
  std::string_view scheme_;
  detail::ShortText<kMaxText> route_or_address_;
  detail::ShortText<7> protocol_version_;
  std::uint16_t port_ = 0;
};

}  // namespace afterglow
