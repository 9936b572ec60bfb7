// One instance, many requests at once: none sees another's data, and all memory comes back.

#include <doctest/doctest.h>

#include <string>

#include "fixture.h"

namespace afterglow::test {
namespace {

std::string traceparent_of(int request) {
  char id[] = "00-000000000000000000000000000000ff-00000000000000ff-01";
  const char digits[] = "0123456789abcdef";
  id[33] = digits[request / 16];
  id[34] = digits[request % 16];
  id[50] = digits[request / 16];
  id[51] = digits[request % 16];
  return id;
}

}  // namespace

TEST_CASE("fifty interleaved requests, each span in its own trace below its own parent") {
  constexpr int kRequests = 50;
  FreshInstance<512 * 1024> fresh;
  Span servers[kRequests];
  Span clients[kRequests];
  std::string ids[kRequests];
  for (int i = 0; i < kRequests; ++i) {
    ids[i] = traceparent_of(i + 1);
    servers[i] = fresh.telemetry.start_span(
        "server " + std::to_string(i),
        {.kind = SpanKind::Server,
         .parent = fresh.telemetry.extract(TestHeaders{{{"traceparent", ids[i]}}})});
  }
  for (int i = kRequests - 1; i >= 0; --i) {
    clients[i] = servers[i].start_child("client " + std::to_string(i));
  }
  for (int i = 0; i < kRequests; i += 2) {
    clients[i].set_attribute("request", i);
    servers[i].end();  // before its child
  }
  for (int i = 0; i < kRequests; ++i) {
    clients[i].end();
    servers[i].end();
  }
  CHECK(fresh.telemetry.flush().traces.exported == 2 * kRequests);
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
  CHECK(fresh.telemetry.report().traces.balanced());

  std::string all;
  for (std::size_t i = 0; i < fresh.host.sent_count(); ++i) {
    all += fresh.host.sent(i).body;
  }
  for (int i = 0; i < kRequests; ++i) {
    const std::size_t at = all.find("\"name\":\"client " + std::to_string(i) + "\"");
    REQUIRE(at != std::string::npos);
    const std::string span = all.substr(all.rfind("{\"traceId\"", at), at);
    CHECK(span.substr(12, 32) == ids[i].substr(3, 32));
    char parent[16];
    servers[i].context().span_id.to_hex(parent);
    CHECK(span.find("\"parentSpanId\":\"" + std::string(parent, 16)) != std::string::npos);
  }
}

TEST_CASE("a request that is under way keeps its memory while others are flushed") {
  FreshInstance<> fresh;
  Span slow = fresh.telemetry.start_span("slow");
  slow.set_attribute("kept", "yes");
  for (int i = 0; i < 1000; ++i) {
    fresh.telemetry.start_span("quick").end();
    fresh.telemetry.flush();
  }
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count() - 1);
  CHECK(slow.is_recording());
  slow.end();
  fresh.telemetry.flush();
  const std::string_view last = fresh.host.sent(fresh.host.sent_count() - 1).body;
  CHECK(last.find(R"("name":"slow")") != std::string_view::npos);
  CHECK(last.find(R"("key":"kept")") != std::string_view::npos);
  CHECK(fresh.telemetry.report().traces.exported == 1001);
}

TEST_CASE("flush leaves open spans open, and spans whose root is open waiting") {
  FreshInstance<> fresh;
  Span root = fresh.telemetry.start_span("root");
  root.start_child("child").end();
  const FlushReport first = fresh.telemetry.flush();
  CHECK(first.status == FlushStatus::Nothing);
  CHECK(first.traces.open == 1);
  CHECK(first.traces.waiting == 1);
  Span late = root.start_child("late");
  root.end();
  CHECK(fresh.telemetry.flush().traces.exported == 2);
  late.set_attribute("still", "open");
  late.end();
  CHECK(fresh.telemetry.flush().traces.exported == 3);
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
}

}  // namespace afterglow::test
