// Log records where tail rules decide about their trace when its root ends.

#include <doctest/doctest.h>

#include "fixture.h"
#include "log_fixture.h"

namespace afterglow::test {
namespace {

constexpr TailRule kErrors[] = {keep_errors("errors")};
constexpr TailPolicy kErrorsOnly{.rules = kErrors, .threshold = kThresholdOfNothing};
constexpr TailPolicy kChance{.rules = kErrors};
constexpr AlwaysRecord kRecord{kAlwaysOff};

SignalReport logs_of(const Telemetry& telemetry) {
  return telemetry.report().logs;
}

}  // namespace

TEST_CASE("records wait while nothing is decided, and stay by default when the trace goes") {
  FreshInstance<> fresh({.tail = kErrorsOnly});
  Span span = fresh.telemetry.start_span("root");
  span.log(Severity::Debug, "waits");
  fresh.telemetry.flush();
  CHECK(logs_of(fresh.telemetry).waiting == 1);
  CHECK(fresh.host.sent_count() == 0);
  span.end();
  CHECK(fresh.telemetry.report().traces.dropped(DropReason::TailDropped) == 1);
  CHECK(logs_of(fresh.telemetry).waiting == 1);
  CHECK(fresh.telemetry.flush().logs.exported == 1);
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("records below a severity go with the trace, those of late spans too") {
  FreshInstance<> fresh({.tail = kErrorsOnly, .log = {.drop_with_trace_below = Severity::Warn}});
  Span span = fresh.telemetry.start_span("root");
  Span late = span.start_child("late");
  span.log(Severity::Info4, "goes");
  span.log(Severity::Warn, "stays");
  span.log(Severity::Unspecified, "stays");
  span.end();
  CHECK(logs_of(fresh.telemetry).dropped(DropReason::TailDropped) == 1);
  CHECK(logs_of(fresh.telemetry).waiting == 2);
  late.log(Severity::Info, "goes");
  late.log(Severity::Error, "stays");
  CHECK(logs_of(fresh.telemetry).dropped(DropReason::TailDropped) == 2);
  CHECK(logs_of(fresh.telemetry).waiting == 3);
  CHECK(logs_of(fresh.telemetry).balanced());
  late.end();
  CHECK(fresh.telemetry.flush().logs.exported == 3);
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("a trace that a rule keeps keeps all its records, whatever the trace filters say") {
  FreshInstance<> fresh({.sampler = kRecord,
                         .tail = kErrorsOnly,
                         .log = {.threshold = kThresholdOfNothing,
                                 .trace_based = true,
                                 .drop_with_trace_below = Severity::Fatal}});
  Span span = fresh.telemetry.start_span("root");
  Span late = span.start_child("late");
  span.log(Severity::Debug, "the way there");
  span.set_status(StatusCode::Error).end();
  late.log(Severity::Debug, "and on");
  late.end();
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.logs.exported == 2);
  CHECK(report.logs.dropped() == 0);
  CHECK(report.traces.exported == 2);
}

TEST_CASE("trace filters run when the root of a dropped trace ends") {
  FreshInstance<> fresh({.tail = kErrorsOnly, .log = {.trace_based = true}});
  Span span = fresh.telemetry.start_span("root");
  Span late = span.start_child("late");
  span.log(Severity::Fatal, "its trace is not exported");
  CHECK(logs_of(fresh.telemetry).waiting == 1);
  span.end();
  CHECK(logs_of(fresh.telemetry).dropped(DropReason::TailDropped) == 1);
  late.log(Severity::Fatal, "neither is this");
  CHECK(logs_of(fresh.telemetry).dropped(DropReason::TailDropped) == 2);
  late.end();
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("the ratio runs when the root of a trace ends that chance kept") {
  FreshInstance<> fresh({.tail = kChance, .log = {.threshold = kThresholdOfNothing}});
  Span span = fresh.telemetry.start_span("root");
  span.log(Severity::Info, "goes");
  span.log(Severity::Warn, "stays");
  CHECK(logs_of(fresh.telemetry).waiting == 2);
  span.end();
  CHECK(logs_of(fresh.telemetry).dropped(DropReason::TailDropped) == 1);
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.logs.exported == 1);
  CHECK(report.traces.exported == 1);
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("shutdown decides, and sends what stays") {
  FreshInstance<> fresh({.tail = kErrorsOnly});
  Span span = fresh.telemetry.start_span("root");
  Span child = span.start_child("child");
  child.log(Severity::Info, "open");
  CHECK(fresh.telemetry.shutdown().logs.exported == 1);
  CHECK(all_free(fresh.telemetry));
}

}  // namespace afterglow::test
