// Exporting metrics: when, what becomes of what is not accepted, and the books.

#include "metric_fixture.h"

namespace afterglow::test {
namespace {

constexpr host::ScriptedAnswer status(std::uint32_t http_status) {
  return {.status = Status::Ok, .http_status = http_status};
}

// The document of the last request.
std::string_view last_body(const FakeHost& host) {
  return host.sent(host.sent_count() - 1).body;
}

}  // namespace

TEST_CASE("intervals have neither gaps nor overlaps") {
  FreshInstance<> fresh(kEveryFlush);
  fresh.host.wall_nano = 100;
  fresh.telemetry.add(kLookups, 1);
  fresh.host.wall_nano = 200;
  fresh.telemetry.flush();
  fresh.telemetry.add(kLookups, 2);
  fresh.telemetry.flush();  // the clock stands still: intervals are never empty
  fresh.host.wall_nano = 300;
  fresh.telemetry.flush();  // nothing happened: nothing is sent
  fresh.host.wall_nano = 400;
  fresh.telemetry.add(kLookups, 3);
  fresh.telemetry.flush();
  REQUIRE(fresh.host.sent_count() == 3);
  CHECK(quoted_of(fresh.host.sent(0).body, "startTimeUnixNano") == "100 ");
  CHECK(quoted_of(fresh.host.sent(0).body, "timeUnixNano") == "200 ");
  CHECK(quoted_of(fresh.host.sent(1).body, "startTimeUnixNano") == "200 ");
  CHECK(quoted_of(fresh.host.sent(1).body, "timeUnixNano") == "201 ");
  CHECK(quoted_of(fresh.host.sent(2).body, "startTimeUnixNano") == "300 ");
  CHECK(quoted_of(fresh.host.sent(2).body, "timeUnixNano") == "400 ");
  const FlushReport report = fresh.telemetry.report();
  check_books(report);
  CHECK(report.metrics.exported == 3);
  CHECK(report.metrics.recorded == 3);
}

TEST_CASE("metrics leave after so many milliseconds, or so many requests") {
  FreshInstance<> fresh({.metrics = {.every_requests = 3}});
  fresh.host.wall_nano = 1;
  fresh.telemetry.add(kLookups, 1);
  CHECK(fresh.telemetry.flush().status == FlushStatus::Nothing);
  CHECK(fresh.telemetry.flush().status == FlushStatus::Nothing);
  CHECK(fresh.telemetry.flush().status == FlushStatus::Sent);
  fresh.telemetry.add(kLookups, 1);
  fresh.host.wall_nano += 60'000 * kMillisecond - 1;
  CHECK(fresh.telemetry.flush().requests == 0);
  fresh.host.wall_nano += 2;  // the interval before ended a nanosecond after it began
  CHECK(fresh.telemetry.flush().requests == 1);
  fresh.telemetry.add(kLookups, 1);
  CHECK(fresh.telemetry.flush().requests == 0);
  fresh.telemetry.export_metrics_next();
  CHECK(fresh.telemetry.flush().requests == 1);
  fresh.telemetry.add(kLookups, 1);
  CHECK(fresh.telemetry.flush().requests == 0);
  fresh.host.wall_nano += 60'001 * kMillisecond;
  CHECK(fresh.telemetry.flush().requests == 1);
  fresh.telemetry.add(kLookups, 1);
  fresh.host.wall_nano = 7;  // the clock was set back
  CHECK(fresh.telemetry.flush().requests == 1);
  CHECK(fresh.telemetry.report().metrics.exported == 5);
}

TEST_CASE("shutdown exports whatever the time") {
  FreshInstance<> fresh;
  fresh.telemetry.start_span("GET /").end();
  fresh.telemetry.add(kLookups, 1);
  CHECK(fresh.telemetry.flush().metrics.recorded == 0);
  const FlushReport report = fresh.telemetry.shutdown();
  CHECK(report.status == FlushStatus::Sent);
  CHECK(report.metrics.exported == 1);
  check_books(report);
  CHECK(fresh.host.line_count() == 0);
  CHECK(fresh.host.sent(1).path == "/v1/metrics");
}

TEST_CASE("a delta that was definitely not accepted is merged into the next") {
  for (const host::ScriptedAnswer answer :
       {status(401), status(404), status(429), status(503), status(302),
        host::ScriptedAnswer{.status = Status::Unavailable},
        host::ScriptedAnswer{.status = Status::Denied},
        host::ScriptedAnswer{.status = Status::Limit}}) {
    CAPTURE(answer.http_status);
    FreshInstance<> fresh(kEveryFlush);
    fresh.host.wall_nano = 100;
    fresh.telemetry.add(kLookups, 1);
    fresh.telemetry.add(kOpen, 5);
    fresh.telemetry.record(kItems, 2);
    fresh.host.wall_nano = 200;
    fresh.host.answer(answer);
    FlushReport report = fresh.telemetry.flush();
    check_books(report);
    CHECK(report.status == FlushStatus::Failed);
    CHECK(report.metrics.recorded == 3);
    CHECK(report.metrics.waiting == 2);
    CHECK(report.metrics_returned == 2);
    CHECK(report.metrics.dropped() == 1);  // the cumulative one: the next tells what it told
    fresh.telemetry.add(kLookups, 2);
    fresh.host.wall_nano = 300;
    report = fresh.telemetry.flush();
    check_books(report);
    CHECK(report.status == FlushStatus::Sent);
    CHECK(report.metrics.exported == 3);
    CHECK(report.metrics.recorded == 4);
    CHECK(report.metrics_returned == 0);
    CHECK(integers_of(last_body(fresh.host)) == "3 5 ");
    CHECK(quoted_of(last_body(fresh.host), "startTimeUnixNano") == "100 100 100 ");
    CHECK(quoted_of(last_body(fresh.host), "count") == "1 ");
  }
}

TEST_CASE("of an ambiguous outcome nothing is told again, and it is counted") {
  for (const host::ScriptedAnswer answer : {status(500), status(502), status(504), status(408),
                                            host::ScriptedAnswer{.status = Status::Timeout},
                                            host::ScriptedAnswer{.status = Status::Internal},
                                            host::ScriptedAnswer{.status = Status::Queued}}) {
    CAPTURE(answer.http_status);
    CAPTURE(static_cast<int>(answer.status));
    FreshInstance<> fresh(kEveryFlush);
    fresh.host.host_traits = {.flush = host::FlushMode::SendAndForget};
    fresh.telemetry.add(kLookups, 1);
    fresh.host.answer(answer);
    FlushReport report = fresh.telemetry.flush();
    check_books(report);
    CHECK(report.metrics.unknown == 1);
    CHECK(report.metrics.waiting == 0);
    fresh.telemetry.add(kLookups, 2);
    report = fresh.telemetry.flush();
    CHECK(integers_of(last_body(fresh.host)) == "2 ");
    CHECK(report.metrics.exported == 1);
    CHECK(report.metrics.recorded == 2);
  }
}

TEST_CASE("what the collector will never take is dropped") {
  for (const std::uint32_t code : {400U, 413U, 422U}) {
    FreshInstance<> fresh(kEveryFlush);
    fresh.telemetry.add(kLookups, 1);
    fresh.host.answer(status(code));
    FlushReport report = fresh.telemetry.flush();
    check_books(report);
    CHECK(report.status == FlushStatus::Failed);
    CHECK(report.metrics.dropped(DropReason::Refused) == 1);
    fresh.telemetry.add(kLookups, 2);
    report = fresh.telemetry.flush();
    CHECK(integers_of(last_body(fresh.host)) == "2 ");
  }
}

TEST_CASE("a partial success is never merged") {
  FreshInstance<> fresh(kEveryFlush);
  fresh.telemetry.add(kLookups, 1);
  fresh.telemetry.add(kCost, 1);
  fresh.telemetry.add(kLookups, 1, {{"a", 1}});
  fresh.host.answer({.body = R"({"partialSuccess":{"rejectedDataPoints":"2"}})"});
  FlushReport report = fresh.telemetry.flush();
  check_books(report);
  CHECK(report.status == FlushStatus::Partial);
  CHECK(report.metrics.exported == 1);
  CHECK(report.metrics.dropped(DropReason::Rejected) == 2);
  fresh.telemetry.add(kLookups, 5);
  fresh.telemetry.flush();
  CHECK(integers_of(last_body(fresh.host)) == "5 ");
}

TEST_CASE("shutdown waits once more for answers before it collects") {
  FreshInstance<> fresh(kEveryFlush);
  fresh.host.host_traits = {.flush = host::FlushMode::WaitForAnswer};
  fresh.host.default_answer = {.status = Status::Queued};
  fresh.host.wait_status = Status::Timeout;
  fresh.telemetry.add(kLookups, 1);
  CHECK(fresh.telemetry.flush().metrics.waiting == 1);
  fresh.telemetry.add(kLookups, 2);
  fresh.host.wait_status = Status::Ok;
  fresh.host.waited_answer = status(503);
  fresh.telemetry.shutdown();
  CHECK(integers_of(last_body(fresh.host)) == "3 ");
}

TEST_CASE("after the last collection nothing can be merged: it is dropped and told") {
  FreshInstance<> fresh(kEveryFlush);
  fresh.telemetry.add(kLookups, 1);
  fresh.host.answer(status(503));
  const FlushReport report = fresh.telemetry.shutdown();
  check_books(report);
  CHECK(report.metrics.dropped(DropReason::Refused) == 1);
  CHECK(report.metrics.waiting == 0);
  bool told = false;
  for (std::size_t i = 0; i < fresh.host.line_count(); ++i) {
    told = told || contains(fresh.host.line(i), "afterglow: metrics recorded=1 exported=0");
  }
  CHECK(told);
}

TEST_CASE("answers that come later settle what they are about") {
  FreshInstance<> fresh(kEveryFlush);
  fresh.host.host_traits = {.flush = host::FlushMode::OnHook, .reports_results = true};
  fresh.host.default_answer = {.status = Status::Queued};
  fresh.host.wall_nano = 100;
  fresh.telemetry.add(kLookups, 1);
  CHECK(fresh.telemetry.flush().status == FlushStatus::Deferred);
  fresh.host.wall_nano = 200;
  fresh.host.response_sent(1);
  CHECK(fresh.telemetry.report().metrics.waiting == 1);
  fresh.telemetry.add(kLookups, 2);  // while the first is in flight
  fresh.telemetry.add(kCost, 1.5);
  fresh.host.wall_nano = 300;
  fresh.host.response_sent(2);
  CHECK(integers_of(last_body(fresh.host)).empty());  // the point in flight is not told twice
  CHECK(contains(last_body(fresh.host), "cart.cost"));
  fresh.host.deliver(1, status(503));
  CHECK(fresh.telemetry.report().metrics_returned == 1);
  fresh.host.deliver(2, status(200));
  fresh.host.wall_nano = 400;
  fresh.host.response_sent(3);
  CHECK(integers_of(last_body(fresh.host)) == "3 ");
  CHECK(quoted_of(last_body(fresh.host), "startTimeUnixNano") == "100 ");
  fresh.host.deliver(3, status(200));
  const FlushReport report = fresh.telemetry.report();
  check_books(report);
  CHECK(report.metrics.exported == 2);
  CHECK(report.metrics.waiting == 0);
  CHECK(report.metrics.recorded == 2);
}

TEST_CASE("shutdown settles what is in flight before it collects the last time") {
  FreshInstance<> fresh(kEveryFlush);
  fresh.host.host_traits = {.reports_results = true};
  fresh.host.answer({.status = Status::Queued});
  fresh.telemetry.add(kLookups, 1);
  fresh.telemetry.flush();
  fresh.telemetry.add(kLookups, 2);
  const FlushReport report = fresh.telemetry.shutdown();
  check_books(report);
  CHECK(integers_of(last_body(fresh.host)) == "2 ");
  CHECK(report.metrics.unknown == 1);
  CHECK(report.metrics.exported == 1);
}

TEST_CASE("a host that can wait answers in the same flush, and once more at shutdown") {
  FreshInstance<> fresh(kEveryFlush);
  fresh.host.host_traits = {.flush = host::FlushMode::WaitForAnswer};
  fresh.host.default_answer = {.status = Status::Queued};
  fresh.host.waited_answer = status(503);
  fresh.telemetry.add(kLookups, 1);
  CHECK(fresh.telemetry.flush().metrics_returned == 1);
  fresh.host.waited_answer = status(200);
  fresh.telemetry.add(kLookups, 2);
  const FlushReport report = fresh.telemetry.shutdown();
  check_books(report);
  CHECK(integers_of(last_body(fresh.host)) == "3 ");
  CHECK(report.metrics.exported == 1);
}

}  // namespace afterglow::test
