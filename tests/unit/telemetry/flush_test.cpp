// What becomes of requests: accepted, refused, queued, lost, split.

#include <doctest/doctest.h>

#include <string>

#include "fixture.h"

namespace afterglow::test {
namespace {

// Record and end `count` spans in traces of their own.
void record(Telemetry& telemetry, int count) {
  for (int i = 0; i < count; ++i) {
    telemetry.start_span("span").end();
  }
}

}  // namespace

TEST_CASE("a request is a POST of OTLP/JSON to the destination of the configuration") {
  FreshInstance<> fresh({.destination = "otel", .timeout_ms = 1234});
  record(fresh.telemetry, 1);
  fresh.telemetry.flush();
  const host::Sent& sent = fresh.host.sent(0);
  CHECK(sent.signal == Signal::Traces);
  CHECK(sent.destination == "otel");
  CHECK(sent.path == "/v1/traces");
  CHECK(sent.content_type == "application/json");
  using namespace std::string_view_literals;
  CHECK(sent.headers == "user-agent\0afterglow/0.1.0 OTel-OTLP-Exporter-cpp/0.1.0\0"sv);
  CHECK(sent.timeout_ms == 1234);
  CHECK(fresh.host.traits_destination() == "otel");
}

TEST_CASE("answers of the collector") {
  struct Row {
    host::ScriptedAnswer answer;
    FlushStatus status;
    std::uint64_t exported;
    std::uint64_t unknown;
    DropReason reason;
    std::uint64_t dropped;
  };
  const Row rows[] = {
      {{.body = "{}"}, FlushStatus::Sent, 3, 0, DropReason::Refused, 0},
      {{.http_status = 204, .body = ""}, FlushStatus::Sent, 3, 0, DropReason::Refused, 0},
      {{.body = R"({"partialSuccess":{"rejectedSpans":"2","errorMessage":"no"}})"},
       FlushStatus::Partial,
       1,
       0,
       DropReason::Rejected,
       2},
      {{.body = R"({"partialSuccess":{"rejectedSpans":99}})"},
       FlushStatus::Failed,
       0,
       0,
       DropReason::Rejected,
       3},
      {{.body = R"({"partialSuccess":{"errorMessage":"careful"}})"},
       FlushStatus::Sent,
       3,
       0,
       DropReason::Rejected,
       0},
      {{.http_status = 400}, FlushStatus::Failed, 0, 0, DropReason::Refused, 3},
      {{.http_status = 413}, FlushStatus::Failed, 0, 0, DropReason::Refused, 3},
      {{.http_status = 500}, FlushStatus::Failed, 0, 0, DropReason::Refused, 3},
      {{.http_status = 302}, FlushStatus::Failed, 0, 0, DropReason::Refused, 3},
      {{.status = Status::Unavailable}, FlushStatus::Failed, 0, 0, DropReason::SendFailed, 3},
      {{.status = Status::Timeout}, FlushStatus::Failed, 0, 0, DropReason::SendFailed, 3},
      {{.status = Status::NotFound}, FlushStatus::Failed, 0, 0, DropReason::SendFailed, 3},
      {{.status = static_cast<Status>(77)}, FlushStatus::Failed, 0, 0, DropReason::SendFailed, 3},
      {{.http_status = 0}, FlushStatus::Sent, 0, 3, DropReason::Refused, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.answer.http_status);
    CAPTURE(static_cast<int>(row.answer.status));
    FreshInstance<> fresh;
    fresh.host.answer(row.answer);
    record(fresh.telemetry, 3);
    const FlushReport report = fresh.telemetry.flush();
    CHECK(report.status == row.status);
    CHECK(report.requests == 1);
    CHECK(report.traces.exported == row.exported);
    CHECK(report.traces.unknown == row.unknown);
    CHECK(report.traces.dropped(row.reason) == row.dropped);
    CHECK(report.traces.balanced());
    CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
  }
}

TEST_CASE("send and forget: the outcome stays unknown") {
  FreshInstance<> fresh;
  fresh.host.host_traits = {.flush = host::FlushMode::SendAndForget};
  fresh.host.default_answer.status = Status::Queued;
  record(fresh.telemetry, 2);
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.status == FlushStatus::Sent);
  CHECK(report.traces.unknown == 2);
  CHECK_FALSE(fresh.host.sent(0).want_result);
}

TEST_CASE("queued requests wait for their result") {
  FreshInstance<> fresh;
  fresh.host.host_traits = {.flush = host::FlushMode::OnHook, .reports_results = true};
  fresh.host.default_answer.status = Status::Queued;
  record(fresh.telemetry, 2);
  fresh.host.response_sent(1);
  CHECK(fresh.host.sent(0).want_result);
  CHECK(fresh.telemetry.report().traces.waiting == 2);
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
  fresh.host.deliver(99, {});  // not ours
  CHECK(fresh.telemetry.report().traces.waiting == 2);
  fresh.host.deliver(1, {.body = R"({"partialSuccess":{"rejectedSpans":"1"}})"});
  fresh.host.deliver(1, {});  // a second time
  const SignalReport traces = fresh.telemetry.report().traces;
  CHECK(traces.exported == 1);
  CHECK(traces.dropped(DropReason::Rejected) == 1);
  CHECK(traces.balanced());
}

TEST_CASE("a result that never comes is unknown after twice the timeout") {
  FreshInstance<> fresh({.timeout_ms = 10});
  fresh.host.host_traits = {.flush = host::FlushMode::OnHook, .reports_results = true};
  fresh.host.default_answer.status = Status::Queued;
  record(fresh.telemetry, 1);
  fresh.host.response_sent(1);
  fresh.host.response_sent(2);
  CHECK(fresh.telemetry.report().traces.waiting == 1);
  fresh.host.monotonic_nano += 20'000'000;
  fresh.host.response_sent(3);
  CHECK(fresh.telemetry.report().traces.unknown == 1);
  CHECK(fresh.telemetry.report().traces.balanced());
}

TEST_CASE("more requests in flight than can be remembered become unknown") {
  FreshInstance<> fresh;
  fresh.host.host_traits = {.flush = host::FlushMode::OnHook, .reports_results = true};
  fresh.host.default_answer.status = Status::Queued;
  for (int i = 0; i < 10; ++i) {
    record(fresh.telemetry, 1);
    fresh.host.response_sent(1);
  }
  CHECK(fresh.telemetry.report().traces.waiting == 8);
  CHECK(fresh.telemetry.report().traces.unknown == 2);
}

TEST_CASE("where the guest can wait, all requests are sent first and then awaited together") {
  FreshInstance<16 * 1024> fresh;
  fresh.host.default_answer.status = Status::Queued;
  fresh.host.waited_answer.body = R"({"partialSuccess":{"rejectedSpans":1}})";
  const std::string name(700, 'n');
  for (int i = 0; i < 5; ++i) {
    fresh.telemetry.start_span(name).end();
    fresh.telemetry.start_span(name).end();
    fresh.host.forget_calls();
    const std::uint64_t dropped = fresh.telemetry.report().traces.dropped();
    const FlushReport report = fresh.telemetry.flush();
    CHECK(fresh.host.count(Call::Wait) == 1);
    CHECK(report.traces.dropped(DropReason::Rejected) == dropped + report.requests);
    CHECK(report.traces.waiting == 0);
    CHECK(report.traces.balanced());
  }
}

TEST_CASE("what does not fit the outbox goes into the next request of the same flush") {
  FreshInstance<> fresh;
  for (int i = 0; i < 20; ++i) {
    Span span = fresh.telemetry.start_span("span");
    span.set_attribute("escaped", std::string(600, '\x01'));  // six characters each in JSON
  }
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.requests == fresh.host.sent_count());
  CHECK(report.requests > 1);
  CHECK(report.traces.exported == 20);
  std::size_t spans = 0;
  for (std::size_t i = 0; i < fresh.host.sent_count(); ++i) {
    const std::string_view body = fresh.host.sent(i).body;
    CHECK(body.starts_with(R"({"resourceSpans":[{"resource":{)"));
    CHECK(body.ends_with("]}]}]}"));
    for (std::size_t at = 0; (at = body.find("\"spanId\"", at)) != std::string_view::npos; ++at) {
      ++spans;
    }
  }
  CHECK(spans == 20);
}

TEST_CASE("the host's limit on bytes splits requests too") {
  FreshInstance<> fresh;
  fresh.host.host_traits.max_send_bytes = 1200;
  record(fresh.telemetry, 6);
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.traces.exported == 6);
  CHECK(report.requests > 1);
  for (std::size_t i = 0; i < fresh.host.sent_count(); ++i) {
    CHECK(fresh.host.sent(i).body.size() <= 1200);
  }
}

TEST_CASE("a limit nothing fits into drops every span, counted") {
  for (const std::uint32_t limit : {1U, 10U, 300U, 400U, 480U}) {
    FreshInstance<> fresh;
    fresh.host.host_traits.max_send_bytes = limit;
    record(fresh.telemetry, 3);
    const FlushReport report = fresh.telemetry.flush();
    CHECK(report.status == FlushStatus::Failed);
    CHECK(report.traces.dropped(DropReason::TooLarge) == 3);
    CHECK(report.traces.balanced());
    CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
  }
}

TEST_CASE("an export hook gets the encoded request instead of the host") {
  struct Captured {
    std::string body;
    int calls = 0;
  } captured;
  const ExportHook hook{.send =
                            [](void* context, const host::SendRequest& request) {
                              auto* out = static_cast<Captured*>(context);
                              out->body = request.body;
                              ++out->calls;
                              return host::SendResult{.status = Status::Ok, .http_status = 200};
                            },
                        .context = &captured};
  FreshInstance<> fresh({.export_hook = hook});
  record(fresh.telemetry, 1);
  CHECK(fresh.telemetry.flush().traces.exported == 1);
  CHECK(captured.calls == 1);
  CHECK(captured.body.starts_with("{\"resourceSpans\":"));
  CHECK(fresh.host.count(Call::Send) == 0);
}

TEST_CASE("flush with nothing, flush twice") {
  FreshInstance<> fresh;
  CHECK(fresh.telemetry.flush().status == FlushStatus::Nothing);
  record(fresh.telemetry, 1);
  CHECK(fresh.telemetry.flush().requests == 1);
  CHECK(fresh.telemetry.flush().requests == 0);
  CHECK(fresh.host.sent_count() == 1);
}

TEST_CASE("shutdown exports open spans, marked, and drops what comes later") {
  FreshInstance<> fresh;
  Span open = fresh.telemetry.start_span("open");
  Span child = open.start_child("child");
  const FlushReport report = fresh.telemetry.shutdown();
  CHECK(report.traces.exported == 2);
  CHECK(report.traces.open == 0);
  CHECK(fresh.host.line_count() == 0);
  child.set_attribute("too", "late");
  child.end();
  open.end();
  Span late = fresh.telemetry.start_span("late");
  CHECK_FALSE(late.is_recording());
  CHECK_FALSE(late.context().is_sampled());
  Span below = open.start_child("below");
  const SignalReport traces = fresh.telemetry.report().traces;
  CHECK(traces.dropped(DropReason::Shutdown) == 2);
  CHECK(traces.balanced());
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
  CHECK(fresh.telemetry.shutdown().requests == 0);
}

TEST_CASE("what shutdown could not send is one log line of counts") {
  FreshInstance<> fresh;
  fresh.host.default_answer.status = Status::Unavailable;
  record(fresh.telemetry, 2);
  fresh.telemetry.shutdown();
  REQUIRE(fresh.host.line_count() == 2);
  CHECK(fresh.host.line(0) == "afterglow: a request could not be sent (host status 9)");
  CHECK(fresh.host.line(1) ==
        "afterglow: traces recorded=2 exported=0 unknown=0 waiting=0 dropped.send_failed=2");
}

TEST_CASE("diagnostics go to the program's handler, each at powers of two") {
  std::string lines;
  const DiagnosticHandler handler{
      .handle =
          [](void* context, Diagnostic /*kind*/, std::string_view line) {
            static_cast<std::string*>(context)->append(line) += '\n';
          },
      .context = &lines};
  FreshInstance<> fresh({.diagnostics = handler});
  fresh.host.default_answer.http_status = 503;
  for (int i = 0; i < 9; ++i) {
    record(fresh.telemetry, 1);
    fresh.telemetry.flush();
  }
  CHECK(lines ==
        "afterglow: the collector refused a request (HTTP status 503)\n"
        "afterglow: the collector refused a request (HTTP status 503), 2 times so far\n"
        "afterglow: the collector refused a request (HTTP status 503), 4 times so far\n"
        "afterglow: the collector refused a request (HTTP status 503), 8 times so far\n");
  CHECK(fresh.host.line_count() == 0);
}

}  // namespace afterglow::test
