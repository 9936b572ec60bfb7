// A collector's URL, taken apart.

#include "config/endpoint.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using afterglow::config::Endpoint;
using afterglow::config::parse_endpoint;
using namespace std::string_view_literals;

void check(std::string_view url, bool is_base, std::string_view origin, std::string_view path) {
  CAPTURE(url);
  const Endpoint endpoint = parse_endpoint(url, is_base);
  CHECK(endpoint.origin == origin);
  CHECK(endpoint.path == path);
}

TEST_CASE("scheme and host, and what comes behind") {
  check("http://c:4318", true, "http://c:4318", "");
  check("https://c/", true, "https://c", "");
  check("https://c//", true, "https://c", "");
  check("HTTPS://c/otlp/", true, "HTTPS://c", "/otlp");
  check("https://[::1]:4318/a/b", true, "https://[::1]:4318", "/a/b");
  check("https://c/v1/traces", false, "https://c", "/v1/traces");
  check("https://c/v1/", false, "https://c", "/v1/");
  check("https://c", false, "https://c", "");
  check("https://c/a?b=c:d@e", false, "https://c", "/a?b=c:d@e");
}

TEST_CASE("what is no usable URL") {
  const std::string_view bad[] = {
      ""sv,           "c:4318"sv,          "//c"sv,        "ftp://c"sv,       "http:/c"sv,
      "http://"sv,    "http:///a"sv,       "https://"sv,   "http://:80"sv,    "http://a b"sv,
      "http://a#b"sv, "http://a\\b"sv,     "http://u@h"sv, "http://u:p@h/"sv, "http://h\n"sv,
      "http://h\0"sv, "http://\xC3\xA4"sv, "http://a\""sv, "http://<a>"sv,    "http://h?q"sv,
      "httpx://h"sv};
  for (const std::string_view url : bad) {
    check(url, true, "", "");
    check(url, false, "", "");
  }
  check("https://c/a?b", true, "", "");  // nothing can be appended behind a query
  check("http://" + std::string(100'000, '/'), true, "", "");
}

}  // namespace
