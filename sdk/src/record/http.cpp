// What `Span` records of HTTP.

#include <afterglow/http.h>
#include <afterglow/semconv.h>
#include <afterglow/span.h>

#include "record/attribute_list.h"
#include "record/http_headers.h"
#include "record/http_rules.h"
#include "record/http_url.h"
#include "record/span_data.h"

namespace afterglow {
namespace {

namespace sc = semconv;
using record::UrlParts;

void set_if(Span& span, const Key& key, std::string_view text) {
  if (!text.empty()) {
    span.set_attribute(key, text);
  }
}

std::string_view first_of(std::string_view first, std::string_view second) {
  return first.empty() ? second : first;
}

void set_server(Span& span, const HttpRequest& request, const UrlParts& parts) {
  const record::ServerEndpoint server = record::server_of(request, parts);
  set_if(span, sc::server::kAddress, server.address);
  if (server.port != 0) {
    span.set_attribute(sc::server::kPort, server.port);
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

}  // namespace

Span& Span::set_http_request(const HttpRequest& request) {
  record::SpanRecord* span = recording();
  if (span == nullptr) {
    return *this;
  }
  const std::string_view method = record::method_name(request.method);
  set_attribute(sc::http::kRequestMethod, method);
  if (method != request.method) {
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
  if (response.status != 0) {
    set_attribute(sc::http::kResponseStatusCode, response.status);
  }
  record::StatusDigits digits;
  const std::string_view error =
      record::error_type_of(response, span->kind == SpanKind::Server, digits);
  if (!error.empty()) {
    set_attribute(sc::error::kType, error);
    if (span->status != StatusCode::Error) {  // whose message is the program's
      set_status(StatusCode::Error);
    }
  }
  if (response.headers.source().has_value()) {
    record::set_headers(*recorder_, *span, "http.response.header.", *response.headers.source());
  }
  return *this;
}

}  // namespace afterglow
