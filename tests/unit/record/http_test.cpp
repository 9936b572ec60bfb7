// What spans record of HTTP, for servers and for clients, and that all of it passes the policy.

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "record/http_url.h"
#include "record/recording.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;

struct Lines {
  std::vector<std::pair<std::string, std::string>> lines;
  mutable std::vector<std::string> asked;

  template <typename F>
  void for_each(std::string_view name, F f) const {
    asked.emplace_back(name);
    for (const auto& [line_name, value] : lines) {
      if (line_name == name) {
        // A value ends with the call.
        const std::string copy = value;
        f(std::string_view(copy));
      }
    }
  }
};

std::string text(const std::string& key, const std::string& value) {
  return R"({"key":")" + key + R"(","value":{"stringValue":")" + value + "\"}}";
}
std::string number(const std::string& key, int value) {
  return R"({"key":")" + key + R"(","value":{"intValue":")" + std::to_string(value) + "\"}}";
}
std::string list(const std::string& key, const std::vector<std::string>& values) {
  std::string joined;
  for (const std::string& value : values) {
    joined += (joined.empty() ? "" : ",") + (R"({"stringValue":")" + value + "\"}");
  }
  return R"({"key":")" + key + R"(","value":{"arrayValue":{"values":[)" + joined + "]}}}";
}
std::string all(const std::vector<std::string>& attributes) {
  std::string joined;
  for (const std::string& attribute : attributes) {
    joined += (joined.empty() ? "" : ",") + attribute;
  }
  return ",\"attributes\":[" + joined + "]";
}

std::string request(SpanKind kind, const HttpRequest& given, const Config& config = {}) {
  Recording r(config);
  r.telemetry.start_span("s", {.kind = kind}).set_http_request(given).end();
  return tail_of_span(r.sent());
}

std::string response(SpanKind kind, const HttpResponse& given) {
  Recording r;
  r.telemetry.start_span("s", {.kind = kind}).set_http_response(given).end();
  return tail_of_span(r.sent());
}

TEST_CASE("a server's request") {
  CHECK(request(SpanKind::Server, {.method = "POST",
                                   .url = "/cart/7?token=abc&page=2#x",
                                   .scheme = "https",
                                   .route = "/cart/{id}",
                                   .server_address = "shop.example",
                                   .user_agent = "curl/8",
                                   .protocol_version = "2"}) ==
        all({text("http.request.method", "POST"), text("url.scheme", "https"),
             text("url.path", "/cart/7"), text("url.query", "token=REDACTED&page=REDACTED"),
             text("server.address", "shop.example"), number("server.port", 443),
             text("http.route", "/cart/{id}"), text("user_agent.original", "curl/8"),
             text("network.protocol.version", "2")}));
  CHECK(request(SpanKind::Server, {.method = "GET", .url = "http://shop.example:8080"}) ==
        all({text("http.request.method", "GET"), text("url.scheme", "http"), text("url.path", "/"),
             text("server.address", "shop.example"), number("server.port", 8080)}));
  CHECK(request(SpanKind::Server,
                {.method = "GET", .scheme = "http", .path = "/a", .query = "b=1"}) ==
        all({text("http.request.method", "GET"), text("url.scheme", "http"), text("url.path", "/a"),
             text("url.query", "b=REDACTED")}));
}

TEST_CASE("a client's request") {
  CHECK(request(
            SpanKind::Client,
            {.method = "GET", .url = "https://u:p@api.example/carts/7?key=k", .resend_count = 2}) ==
        all({text("http.request.method", "GET"),
             text("url.full", "https://api.example/carts/7?key=REDACTED"),
             text("server.address", "api.example"), number("server.port", 443),
             number("http.request.resend_count", 2)}));
  CHECK(request(SpanKind::Client, {.method = "GET",
                                   .url = "ftp://files.example/x",
                                   .server_address = "files",
                                   .server_port = 21}) ==
        all({text("http.request.method", "GET"), text("url.full", "ftp://files.example/x"),
             text("server.address", "files"), number("server.port", 21)}));
}

TEST_CASE("methods: the known ones in their case, the others as _OTHER with the original") {
  for (const char* method :
       {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}) {
    CHECK(request(SpanKind::Client, {.method = method}) ==
          all({text("http.request.method", method)}));
  }
  CHECK(request(SpanKind::Client, {.method = "get"}) ==
        all({text("http.request.method", "_OTHER"), text("http.request.method_original", "get")}));
  CHECK(request(SpanKind::Client, {.method = ""}) == all({text("http.request.method", "_OTHER")}));
}

TEST_CASE("of headers only those on the list are asked for, each line is kept, secrets never") {
  static constexpr std::string_view kListed[] = {"X-Plain", "cookie", "x_under", "Referer"};
  static constexpr RedactionPolicy kPolicy{.headers = kListed};
  Lines headers;
  headers.lines = {{"x-plain", "one"},   {"x-plain", "two"},
                   {"cookie", "id=1"},   {"authorization", "Bearer x"},
                   {"x-under", "three"}, {"referer", "https://h/?q=1"}};
  CHECK(
      request(SpanKind::Server, {.method = "GET", .headers = HttpHeaders(headers)},
              {.redaction = kPolicy}) ==
      all({text("http.request.method", "GET"), list("http.request.header.x-plain", {"one", "two"}),
           list("http.request.header.cookie", {"[REDACTED]"}),
           list("http.request.header.x-under", {"three"}),
           list("http.request.header.referer", {"https://h/?q=REDACTED"})}));
  CHECK(headers.asked == std::vector<std::string>{"x-plain", "cookie", "x-under", "referer"});
}

TEST_CASE("of one header eight lines, and a response's headers") {
  Lines headers;
  headers.lines.assign(9, {"x-cache", "HIT"});
  Recording r;
  r.telemetry.start_span("s").set_http_response({.headers = HttpHeaders(headers)}).end();
  CHECK(tail_of_span(r.sent()) ==
        all({list("http.response.header.x-cache", std::vector<std::string>(8, "HIT"))}));
}

TEST_CASE("what a status code says of the span") {
  const std::string error = R"(,"status":{"code":2})";
  CHECK(response(SpanKind::Server, {.status = 200}) ==
        all({number("http.response.status_code", 200)}));
  CHECK(response(SpanKind::Client, {.status = 399}) ==
        all({number("http.response.status_code", 399)}));
  CHECK(response(SpanKind::Server, {.status = 400}) ==
        all({number("http.response.status_code", 400)}));
  CHECK(response(SpanKind::Server, {.status = 499}) ==
        all({number("http.response.status_code", 499)}));
  CHECK(response(SpanKind::Client, {.status = 400}) ==
        all({number("http.response.status_code", 400), text("error.type", "400")}) + error);
  CHECK(response(SpanKind::Server, {.status = 500}) ==
        all({number("http.response.status_code", 500), text("error.type", "500")}) + error);
  CHECK(response(SpanKind::Client, {.status = 599}) ==
        all({number("http.response.status_code", 599), text("error.type", "599")}) + error);
  CHECK(response(SpanKind::Client, {.error_type = "timeout"}) ==
        all({text("error.type", "timeout")}) + error);
  CHECK(response(SpanKind::Server, {.status = 502, .error_type = "bad_origin"}) ==
        all({number("http.response.status_code", 502), text("error.type", "bad_origin")}) + error);
  CHECK(response(SpanKind::Internal, {}).empty());
}

TEST_CASE("the parts of a URL, and no host that could be a piece of a password") {
  using record::split_url;
  const record::UrlParts whole = split_url("https://h.example:8443/a/b?c=d?e#f");
  CHECK(whole.scheme == "https");
  CHECK(whole.host == "h.example");
  CHECK(whole.port == 8443);
  CHECK(whole.path == "/a/b");
  CHECK(whole.query == "c=d?e");
  CHECK(split_url("http://[2001:db8::1]:80/").host == "2001:db8::1");
  CHECK(split_url("http://[2001:db8::1]:80/").port == 80);
  CHECK(split_url("http://u:p@h/").host == "h");
  CHECK(split_url("http://u:p@q@h/").host == "h");
  for (const char* hidden :
       {"http://u:pa/ss@h/", "http://user:12/ss@h/", "http://u:p@h/x@y", "http://name/rest@h/",
        "http://h:99999/", "http://h:8a/", "http://h h/", "http://[::1", "http://[::1]x",
        "http:///x", "http://", "://", "", "/a?b=http://x", "h:80", "http://h%40x/"}) {
    CAPTURE(hidden);
    CHECK(split_url(hidden).host.empty());
  }
  for (const char* masked :
       {"http://u:12/34@h/x", "http://u:pa/ss@h/x?a", "http://u:12?34@h/", "http://u:p@x/y@h"}) {
    CAPTURE(masked);
    CHECK(split_url(masked).path == "[REDACTED]");
    CHECK(split_url(masked).query.empty());
  }
  CHECK(split_url("https://h/@user?mail=a@b").path == "/@user");
  CHECK(split_url("https://h:80/x?mail=a@b").path == "/x");
  CHECK(split_url("/a?b=http://x").path == "/a");
  CHECK(split_url("?q").query == "q");
  CHECK(split_url("*").path == "*");
  CHECK(split_url(std::string_view("\0\xff?\0", 4)).query.size() == 1);
}

TEST_CASE("inert, ended and full spans take no harm") {
  Span inert;
  inert.set_http_request({.method = "GET"}).set_http_response({.status = 500});
  Recording r;
  Span span = r.telemetry.start_span("s");
  span.end();
  span.set_http_request({.method = "GET"}).set_http_response({.status = 500});
  CHECK(tail_of_span(r.sent()).empty());
  RecordingIn<kMinimumBufferBytes> small;
  Lines headers;
  headers.lines.assign(9, {"accept", std::string(100'000, 'x')});
  Span full = small.telemetry.start_span("s");
  full.set_http_request({.method = std::string(100'000, 'G'), .headers = HttpHeaders(headers)});
  full.end();
  CHECK(tail_of_span(small.sent()) ==
        all({text("http.request.method", "_OTHER")}) + ",\"droppedAttributesCount\":1");
}

}  // namespace
