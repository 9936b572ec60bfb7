#pragma once

// HTTP requests on spans: what OpenTelemetry's conventions ask for, through the policy of
// redaction.
//
//   server.set_http_request({.method = "GET", .url = "/cart?user=7", .scheme = "https",
//                            .route = "/cart", .headers = HttpHeaders(headers_in)});
//   client.set_http_request({.method = "GET", .url = "https://carts.internal/carts/7"});
//   client.set_http_response({.status = 503});
//
// The kind of the span decides: a server records `url.scheme`, `url.path` and `url.query`, anything
// else `url.full`, `server.address` and `server.port`. URLs lose user info, fragments and the
// values of query parameters that are not on the policy's list; of headers only those on its list
// are even asked for. Specification: semantic conventions for HTTP spans (stable), 1.37.

#include <afterglow/carrier.h>
#include <afterglow/propagation.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace afterglow {

/// The headers of a request or response, by a carrier's reader. Lives only as long as the call.
class HttpHeaders {
 public:
  constexpr HttpHeaders() = default;
  template <HeaderSource Headers>
  explicit constexpr HttpHeaders(const Headers& headers) : source_(headers) {}

  [[nodiscard]] constexpr const std::optional<IncomingHeaders>& source() const { return source_; }

 private:
  std::optional<IncomingHeaders> source_;
};

/// What is empty or zero is not recorded.
struct HttpRequest {
  /// As it stands in the request. What is none of RFC 9110's methods or PATCH is recorded as
  /// `_OTHER`, with the original beside it.
  std::string_view method;
  /// An absolute URL, or a request target: `/path?query`. The parts below win over it.
  std::string_view url = {};
  std::string_view scheme = {};
  std::string_view path = {};
  std::string_view query = {};           ///< Without its `?`.
  std::string_view route = {};           ///< The template, `/carts/{id}`; never what was sent.
  std::string_view server_address = {};  ///< Else the host of an absolute URL.
  std::uint16_t server_port = 0;         ///< Else the URL's, else the scheme's, with an address.
  std::string_view user_agent = {};
  std::string_view protocol_version = {};  ///< `1.1`, `2`, `3`.
  std::uint32_t resend_count = 0;          ///< How often this request was sent before.
  HttpHeaders headers = {};
};

struct HttpResponse {
  /// The status code: from 500 on an error, for a server; from 400 on, for anything else.
  /// `error.type` is the code then; a message that the status has stays. 0: there is no response.
  std::uint32_t status = 0;
  /// What went wrong where the code does not say it, such as `timeout`: makes the span an error.
  std::string_view error_type = {};
  HttpHeaders headers = {};
};

}  // namespace afterglow
