// What becomes of each answer, and of requests whose answer comes later or never.

#include "export/exporter.h"

#include <doctest/doctest.h>
#include <fake_host.h>

#include <cstdint>
#include <string>
#include <vector>

namespace {

using afterglow::Diagnostic;
using afterglow::DropReason;
using afterglow::Signal;
using afterglow::base::Diagnostics;
using afterglow::exporter::Exporter;
using afterglow::exporter::Outcome;
using afterglow::exporter::Target;
using afterglow::host::fake_host;
using afterglow::host::FakeHost;
using afterglow::host::FlushMode;
using afterglow::host::SendResult;
using afterglow::host::Status;

constexpr std::uint32_t kItems = 10;
constexpr std::uint64_t kNanoPerMs = 1'000'000;

struct Fixture {
  Fixture() {
    host.reset();
    host.step_nano = 0;
    host.host_traits = {.flush = FlushMode::SendAndForget, .reports_results = true};
  }
  Outcome send(std::uint32_t items = kItems) {
    return exporter.send(target, Signal::Traces, "{}", items, answer);
  }

  FakeHost& host = fake_host();
  Diagnostics diagnostics;
  Exporter exporter{diagnostics};
  Target target{.destination = "otel", .timeout_ms = 1000, .hook = {}};
  char answer[256] = {};
};

// Every item is in exactly one column.
void check_outcome(const Outcome& outcome, std::uint64_t exported, std::uint64_t unknown,
                   std::uint64_t waiting, std::uint64_t dropped) {
  CHECK(outcome.exported == exported);
  CHECK(outcome.unknown == unknown);
  CHECK(outcome.waiting == waiting);
  CHECK(outcome.dropped == dropped);
}

TEST_CASE("what the host is asked to send") {
  Fixture f;
  CHECK(f.exporter.send(f.target, Signal::Traces, "{\"a\":1}", 1, f.answer).exported == 1);
  (void)f.exporter.send(f.target, Signal::Metrics, "m", 1, f.answer);
  (void)f.exporter.send(f.target, Signal::Logs, "l", 1, f.answer);
  CHECK(f.host.calls() == "tSSS");  // the traits are asked once
  CHECK(f.host.sent(0).signal == Signal::Traces);
  CHECK(f.host.sent(0).destination == "otel");
  CHECK(f.host.sent(0).path == "/v1/traces");
  CHECK(f.host.sent(1).path == "/v1/metrics");
  CHECK(f.host.sent(2).path == "/v1/logs");
  CHECK(f.host.sent(0).content_type == "application/json");
  CHECK(f.host.sent(0).body == "{\"a\":1}");
  CHECK(f.host.sent(0).timeout_ms == 1000);
  CHECK(f.host.sent(0).want_result);
  using namespace std::string_view_literals;
  CHECK(f.host.sent(0).headers == "user-agent\0afterglow/0.1.0 OTel-OTLP-Exporter-cpp/0.1.0\0"sv);
}

TEST_CASE("every 2xx is success, everything else is refused, nothing is tried again") {
  for (std::uint32_t status = 100; status < 600; ++status) {
    CAPTURE(status);
    Fixture f;
    f.host.answer({.http_status = status});
    const Outcome outcome = f.send();
    CHECK(f.host.sent_count() == 1);
    if (status >= 200 && status <= 299) {
      check_outcome(outcome, kItems, 0, 0, 0);
      CHECK(f.diagnostics.count(Diagnostic::ExportRefused) == 0);
    } else {
      check_outcome(outcome, 0, 0, 0, kItems);
      CHECK(outcome.reason == DropReason::Refused);
      CHECK(f.diagnostics.count(Diagnostic::ExportRefused) == 1);
    }
  }
}

TEST_CASE("an answer without a status says nothing: unknown") {
  Fixture f;
  f.host.answer({.http_status = 0});
  check_outcome(f.send(), 0, kItems, 0, 0);
}

TEST_CASE("each error of the host drops the items, counted") {
  for (const Status status :
       {Status::InvalidArgument, Status::NotFound, Status::BufferTooSmall, Status::Unsupported,
        Status::MemoryFault, Status::Limit, Status::Timeout, Status::Unavailable, Status::Denied,
        Status::Again, Status::Internal}) {
    Fixture f;
    f.host.answer({.status = status});
    const Outcome outcome = f.send();
    check_outcome(outcome, 0, 0, 0, kItems);
    CHECK(outcome.reason == DropReason::SendFailed);
    CHECK(f.diagnostics.count(Diagnostic::SendFailed) == 1);
  }
}

TEST_CASE("partial success: rejected items are dropped, never more than there were") {
  const struct {
    const char* body;
    std::uint64_t rejected;
    std::uint32_t noticed;
  } cases[] = {
      {"{}", 0, 0},
      {"{\"partialSuccess\":{\"rejectedSpans\":\"3\"}}", 3, 1},
      {"{\"partialSuccess\":{\"rejectedSpans\":10}}", 10, 1},
      {"{\"partialSuccess\":{\"rejectedSpans\":\"11\"}}", 10, 1},
      {"{\"partialSuccess\":{\"rejectedSpans\":\"9223372036854775807\"}}", 10, 1},
      {"{\"partialSuccess\":{\"rejectedSpans\":0,\"errorMessage\":\"soon too old\"}}", 0, 1},
      {"not json at all", 0, 0},
  };
  for (const auto& one : cases) {
    CAPTURE(one.body);
    Fixture f;
    f.host.answer({.body = one.body});
    const Outcome outcome = f.send();
    check_outcome(outcome, kItems - one.rejected, 0, 0, one.rejected);
    CHECK((one.rejected == 0 || outcome.reason == DropReason::Rejected));
    CHECK(f.diagnostics.count(Diagnostic::PartialSuccess) == one.noticed);
  }
}

TEST_CASE("a partial success of a refused request is not read") {
  Fixture f;
  f.host.answer({.http_status = 400, .body = "{\"partialSuccess\":{\"rejectedSpans\":\"3\"}}"});
  check_outcome(f.send(), 0, 0, 0, kItems);
  CHECK(f.diagnostics.count(Diagnostic::PartialSuccess) == 0);
}

SendResult result(std::uint64_t ticket, Status status = Status::Ok, std::uint32_t http = 200) {
  return {.status = status, .http_status = http, .ticket = ticket};
}

TEST_CASE("a queued request waits for its ticket, once") {
  Fixture f;
  f.host.default_answer.status = Status::Queued;
  check_outcome(f.send(4), 0, 0, 4, 0);
  check_outcome(f.send(5), 0, 0, 5, 0);
  Outcome outcome;
  CHECK_FALSE(f.exporter.finish(result(0), {}, outcome));
  CHECK_FALSE(f.exporter.finish(result(3), {}, outcome));
  CHECK_FALSE(f.exporter.finish(result(UINT64_MAX), {}, outcome));
  REQUIRE(f.exporter.finish(result(2), {}, outcome));
  check_outcome(outcome, 5, 0, 0, 0);
  CHECK_FALSE(f.exporter.finish(result(2), {}, outcome));
  REQUIRE(f.exporter.finish(result(1, Status::Unavailable, 0), {}, outcome));
  check_outcome(outcome, 0, 0, 0, 4);
  CHECK(outcome.reason == DropReason::SendFailed);
}

TEST_CASE("a host that reports no results leaves the outcome unknown") {
  Fixture f;
  f.host.host_traits.reports_results = false;
  f.host.default_answer.status = Status::Queued;
  check_outcome(f.send(), 0, kItems, 0, 0);
  CHECK_FALSE(f.host.sent(0).want_result);
}

TEST_CASE("more requests than can be remembered are unknown, and a finished one makes room") {
  Fixture f;
  f.host.default_answer.status = Status::Queued;
  for (std::size_t i = 0; i < Exporter::kMaxInFlight; ++i) {
    check_outcome(f.send(), 0, 0, kItems, 0);
  }
  check_outcome(f.send(), 0, kItems, 0, 0);
  CHECK_FALSE(f.host.sent(Exporter::kMaxInFlight).want_result);
  Outcome outcome;
  CHECK(f.exporter.finish(result(3), {}, outcome));
  check_outcome(f.send(), 0, 0, kItems, 0);
}

TEST_CASE("an overdue request is unknown after twice its timeout, not before") {
  Fixture f;
  f.host.default_answer.status = Status::Queued;
  const std::uint64_t start = f.host.monotonic_nano;
  (void)f.send(3);
  f.host.monotonic_nano = start + 2000 * kNanoPerMs - 1;
  Outcome outcome;
  CHECK_FALSE(f.exporter.expire(false, outcome));
  f.host.monotonic_nano = start + 2000 * kNanoPerMs;
  REQUIRE(f.exporter.expire(false, outcome));
  check_outcome(outcome, 0, 3, 0, 0);
  CHECK_FALSE(f.exporter.expire(false, outcome));
  CHECK_FALSE(f.exporter.finish(result(1), {}, outcome));  // too late
}

TEST_CASE("the longest timeout does not wrap around") {
  Fixture f;
  f.target.timeout_ms = UINT32_MAX;
  f.host.default_answer.status = Status::Queued;
  (void)f.send();
  f.host.monotonic_nano += UINT32_MAX * kNanoPerMs;
  Outcome outcome;
  CHECK_FALSE(f.exporter.expire(false, outcome));
  f.host.monotonic_nano += UINT32_MAX * kNanoPerMs;
  CHECK(f.exporter.expire(false, outcome));
}

TEST_CASE("with nothing in flight, expiry reads no clock; the last expiry takes all") {
  Fixture f;
  Outcome outcome;
  CHECK_FALSE(f.exporter.expire(false, outcome));
  CHECK_FALSE(f.exporter.expire(true, outcome));
  CHECK(f.host.calls().empty());
  f.host.default_answer.status = Status::Queued;
  (void)f.send(1);
  (void)f.send(2);
  f.host.forget_calls();
  std::uint64_t unknown = 0;
  while (f.exporter.expire(true, outcome)) {
    unknown += outcome.unknown;
  }
  CHECK(unknown == 3);
  CHECK(f.host.calls().empty());
}

TEST_CASE("where the guest waits, each answer gets its own bytes") {
  Fixture f;
  f.host.host_traits = {.flush = FlushMode::WaitForAnswer};
  f.host.default_answer.status = Status::Queued;
  for (int i = 0; i < 3; ++i) {
    check_outcome(f.send(), 0, 0, kItems, 0);
  }
  f.host.waited_answer = {.body = "{\"partialSuccess\":{\"rejectedSpans\":\"4\"}}"};
  std::uint64_t exported = 0;
  std::uint64_t dropped = 0;
  const auto apply = [&](const Outcome& outcome) {
    exported += outcome.exported;
    dropped += outcome.dropped;
  };
  f.exporter.wait(1000, f.answer, apply);
  CHECK(exported == 18);
  CHECK(dropped == 12);
  const std::size_t length = f.host.waited_answer.body.size();
  for (const std::size_t end : {length, 2 * length, 3 * length}) {
    CHECK(f.answer[end - 1] == '\0');  // where each was closed to be read
  }
  f.host.forget_calls();
  f.exporter.wait(1000, f.answer, apply);  // nothing left: no host call
  CHECK(f.host.calls().empty());
}

TEST_CASE("a host that cannot wait after all leaves requests in flight") {
  Fixture f;
  f.host.host_traits = {.flush = FlushMode::WaitForAnswer};
  f.host.default_answer.status = Status::Queued;
  (void)f.send(2);
  f.host.wait_status = Status::Unsupported;
  int outcomes = 0;
  f.exporter.wait(1000, f.answer, [&](const Outcome&) { ++outcomes; });
  CHECK(outcomes == 0);
  Outcome outcome;
  REQUIRE(f.exporter.expire(true, outcome));
  CHECK(outcome.unknown == 2);
}

TEST_CASE("an answer longer than its memory is read no further than that") {
  Fixture f;
  f.target.hook = {.send = [](void*, const afterglow::host::SendRequest&) -> SendResult {
    return {.status = Status::Ok, .http_status = 200, .answer_length = UINT32_MAX};
  }};
  check_outcome(f.send(), kItems, 0, 0, 0);
  CHECK(f.exporter.send(f.target, Signal::Traces, "{}", 1, {}).exported == 1);
}

TEST_CASE("what an export hook has queued is unknown: nobody will tell") {
  Fixture f;
  f.host.host_traits = {.flush = FlushMode::WaitForAnswer, .reports_results = true};
  f.target.hook = {.send = [](void*, const afterglow::host::SendRequest& request) -> SendResult {
    CHECK_FALSE(request.want_result);
    return {.status = Status::Queued, .ticket = 1};
  }};
  check_outcome(f.send(), 0, kItems, 0, 0);
  CHECK(f.host.sent_count() == 0);
}

}  // namespace
