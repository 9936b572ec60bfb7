// Measured requests that overlap, are moved, end twice or never: what is active comes back to 0,
// and each is measured once.

#include <type_traits>
#include <utility>

#include "request_fixture.h"

namespace afterglow::test {
namespace {

static_assert(!std::is_copy_constructible_v<MeasuredRequest>);
static_assert(!std::is_copy_assignable_v<MeasuredRequest>);
static_assert(std::is_nothrow_move_constructible_v<MeasuredRequest>);
static_assert(std::is_nothrow_move_assignable_v<MeasuredRequest>);
[[maybe_unused]] constinit Forever<MeasuredRequest> kept_between_steps;

MeasuredRequest serve(Telemetry& telemetry) {
  return MeasuredRequest::server(telemetry.start_span("GET /", {.kind = SpanKind::Server}),
                                 {.method = "GET", .scheme = "http"});
}

/// The sum of active requests as the next export tells it.
std::string active(StillInstance& fresh) {
  fresh.telemetry.flush();
  return integers_of(metric_of(last_metrics(fresh.host), kActiveRequests));
}

/// How many requests the last export told, and with which attributes.
std::string counts(const StillInstance& fresh) {
  return quoted_of(metric_of(last_metrics(fresh.host), kServerDuration), "count");
}
std::string sets(const StillInstance& fresh) {
  return sets_of(metric_of(last_metrics(fresh.host), kServerDuration));
}

}  // namespace

TEST_CASE("requests that overlap are active together, and each is measured on its own") {
  StillInstance fresh(kEveryFlush);
  MeasuredRequest first = serve(fresh.telemetry);
  MeasuredRequest second = serve(fresh.telemetry);
  CHECK(active(fresh) == "2 ");
  fresh.host.monotonic_nano += 20 * kMillisecond;
  first.end({.status = 200});
  CHECK(active(fresh) == "1 ");
  CHECK(contains(metric_of(last_metrics(fresh.host), kServerDuration), R"("sum":0.02,)"));
  fresh.host.monotonic_nano += 20 * kMillisecond;
  second.end({.status = 500});
  CHECK(active(fresh) == "0 ");
  CHECK(contains(metric_of(last_metrics(fresh.host), kServerDuration), R"("sum":0.04,)"));
  CHECK(sets(fresh) ==
        "http.request.method=GET,url.scheme=http,http.response.status_code=500,error.type=500;");
  serve(fresh.telemetry).end({.status = 200});
  CHECK(active(fresh) == "0 ");
  CHECK(counts(fresh) == "1 ");
}

TEST_CASE("a request that ends without a response has failed, on metric and span") {
  StillInstance fresh(kEveryFlush);
  {
    MeasuredRequest dropped = serve(fresh.telemetry);
  }
  serve(fresh.telemetry).end({});
  CHECK(active(fresh) == "0 ");
  CHECK(counts(fresh) == "2 ");
  CHECK(sets(fresh) == "http.request.method=GET,url.scheme=http,error.type=_OTHER;");
  CHECK(count(fresh.host.sent(0).body,
              R"({"key":"error.type","value":{"stringValue":"_OTHER"}})") == 2);
  CHECK(count(fresh.host.sent(0).body, R"("status":{"code":2})") == 2);
}

TEST_CASE("ending twice, and calls after the end, change nothing") {
  StillInstance fresh(kEveryFlush);
  MeasuredRequest server = serve(fresh.telemetry);
  server.end({.status = 200});
  server.end({.status = 500});
  server.set_route("/late");
  server->set_attribute("late", 1).end();
  CHECK(active(fresh) == "0 ");
  CHECK(counts(fresh) == "1 ");
  CHECK(sets(fresh) == "http.request.method=GET,url.scheme=http,http.response.status_code=200;");
  CHECK(!contains(fresh.host.sent(0).body, "late"));
  CHECK(server.span().context().is_valid());
}

TEST_CASE("a move takes the measurement along; what it replaces ends") {
  StillInstance fresh(kEveryFlush);
  MeasuredRequest first = serve(fresh.telemetry);
  MeasuredRequest moved = std::move(first);
  CHECK(active(fresh) == "1 ");
  first.end({.status = 599});  // NOLINT(bugprone-use-after-move): harmless
  first.set_route("/nowhere");
  CHECK(active(fresh) == "1 ");
  MeasuredRequest second = serve(fresh.telemetry);
  second = std::move(moved);
  CHECK(active(fresh) == "1 ");
  CHECK(sets(fresh) == "http.request.method=GET,url.scheme=http,error.type=_OTHER;");
  MeasuredRequest& itself = second;
  second = std::move(itself);
  second.set_route("/").end({.status = 200});
  CHECK(active(fresh) == "0 ");
  CHECK(sets(fresh) ==
        "http.request.method=GET,url.scheme=http,http.route=/,http.response.status_code=200;");
  check_books(fresh.telemetry.report());
}

TEST_CASE("a span that the program ended or took away is measured to the end all the same") {
  StillInstance fresh(kEveryFlush);
  fresh.host.wall_nano = 1;
  MeasuredRequest ended = serve(fresh.telemetry);
  MeasuredRequest robbed = serve(fresh.telemetry);
  Span taken = std::move(robbed.span());
  ended->end();
  fresh.host.monotonic_nano += 10 * kMillisecond;
  ended.end({.status = 200});
  robbed.end({.status = 200});
  CHECK(taken.is_recording());
  taken.end();
  CHECK(active(fresh) == "0 ");
  CHECK(counts(fresh) == "2 ");
  CHECK(contains(metric_of(last_metrics(fresh.host), kServerDuration), R"("sum":0.02,)"));
  check_books(fresh.telemetry.report());
}

TEST_CASE("an inert span and an inert request measure nothing") {
  StillInstance fresh(kEveryFlush);
  MeasuredRequest inert;
  inert.set_route("/").end({.status = 200});
  MeasuredRequest::server(Span(), {.method = "GET"}).end({.status = 200});
  MeasuredRequest::client(Span(), {.method = "GET"}).end({.status = 200});
  CHECK(fresh.telemetry.report().measurements.recorded == 0);
  CHECK(fresh.host.calls().empty());
}

TEST_CASE("a disabled SDK reads no clock for it") {
  StillInstance fresh(kEveryFlush);
  static constexpr host::Pair kOff[] = {{"OTEL_SDK_DISABLED", "true"}};
  fresh.host.environment = kOff;
  MeasuredRequest server = serve(fresh.telemetry);
  MeasuredRequest client = MeasuredRequest::client(server->start_child("GET"), {.method = "GET"});
  client.end({.status = 200});
  server.end({.status = 200});
  CHECK(fresh.host.calls() == "e");
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("shutdown in between: the request is told as active, then nothing more") {
  StillInstance fresh(kEveryFlush);
  MeasuredRequest server = serve(fresh.telemetry);
  fresh.telemetry.shutdown();
  CHECK(integers_of(metric_of(last_metrics(fresh.host), kActiveRequests)) == "1 ");
  server.end({.status = 200});
  serve(fresh.telemetry).end({.status = 200});
  const FlushReport report = fresh.telemetry.report();
  check_books(report);
  CHECK(report.measurements.rejected() > 0);
}

TEST_CASE("what was not counted as active for want of memory is not subtracted either") {
  StillInstance fresh(kEveryFlush);
  Span spans[27];
  for (Span& span : spans) {
    span = fresh.telemetry.start_span("GET /");
  }
  MeasuredRequest server = serve(fresh.telemetry);
  CHECK(fresh.telemetry.report().measurements.rejected(RejectReason::NoMemory) == 1);
  for (Span& span : spans) {
    span = Span();
  }
  fresh.telemetry.flush();
  server.end({.status = 200});
  serve(fresh.telemetry).end({.status = 200});
  CHECK(active(fresh) == "0 ");
  CHECK(counts(fresh) == "2 ");
  CHECK(integers_of(metric_of(last_metrics(fresh.host), kColdStarts)) == "1 ");
  check_books(fresh.telemetry.report());
}

TEST_CASE("a full table measures in its overflow points, and active requests come back to 0") {
  FreshInstance<16 * 1024> fresh(kEveryFlush);
  fresh.telemetry.add(kOpen, 1);
  for (std::int64_t i = 0; i < 2000; ++i) {
    fresh.telemetry.add(kLookups, 1, {{"user", i}});
  }
  {
    MeasuredRequest first = MeasuredRequest::server(
        fresh.telemetry.start_span("GET /", {.kind = SpanKind::Server}), {.method = "GET"});
    MeasuredRequest second = MeasuredRequest::server(
        fresh.telemetry.start_span("PUT /", {.kind = SpanKind::Server}), {.method = "PUT"});
    second.end({.status = 200});
    first.end({.status = 200});
  }
  const FlushReport report = fresh.telemetry.flush();
  check_books(report);
  const std::string sums = integers_of(metric_of(last_metrics(fresh.host), kActiveRequests));
  CHECK((sums.empty() || sums == "0 "));
}

}  // namespace afterglow::test
