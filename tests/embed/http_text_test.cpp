// What a module may put into a request of the host.

#include "http_text.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace std::string_view_literals;
using namespace afterglow::embed;

TEST_CASE("paths stay below the destination") {
  for (const auto path : {""sv, "/"sv, "/v1/traces"sv, "/v1/traces?tenant=a/../b"sv, "/a..b/.c"sv,
                          "/..."sv, "/%2e%2e%2e"sv}) {
    CAPTURE(path);
    CHECK(is_request_path(path));
  }
  for (const auto path :
       {"v1/traces"sv, "/a b"sv, "/a\r\nX: y"sv, "/a\0b"sv, "/a#b"sv, "/a\\..\\b"sv, "/.."sv,
        "/../admin"sv, "/v1/.."sv, "/v1/../admin"sv, "/./a"sv, "/%2e%2E/admin"sv, "/.%2e"sv,
        "/%2E"sv, "/..?x"sv, "@evil.example/"sv, ":80/"sv, "/\xc3\xa4"sv, "?x"sv}) {
    CAPTURE(path);
    CHECK_FALSE(is_request_path(path));
  }
}

TEST_CASE("base URLs") {
  for (const auto url : {"http://localhost:4318"sv, "https://otel.example/base/"sv,
                         "HTTP://[::1]:1"sv, "http://user:pass@host"sv}) {
    CAPTURE(url);
    CHECK(is_base_url(url));
  }
  for (const auto url : {""sv, "localhost:4318"sv, "ftp://host"sv, "file:///etc/passwd"sv,
                         "http://"sv, "http:///path"sv, "http://host?x"sv, "http://host#x"sv,
                         "http://ho st"sv, "http://host\n"sv}) {
    CAPTURE(url);
    CHECK_FALSE(is_base_url(url));
  }
}

TEST_CASE("this machine itself") {
  CHECK(is_loopback_url("http://127.0.0.1:4318/v1"));
  CHECK(is_loopback_url("http://LocalHost"));
  CHECK(is_loopback_url("https://[::1]:4318"));
  CHECK_FALSE(is_loopback_url("http://localhost.example"));
  CHECK_FALSE(is_loopback_url("http://otel:4318/localhost"));
}

TEST_CASE("header lines") {
  const auto lines = parse_header_text("x-a\0one\0X-B\0\0"sv);
  REQUIRE(lines);
  CHECK(*lines == HeaderLines{{"x-a", "one"}, {"X-B", ""}});
  CHECK(parse_header_text("")->empty());
  for (const auto text : {"x-a"sv, "x-a\0one"sv, "\0one\0"sv, "x a\0one\0"sv, "x:a\0one\0"sv,
                          "x-a\0one\r\ny: z\0"sv, "x-a\0o\x7f-\0"sv, "x-a\0one\0tail"sv}) {
    CAPTURE(text);
    CHECK_FALSE(parse_header_text(text));
  }
}

TEST_CASE("headers of the transport, in any case") {
  CHECK(is_transport_header("Host"));
  CHECK(is_transport_header("content-LENGTH"));
  CHECK(is_transport_header("transfer-encoding"));
  CHECK_FALSE(is_transport_header("x-host"));
  CHECK_FALSE(is_transport_header("authorization"));
}

}  // namespace
