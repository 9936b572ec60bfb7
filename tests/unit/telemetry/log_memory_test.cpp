// Log records where memory is short: the books, and what is dropped whole.

#include <doctest/doctest.h>

#include <string>

#include "fixture.h"
#include "log_fixture.h"

namespace afterglow::test {

TEST_CASE("the books balance and all memory comes back, however little there is") {
  FreshInstance<8 * 1024> fresh;
  std::uint32_t seed = 1;
  const std::string text(3000, 'x');
  Span spans[4];
  for (int i = 0; i < 5000; ++i) {
    seed = seed * 1'664'525 + 1'013'904'223;
    Span& span = spans[seed >> 8U & 3U];
    const std::string_view body(text.data(), (seed >> 12U) % text.size());
    switch (seed >> 28U) {
      case 0:
        span = fresh.telemetry.start_span("root");
        break;
      case 1:
        span.end();
        break;
      case 2:
        fresh.telemetry.flush();
        break;
      case 3:
        fresh.telemetry.log(Severity::Warn, body, {{"text", body}}, {}, seed);
        break;
      default:
        span.log(Severity::Info, body, {{"text", body}}, {.event_name = "e"}, seed);
    }
    REQUIRE(fresh.telemetry.report().logs.balanced());
    REQUIRE(fresh.telemetry.report().traces.balanced());
  }
  CHECK(fresh.telemetry.report().logs.dropped(DropReason::NoMemory) > 0);
  CHECK(fresh.telemetry.report().logs.dropped(DropReason::TraceFull) > 0);
  CHECK(fresh.telemetry.report().logs.exported > 0);
  for (Span& span : spans) {
    span.end();
  }
  fresh.telemetry.flush();
  CHECK(fresh.telemetry.report().logs.waiting == 0);
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("a body too large for the memory drops the record whole") {
  FreshInstance<16 * 1024> fresh;
  fresh.telemetry.log(Severity::Error, std::string(200'000, 'x'), {{"a", 1}});
  CHECK(fresh.telemetry.report().logs.dropped() == 1);
  CHECK(all_free(fresh.telemetry));
  Span span = fresh.telemetry.start_span("root");
  const std::size_t pages = fresh.telemetry.free_pages();
  span.log(Severity::Error, std::string(200'000, 'x'), {{"a", 1}});
  CHECK(fresh.telemetry.free_pages() == pages);
  CHECK(fresh.telemetry.report().logs.dropped() == 2);
  CHECK(fresh.telemetry.report().logs.recorded == 2);
  CHECK(fresh.telemetry.flush().logs.waiting == 0);
}

TEST_CASE("an attribute too large for the memory is dropped alone") {
  FreshInstance<16 * 1024> fresh;
  fresh.telemetry.log(Severity::Error, "stays",
                      {{"a", 1}, {"large", std::string(200'000, 'x')}, {"b", 2}});
  CHECK(fresh.telemetry.flush().logs.exported == 1);
  CHECK(contains(fresh.host.sent(0).body,
                 R"({"key":"b","value":{"intValue":"2"}}],"droppedAttributesCount":1)"));
}

}  // namespace afterglow::test
