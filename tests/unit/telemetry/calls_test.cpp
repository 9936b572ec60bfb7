// The sequence of host calls, whole: what the visitor waits for, and what comes after.

#include <doctest/doctest.h>

#include "fixture.h"

namespace afterglow::test {

TEST_CASE("a request makes one random read and clock reads, after the environment is read once") {
  FreshInstance<> fresh({.service_name = "shop"});
  {
    Span server = fresh.telemetry.start_span(
        "GET /", {.kind = SpanKind::Server,
                  .parent = fresh.telemetry.extract(
                      TestHeaders{{{"traceparent", kTraceparent}, {"tracestate", "a=1"}}})});
    Span client = server.start_child("GET", {.kind = SpanKind::Client}, {{"k", "v"}});
    SentHeaders headers;
    client.inject(headers);
    client.set_attribute("a", 1).set_status(StatusCode::Error, "no").update_name("other");
    client.add_event("event");
    client.end();
    server.end();
  }
  // environment, attach (guest-side) | random, wall, monotonic | child, event, child end, root end
  CHECK(fresh.host.calls() ==
        "ea"
        "rwm"
        "mmmm");
  fresh.host.forget_calls();

  fresh.telemetry.flush();  // traits, monotonic clocks for deadlines, platform resource, send
  CHECK(fresh.host.calls() == "tepS");
  fresh.host.forget_calls();

  fresh.telemetry.start_span("second").end();
  CHECK(fresh.host.calls() == "rwmm");
  fresh.host.forget_calls();
  fresh.telemetry.flush();
  CHECK(fresh.host.calls() == "S");
}

TEST_CASE("a program that wants no environment does not ask for it, whatever it says") {
  static constexpr host::Pair kPairs[] = {{"OTEL_SDK_DISABLED", "true"},
                                          {"OTEL_SERVICE_NAME", "theirs"},
                                          {"OTEL_TRACES_EXPORTER", "none"},
                                          {"OTEL_BSP_EXPORT_TIMEOUT", "wrong"}};
  FreshInstance<> fresh({.service_name = "shop", .environment = kNoEnvironment});
  fresh.host.environment = kPairs;
  fresh.telemetry.start_span("GET /").end();
  CHECK(fresh.host.calls() == "arwmm");
  fresh.host.forget_calls();
  CHECK(fresh.telemetry.flush().traces.exported == 1);
  CHECK(fresh.host.calls() == "tpS");
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::ConfigurationInvalid) == 0);
  CHECK(fresh.host.sent(0).body.find("theirs") == std::string_view::npos);
}

TEST_CASE("an unsampled request reads no clock") {
  FreshInstance<> fresh({.sampler = kAlwaysOff});
  Span root = fresh.telemetry.start_span("GET /");
  fresh.host.forget_calls();
  {
    Span child = root.start_child("child", {}, {{"k", "v"}});
    child.set_attribute("a", 1).add_event("event");
    SentHeaders headers;
    child.inject(headers);
  }
  root.end();
  CHECK(fresh.host.calls().empty());
  CHECK(fresh.telemetry.flush().status == FlushStatus::Nothing);
  CHECK(fresh.host.count(Call::Send) == 0);
}

TEST_CASE("nothing happens before the first use") {
  FreshInstance<> fresh;
  CHECK(fresh.telemetry.report().traces.recorded == 0);
  CHECK(fresh.telemetry.page_count() == 0);
  CHECK(fresh.host.calls().empty());
}

TEST_CASE("where the host calls, flush only marks") {
  FreshInstance<> fresh;
  fresh.host.host_traits = {.flush = host::FlushMode::OnHook};
  fresh.telemetry.start_span("GET /").end();
  CHECK(fresh.telemetry.flush().status == FlushStatus::Deferred);
  CHECK(fresh.host.count(Call::Send) == 0);
  CHECK(fresh.host.response_sent(1) == 0);
  CHECK(fresh.host.count(Call::Send) == 1);
}

TEST_CASE("a second Telemetry gets no hooks, says so once, and sends in flush") {
  FreshInstance<> fresh;
  fresh.host.host_traits = {.flush = host::FlushMode::OnHook};
  fresh.host.attach_succeeds = false;
  fresh.telemetry.start_span("GET /").end();
  CHECK(fresh.telemetry.flush().status == FlushStatus::Sent);
  CHECK(fresh.host.line_count() == 1);
  CHECK(fresh.host.line(0) ==
        "afterglow: a second Telemetry in this module gets no host hooks: call flush() on it");
  fresh.telemetry.start_span("GET /").end();
  fresh.telemetry.flush();
  CHECK(fresh.host.line_count() == 1);
}

}  // namespace afterglow::test
