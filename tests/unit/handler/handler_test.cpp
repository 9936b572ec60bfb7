// Runs the handler that the README shows. It is compiled as it stands, but its main() is called
// readme_main().

#include <doctest/doctest.h>
#include <fake_host.h>

#include <string_view>

#include "surroundings.h"

constinit const Headers headers_in{.traceparent =
                                       "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"};
constinit Headers headers_out;

int readme_main();

namespace {

constinit std::size_t bodies_before_response = 1;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

void send_response() {
  bodies_before_response = afterglow::host::fake_host().sent_count();
}

TEST_CASE("the README's handler answers first and exports then") {
  afterglow::host::FakeHost& host = afterglow::host::fake_host();
  host.reset();

  CHECK(readme_main() == 0);

  CHECK(bodies_before_response == 0);
  REQUIRE(host.sent_count() == 3);
  const std::string_view body = host.sent(0).body;
  CHECK(contains(body, R"("parentSpanId":"b7ad6b7169203331")"));
  CHECK(contains(body, R"({"key":"url.path","value":{"stringValue":"/cart"}})"));
  CHECK(contains(body, R"({"key":"server.address","value":{"stringValue":"carts.internal"}})"));
  CHECK(contains(body, R"({"key":"http.response.status_code","value":{"intValue":"502"}})"));
  CHECK(contains(body, R"({"key":"deployment.environment.name")"));
  CHECK(contains(host.sent(1).body, R"("body":{"stringValue":"no cart"})"));
  const std::string_view metrics = host.sent(2).body;
  for (const std::string_view name :
       {"cart.cache.lookups", "cart.items", "http.server.request.duration",
        "http.server.active_requests", "http.client.request.duration", "faas.coldstarts"}) {
    CHECK(contains(metrics, name));
  }

  const std::string_view injected = headers_out.written;
  CHECK(injected.starts_with("00-0af7651916cd43dd8448eb211c80319c-"));
  CHECK(injected.ends_with("-01"));
  REQUIRE(injected.size() == 55);
  CHECK(contains(body, injected.substr(36, 16)));  // the client span, not the server's caller
}
