// What `Span` records of HTTP.

#include <afterglow/http.h>
#include <afterglow/semconv.h>
#include <afterglow/span.h>

#include "record/attribute_list.h"
#include "record/http_headers.h"
#include "record/http_url.h"
#include "record/span_data.h"

namespace afterglow {
namespace {

namespace sc = semconv;
using record::UrlParts;

// The methods of RFC 9110 and RFC 5789, whose case counts.
constexpr std::string_view kMethods[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                         "CONNECT", "OPTIONS", "TRACE", "PATCH"};

bool is_known(std::string_view method) {
  for (const std::string_view known : kMethods) {
    if (method == known) {
      return true;
    }
  }
  return false;
}

void set_if(Span& span, const Key& key, std::string_view text) {
  if (!text.empty()) {
    span.set_attribute(key, text);
  }
}

std::string_view first_of(std::string_view first, std::string_view second) {
  return first.empty() ? second : first;
}

void set_server(Span& span, const HttpRequest& request, const UrlParts& parts) {
  const std::string_view address = first_of(request.server_address, parts.host);
  if (address.empty()) {
    return;
  }
  span.set_attribute(sc::server::kAddress, address);
  std::uint16_t port = request.server_port != 0 ? request.server_port : parts.port;
  if (port == 0) {
    port = record::port_of_scheme(first_of(request.scheme, parts.scheme));
  }
  if (port != 0) {
    span.set_attribute(sc::server::kPort, port);
  }
}

void set_url(Span& span, const HttpRequest& request, const UrlParts& parts, bool is_server) {
  if (!is_server) {
    set_if(span, sc::url::kFull, request.url);
    return;
  }
  set_if(span, sc::url::kScheme, first_of(request.scheme, parts.scheme));
  const std::string_view path = first_of(request.path, parts.path);
  set_if(span, sc::url::kPath, path.empty() && !request.url.empty() ? "/" : path);
  set_if(span, sc::url::kQuery, first_of(request.query, parts.query));
}

// The digits of a number at the end of `out`.
template <std::size_t N>
std::string_view digits_of(std::uint32_t number, char (&out)[N]) {
  char* at = out + N;
  do {
    *--at = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  return {at, static_cast<std::size_t>(out + N - at)};
}

}  // namespace

Span& Span::set_http_request(const HttpRequest& request) {
  record::SpanRecord* span = recording();
  if (span == nullptr) {
    return *this;
  }
  const bool known = is_known(request.method);
  set_attribute(sc::http::kRequestMethod, known ? request.method : "_OTHER");
  if (!known) {
    set_if(*this, sc::http::kRequestMethodOriginal, request.method);
  }
  const UrlParts parts = record::split_url(request.url);
  set_url(*this, request, parts, span->kind == SpanKind::Server);
  set_server(*this, request, parts);
  set_if(*this, sc::http::kRoute, request.route);
  set_if(*this, sc::user_agent::kOriginal, request.user_agent);
  set_if(*this, sc::network::kProtocolVersion, request.protocol_version);
  if (request.resend_count != 0) {
    set_attribute(sc::http::kRequestResendCount, request.resend_count);
  }
  if (request.headers.source().has_value()) {
    record::set_headers(*recorder_, *span, "http.request.header.", *request.headers.source());
  }
  return *this;
}

Span& Span::set_http_response(const HttpResponse& response) {
  record::SpanRecord* span = recording();
  if (span == nullptr) {
    return *this;
  }
  constexpr std::uint32_t kServerError = 500;
  constexpr std::uint32_t kClientError = 400;
  if (response.status != 0) {
    set_attribute(sc::http::kResponseStatusCode, response.status);
  }
  const bool is_error =
      response.status >= (span->kind == SpanKind::Server ? kServerError : kClientError);
  if (is_error || !response.error_type.empty()) {
    char digits[10];
    set_attribute(sc::error::kType,
                  first_of(response.error_type, digits_of(response.status, digits)));
    set_status(StatusCode::Error);
  }
  if (response.headers.source().has_value()) {
    record::set_headers(*recorder_, *span, "http.response.header.", *response.headers.source());
  }
  return *this;
}

}  // namespace afterglow
