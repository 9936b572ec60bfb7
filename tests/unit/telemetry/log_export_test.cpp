// What becomes of requests of log records: answers, splits, limits, hooks, other ways out.

#include <doctest/doctest.h>

#include <string>

#include "fixture.h"
#include "log_fixture.h"

namespace afterglow::test {
namespace {

void log_some(Telemetry& telemetry, int count) {
  for (int i = 0; i < count; ++i) {
    telemetry.log(Severity::Info, "record", {}, {}, static_cast<std::uint32_t>(i + 1));
  }
}

}  // namespace

TEST_CASE("logs: answers of the collector") {
  struct Row {
    host::ScriptedAnswer answer;
    FlushStatus status;
    std::uint64_t exported;
    std::uint64_t unknown;
    DropReason reason;
    std::uint64_t dropped;
  };
  const Row rows[] = {
      {{.body = "{}"}, FlushStatus::Sent, 3, 0, DropReason::Rejected, 0},
      {{.body = R"({"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"no"}})"},
       FlushStatus::Partial,
       1,
       0,
       DropReason::Rejected,
       2},
      {{.body = R"({"partialSuccess":{"rejectedLogRecords":9}})"},
       FlushStatus::Failed,
       0,
       0,
       DropReason::Rejected,
       3},
      {{.http_status = 503}, FlushStatus::Failed, 0, 0, DropReason::Refused, 3},
      {{.status = Status::Timeout}, FlushStatus::Failed, 0, 0, DropReason::SendFailed, 3},
      {{.http_status = 0}, FlushStatus::Sent, 0, 3, DropReason::Refused, 0}};
  for (const Row& row : rows) {
    FreshInstance<> fresh;
    fresh.host.answer(row.answer);
    log_some(fresh.telemetry, 3);
    const FlushReport report = fresh.telemetry.flush();
    CHECK(report.status == row.status);
    CHECK(report.logs.exported == row.exported);
    CHECK(report.logs.unknown == row.unknown);
    CHECK(report.logs.dropped(row.reason) == row.dropped);
    CHECK(report.logs.balanced());
    CHECK(report.traces.recorded == 0);
    CHECK(all_free(fresh.telemetry));
  }
}

TEST_CASE("logs: a queued request counts for its own signal") {
  FreshInstance<> fresh;
  fresh.host.host_traits = {.flush = host::FlushMode::OnHook, .reports_results = true};
  fresh.host.default_answer.status = Status::Queued;
  fresh.telemetry.start_span("span").end();
  log_some(fresh.telemetry, 2);
  CHECK(fresh.telemetry.flush().status == FlushStatus::Deferred);
  fresh.host.response_sent(1);
  CHECK(fresh.host.sent_count() == 2);
  CHECK(fresh.telemetry.report().logs.waiting == 2);
  fresh.host.deliver(2, {.body = R"({"partialSuccess":{"rejectedLogRecords":"1"}})"});
  SignalReport logs = fresh.telemetry.report().logs;
  CHECK(logs.exported == 1);
  CHECK(logs.dropped(DropReason::Rejected) == 1);
  CHECK(logs.waiting == 0);
  CHECK(fresh.telemetry.report().traces.waiting == 1);
  fresh.host.deliver(1, {});
  CHECK(fresh.telemetry.report().traces.exported == 1);
}

TEST_CASE("logs: where the guest can wait, traces and logs are sent first, then awaited") {
  FreshInstance<> fresh;
  fresh.host.default_answer.status = Status::Queued;
  fresh.telemetry.start_span("span").end();
  log_some(fresh.telemetry, 2);
  fresh.host.forget_calls();
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.requests == 2);
  CHECK(report.logs.exported == 2);
  CHECK(report.traces.exported == 1);
  CHECK(fresh.host.count(Call::Wait) == 1);
}

TEST_CASE("logs: what does not fit goes into the next request of the same flush") {
  FreshInstance<> fresh;
  for (int i = 0; i < 15; ++i) {
    fresh.telemetry.log(Severity::Info, std::string(600, '\x01'), {{"i", i}});
  }
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.requests > 1);
  CHECK(report.logs.exported == 15);
  std::size_t records = 0;
  for (std::size_t i = 0; i < fresh.host.sent_count(); ++i) {
    const std::string_view body = fresh.host.sent(i).body;
    CHECK(body.starts_with(R"({"resourceLogs":[{"resource":{)"));
    CHECK(body.ends_with("]}]}]}"));
    records += count(body, "\"timeUnixNano\"");
  }
  CHECK(records == 15);
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("logs: one that is too large for a request is dropped, the others leave") {
  FreshInstance<> fresh;
  fresh.host.host_traits.max_send_bytes = 1200;
  fresh.telemetry.log(Severity::Info, "first");
  fresh.telemetry.log(Severity::Info, std::string(1300, 'x'));
  fresh.telemetry.log(Severity::Info, "last");
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.logs.exported == 2);
  CHECK(report.logs.dropped(DropReason::TooLarge) == 1);
  CHECK(report.status == FlushStatus::Partial);
  for (std::size_t i = 0; i < fresh.host.sent_count(); ++i) {
    CHECK(fresh.host.sent(i).body.size() <= 1200);
  }
}

TEST_CASE("logs: a limit nothing fits into drops every record, counted") {
  for (const std::uint32_t limit : {1U, 10U, 300U}) {
    FreshInstance<> fresh;
    fresh.host.host_traits.max_send_bytes = limit;
    log_some(fresh.telemetry, 3);
    const FlushReport report = fresh.telemetry.flush();
    CHECK(report.status == FlushStatus::Failed);
    CHECK(report.logs.dropped(DropReason::TooLarge) == 3);
    CHECK(report.logs.balanced());
    CHECK(all_free(fresh.telemetry));
  }
}

TEST_CASE("logs: an export hook that logs each time comes to an end") {
  struct Loop {
    Telemetry* telemetry = nullptr;
    int calls = 0;
  } loop;
  const ExportHook hook{.send =
                            [](void* context, const host::SendRequest& /*request*/) {
                              auto* self = static_cast<Loop*>(context);
                              ++self->calls;
                              self->telemetry->log(Severity::Info, "sent");
                              return host::SendResult{.status = Status::Ok, .http_status = 200};
                            },
                        .context = &loop};
  FreshInstance<> fresh({.export_hook = hook});
  loop.telemetry = &fresh.telemetry;
  log_some(fresh.telemetry, 3);
  const FlushReport report = fresh.telemetry.flush();
  CHECK(loop.calls == 3);
  CHECK(report.logs.recorded == 6);
  CHECK(report.logs.balanced());
}

TEST_CASE("logs: what shutdown could not send is a line of its own") {
  FreshInstance<> fresh;
  fresh.host.default_answer.status = Status::Unavailable;
  log_some(fresh.telemetry, 2);
  fresh.telemetry.shutdown();
  REQUIRE(fresh.host.line_count() == 2);
  CHECK(fresh.host.line(1) ==
        "afterglow: logs recorded=2 exported=0 unknown=0 waiting=0 dropped.send_failed=2");
}

TEST_CASE("logs: interleaved requests, each record with the ids of its own") {
  constexpr int kRequests = 20;
  FreshInstance<512 * 1024> fresh;
  Span spans[kRequests];
  for (Span& span : spans) {
    span = fresh.telemetry.start_span("root");
  }
  for (int round = 0; round < 2; ++round) {
    for (int i = kRequests - 1; i >= 0; --i) {
      spans[i].log(Severity::Info, i, {{"round", round}});
    }
  }
  std::string ids[kRequests];
  for (int i = 0; i < kRequests; ++i) {
    ids[i] = "\"traceId\":\"" + hex_of(spans[i].context().trace_id.bytes) + "\",\"spanId\":\"" +
             hex_of(spans[i].context().span_id.bytes) + "\"}";
    spans[i].end();
  }
  CHECK(fresh.telemetry.flush().logs.exported == 2 * kRequests);
  std::string all;
  for (std::size_t i = 0; i < fresh.host.sent_count(); ++i) {
    all += fresh.host.sent(i).signal == Signal::Logs ? fresh.host.sent(i).body : "";
  }
  for (int i = 0; i < kRequests; ++i) {
    CHECK(count(all, ids[i]) == 2);
    const std::string begin = "\"body\":{\"intValue\":\"" + std::to_string(i) + "\"}";
    const std::string record = part(all, begin, "\"}");
    CHECK(count(all, begin) == 2);
    CHECK(contains(part(all, begin, "\"spanId\""), ids[i].substr(0, 44)));
  }
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("an event becomes an event of its span too, at the same time, and stays a record") {
  FreshInstance<> fresh({.log = {.as_span_events = true}});
  fresh.host.step_nano = 7;
  Span span = fresh.telemetry.start_span("root");
  span.log(Severity::Info, "body", {{"cart.items", 3}}, {.event_name = "cart.rendered"});
  span.log(Severity::Info, "then", {}, {.event_name = "cart.old", .unix_nano = 12});
  span.log(Severity::Info, "no event");
  fresh.telemetry.log(Severity::Info, "no span", {}, {.event_name = "loose"});
  span.end();
  span.log(Severity::Info, "has ended", {}, {.event_name = "late"});
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.logs.exported == 5);
  const std::string_view logs = fresh.host.sent(1).body;
  const std::string time = part(logs, "\"timeUnixNano\":\"", "\"");
  const std::string events = part(fresh.host.sent(0).body, "\"events\":", "}]}],");
  CHECK(contains(
      fresh.host.sent(0).body,
      "\"events\":[{" + time +
          R"(,"name":"cart.rendered","attributes":[{"key":"cart.items","value":{"intValue":"3"}}]},)"
          R"({"timeUnixNano":"12","name":"cart.old"}])"));
  CHECK(count(logs, "\"eventName\"") == 4);
}

TEST_CASE("without the bridge an event is a record only") {
  FreshInstance<> fresh;
  Span span = fresh.telemetry.start_span("root");
  span.log(Severity::Info, "body", {}, {.event_name = "cart.rendered"});
  span.end();
  fresh.telemetry.flush();
  CHECK_FALSE(contains(fresh.host.sent(0).body, "events"));
  CHECK(contains(fresh.host.sent(1).body, R"("eventName":"cart.rendered","body")"));
}

TEST_CASE("events of unsampled spans are records only") {
  FreshInstance<> fresh({.sampler = kAlwaysOff, .log = {.as_span_events = true}});
  Span span = fresh.telemetry.start_span("root");
  span.log(Severity::Info, "body", {}, {.event_name = "cart.rendered"});
  span.end();
  CHECK(fresh.telemetry.flush().logs.exported == 1);
  CHECK(fresh.host.sent_count() == 1);
}

}  // namespace afterglow::test
