// Logs from C: log_c_calls.c is compiled as C and calls the public entry points.

#include <afterglow/log_c.h>
#include <doctest/doctest.h>

#include <string>

#include "fixture.h"
#include "log_c_calls.h"
#include "log_fixture.h"

namespace afterglow::test {
namespace {

constinit Buffer<64 * 1024> buffer;
constinit Telemetry c_telemetry{buffer,
                                {.log = {.minimum_severity = Severity::Info, .per_site = 4}}};

}  // namespace

// One test, because who serves is the whole program's.
TEST_CASE("C: calls before anybody serves are counted, then records arrive like any other") {
  fake_host().reset();
  FakeHost& host = fake_host();
  log_plain_from_c("too early");
  log_plain_from_c("too early");
  CHECK(host.calls().empty());
  c_telemetry.serve_c_log();
  CHECK(host.calls().empty());
  CHECK(c_telemetry.report().logs.dropped(DropReason::Disabled) == 2);

  log_plain_from_c("no \"answer\"");
  CHECK(c_telemetry.flush().logs.exported == 1);
  CHECK(contains(host.sent(0).body,
                 R"("severityNumber":17,"severityText":"ERROR","eventName":"cart.failed",)"
                 R"("body":{"stringValue":"no \"answer\""}})"));
  CHECK_FALSE(contains(host.sent(0).body, "traceId"));

  log_attributes_from_c(AFTERGLOW_LOG_MAX_ATTRIBUTES);
  log_attributes_from_c(AFTERGLOW_LOG_MAX_ATTRIBUTES + 1);
  c_telemetry.flush();
  CHECK(count(host.sent(1).body, R"({"key":"0","value":{"stringValue":"0"}})") == 2);
  CHECK(count(host.sent(1).body, "\"key\"") ==
        2 * AFTERGLOW_LOG_MAX_ATTRIBUTES + count(host.sent(0).body, "\"key\""));
  CHECK(count(host.sent(1).body, "\"droppedAttributesCount\":1}") == 1);

  log_nonsense_from_c();
  CHECK(c_telemetry.flush().logs.exported == 6);
  CHECK(count(host.sent(2).body, "\"severityNumber\"") == 1);
  CHECK(contains(host.sent(2).body, R"("droppedAttributesCount":1)"));  // a key without a name

  afterglow_log_event(AFTERGLOW_DEBUG, "e", 1, "below", 5);
  CHECK(c_telemetry.report().logs.waiting == 0);
  for (int i = 0; i < 6; ++i) {
    log_plain_from_c("storm");
    afterglow_log_event(AFTERGLOW_ERROR, "other", 5, "another place", 13);
  }
  const SignalReport logs = c_telemetry.report().logs;
  CHECK(logs.waiting == 8);
  CHECK(logs.dropped(DropReason::RateLimited) == 4);
  CHECK(logs.balanced());
  c_telemetry.flush();
}

}  // namespace afterglow::test
