// The names that Prometheus has for measured requests: those of the table in sdk/README.md.

#include <afterglow/prometheus.h>

#include <string>

#include "request_fixture.h"

namespace afterglow::test {

TEST_CASE("measured requests have the names on a page for Prometheus that the README tells") {
  StillInstance fresh({.metrics = {.reader = MetricReader::pull()}});
  MeasuredRequest server =
      MeasuredRequest::server(fresh.telemetry.start_span("GET /cart", {.kind = SpanKind::Server}),
                              {.method = "GET", .scheme = "https", .route = "/cart"});
  fresh.telemetry.add(kLookups, 1, {{"cache.hit", false}});
  MeasuredRequest::client(server->start_child("GET"),
                          {.method = "GET", .url = "https://carts.internal/"})
      .end({.status = 200});
  server.end({.status = 502});
  static char page[8 * 1024];
  const std::size_t size = write_prometheus(fresh.telemetry, PrometheusFormat::Text, page);
  REQUIRE(size <= sizeof page);
  const std::string_view text(page, size);
  const std::string served =
      R"({error_type="502",http_request_method="GET",http_response_status_code="502",)"
      R"(http_route="/cart",url_scheme="https")";
  CHECK(contains(text, "http_server_request_duration_seconds_count" + served + "} 1\n"));
  CHECK(contains(text, "http_server_request_duration_seconds_sum" + served + "} 0"));
  CHECK(
      contains(text, "http_server_request_duration_seconds_bucket" + served + R"(,le="0.005"} 1)"));
  CHECK(contains(text,
                 R"(http_server_active_requests{http_request_method="GET",url_scheme="https"} 0)"));
  CHECK(contains(text, R"(http_client_request_duration_seconds_count{http_request_method="GET",)"
                       R"(http_response_status_code="200",server_address="carts.internal",)"
                       R"(server_port="443"} 1)"));
  CHECK(contains(text, R"(faas_coldstarts_total{faas_trigger="http"} 1)"));
  CHECK(contains(text, R"(cart_cache_lookups_total{cache_hit="false"} 1)"));
}

}  // namespace afterglow::test
