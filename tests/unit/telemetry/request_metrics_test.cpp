// Requests that are measured: instruments, attributes, durations, and the host calls they make.

#include <string>

#include "request_fixture.h"

namespace afterglow::test {
namespace {

constexpr std::uint64_t kWall = 1'700'000'000'000'000'000;
constexpr AlwaysRecord kRecordOnly{kAlwaysOff};

MeasuredRequest serve(Telemetry& telemetry, const HttpRequest& request) {
  return MeasuredRequest::server(telemetry.start_span("GET /", {.kind = SpanKind::Server}),
                                 request);
}

MeasuredRequest call(MeasuredRequest& server, const HttpRequest& request) {
  return MeasuredRequest::client(server->start_child("GET", {.kind = SpanKind::Client}), request);
}

/// What one answered request of 30 ms says of its duration, with the sampler.
std::string duration_with(Sampler sampler, std::string_view calls) {
  StillInstance fresh({.sampler = sampler, .metrics = {.every_requests = 1}});
  fresh.host.wall_nano = kWall;
  fresh.telemetry.add(kLookups, 1);
  fresh.host.forget_calls();
  MeasuredRequest server = serve(fresh.telemetry, {.method = "GET", .scheme = "https"});
  fresh.host.monotonic_nano += 30 * kMillisecond;
  server.end({.status = 200});
  CHECK(fresh.host.calls() == calls);
  const FlushReport report = fresh.telemetry.flush();
  check_books(report);
  CHECK(report.measurements.rejected() == 0);
  CHECK(all_free(fresh.telemetry) == false);  // the table
  const std::string_view metric = metric_of(last_metrics(fresh.host), kServerDuration);
  CHECK(contains(metric, R"("unit":"s")"));
  CHECK(contains(metric, R"("count":"1","sum":0.03,)"));
  CHECK(sets_of(metric) ==
        "http.request.method=GET,url.scheme=https,http.response.status_code=200;");
  return std::string(metric);
}

}  // namespace

TEST_CASE("a sampled request lends its clock reads, and an exemplar points at its span") {
  StillInstance fresh(kEveryFlush);
  fresh.host.wall_nano = kWall;
  fresh.telemetry.add(kLookups, 1);
  fresh.host.forget_calls();
  {
    Span server = fresh.telemetry.start_span("GET /", {.kind = SpanKind::Server});
    server.start_child("GET", {.kind = SpanKind::Client}).end();
    server.end();
  }
  CHECK(fresh.host.calls() == "rwmmmm");  // without metrics
  fresh.host.forget_calls();
  MeasuredRequest server = serve(fresh.telemetry, {.method = "GET"});
  MeasuredRequest client = call(server, {.method = "GET"});
  fresh.host.monotonic_nano += 7 * kMillisecond;
  client.end({.status = 200});
  server.end({.status = 200});
  CHECK(fresh.host.calls() == "rwmmmm");
  fresh.telemetry.flush();
  const auto exemplar = [](std::string_view metric) {
    return std::string(part(metric, R"("exemplars":)", "]"));
  };
  const auto expected = [](const Span& span) {
    const SpanContext context = span.context();
    return R"("exemplars":[{"timeUnixNano":"1700000000007000000","asDouble":0.007,"traceId":")" +
           hex_of(context.trace_id.bytes) + R"(","spanId":")" + hex_of(context.span_id.bytes) +
           R"("}])";
  };
  CHECK(exemplar(metric_of(last_metrics(fresh.host), kServerDuration)) == expected(server.span()));
  CHECK(exemplar(metric_of(last_metrics(fresh.host), kClientDuration)) == expected(client.span()));
  CHECK(contains(fresh.host.sent(0).body, R"("endTimeUnixNano":"1700000000007000000")"));
}

TEST_CASE("requests count whether their trace is sampled, recorded only or dropped") {
  CHECK(contains(duration_with(kAlwaysOn, "rwmm"), "traceId"));
  CHECK(!contains(duration_with(kRecordOnly, "rwmm"), "traceId"));
  CHECK(!contains(duration_with(kAlwaysOff, "rmm"), "traceId"));  // its own two reads
}

TEST_CASE("a request without memory for its span counts, and its table stays whole") {
  StillInstance fresh(kEveryFlush);
  fresh.host.wall_nano = kWall;
  fresh.telemetry.add(kLookups, 1);
  Span spans[27];
  for (Span& span : spans) {
    span = fresh.telemetry.start_span("GET /");
  }
  CHECK(fresh.telemetry.free_pages() == 0);
  MeasuredRequest server = serve(fresh.telemetry, {.method = "GET", .scheme = "http"});
  CHECK(!server->is_recording());
  fresh.host.monotonic_nano += 2 * kMillisecond;
  server.end({.status = 204});
  fresh.telemetry.flush();
  const std::string_view metric = metric_of(last_metrics(fresh.host), kServerDuration);
  CHECK(contains(metric, R"("count":"1","sum":0.002,)"));
  CHECK(contains(metric, R"("bucketCounts":["1","0","0",)"));
  CHECK(!contains(metric, "exemplars"));
}

TEST_CASE("attributes are the conventions', of few values") {
  StillInstance fresh(kEveryFlush);
  MeasuredRequest server = serve(fresh.telemetry, {.method = "get",
                                                   .url = "/carts/7?user=8",
                                                   .scheme = "https",
                                                   .server_address = "shop.example",
                                                   .user_agent = "curl/8",
                                                   .protocol_version = "1.1"});
  MeasuredRequest client =
      call(server,
           {.method = "POST", .url = "https://u:p@carts.internal/7?a=b", .protocol_version = "2"});
  MeasuredRequest near = call(server, {.method = "GET", .url = "/local"});
  client.end({.status = 404});
  near.end({.error_type = "timeout"});
  server.set_route("/carts/{id}").end({.status = 404});
  fresh.telemetry.flush();
  const std::string_view body = last_metrics(fresh.host);
  CHECK(sets_of(metric_of(body, kServerDuration)) ==
        "http.request.method=_OTHER,url.scheme=https,http.route=/carts/{id},"
        "http.response.status_code=404,network.protocol.version=1.1;");
  CHECK(sets_of(metric_of(body, kActiveRequests)) ==
        "http.request.method=_OTHER,url.scheme=https;");
  CHECK(sets_of(metric_of(body, kClientDuration)) ==
        "http.request.method=POST,server.address=carts.internal,server.port=443,"
        "http.response.status_code=404,error.type=404,network.protocol.version=2;"
        "http.request.method=GET,error.type=timeout;");
  CHECK(sets_of(metric_of(body, kColdStarts)) == "faas.trigger=http;");
  // The span has them too, as `set_http_request` and `set_http_response` record them.
  const std::string_view spans = fresh.host.sent(0).body;
  CHECK(contains(spans, R"({"key":"http.request.method_original","value":{"stringValue":"get"}})"));
  CHECK(contains(spans, R"({"key":"http.route","value":{"stringValue":"/carts/{id}"}})"));
  CHECK(contains(spans, R"({"key":"error.type","value":{"stringValue":"timeout"}})"));
}

TEST_CASE("an absolute URL tells the scheme, and a route of a client is the span's alone") {
  StillInstance fresh(kEveryFlush);
  MeasuredRequest server =
      serve(fresh.telemetry, {.method = "GET", .url = "https://shop.example/"});
  MeasuredRequest client = call(server, {.method = "GET", .url = "http://carts.internal:8080/"});
  client.set_route("/carts/{id}").end({.status = 200});
  server.end({.status = 200});
  fresh.telemetry.flush();
  CHECK(sets_of(metric_of(last_metrics(fresh.host), kServerDuration)) ==
        "http.request.method=GET,url.scheme=https,http.response.status_code=200;");
  CHECK(sets_of(metric_of(last_metrics(fresh.host), kClientDuration)) ==
        "http.request.method=GET,server.address=carts.internal,server.port=8080,"
        "http.response.status_code=200;");
  CHECK(contains(fresh.host.sent(0).body, "/carts/{id}"));
}

TEST_CASE("what the program said about an error stays on the span") {
  StillInstance fresh(kEveryFlush);
  MeasuredRequest server = serve(fresh.telemetry, {.method = "GET"});
  server->set_status(StatusCode::Error, "no answer");
  server.end({.status = 502});
  serve(fresh.telemetry, {.method = "GET"}).end({.status = 502});
  fresh.telemetry.flush();
  CHECK(count(fresh.host.sent(0).body, R"("status":{"code":2,"message":"no answer"})") == 1);
  CHECK(count(fresh.host.sent(0).body, R"("status":{"code":2})") == 1);
}

TEST_CASE("from 500 on a server has failed") {
  StillInstance fresh(kEveryFlush);
  for (const std::uint32_t status : {499U, 500U}) {
    serve(fresh.telemetry, {.method = "GET", .scheme = "http"}).end({.status = status});
  }
  fresh.telemetry.flush();
  CHECK(sets_of(metric_of(last_metrics(fresh.host), kServerDuration)) ==
        "http.request.method=GET,url.scheme=http,http.response.status_code=499;"
        "http.request.method=GET,url.scheme=http,http.response.status_code=500,error.type=500;");
}

TEST_CASE("what would have many values, or is too long, is left out") {
  StillInstance fresh(kEveryFlush);
  const std::string longest(MeasuredRequest::kMaxText, 'r');
  const std::string too_long = longest + "r";
  serve(fresh.telemetry, {.method = "GET", .scheme = "gopher", .route = too_long})
      .end({.status = 200});
  serve(fresh.telemetry, {.method = "GET", .route = longest}).end({.status = 200});
  MeasuredRequest shortened = serve(fresh.telemetry, {.method = "GET", .route = longest});
  shortened.set_route(too_long).end({.status = 200});
  serve(fresh.telemetry, {.method = "PUT", .protocol_version = "HTTP/1.1"}).end({.status = 200});
  fresh.telemetry.flush();
  CHECK(sets_of(metric_of(last_metrics(fresh.host), kServerDuration)) ==
        "http.request.method=GET,http.response.status_code=200;"
        "http.request.method=GET,http.route=" +
            longest +
            ",http.response.status_code=200;"
            "http.request.method=PUT,http.response.status_code=200;");
}

TEST_CASE("a cold start counts once in the life of an instance, requests it makes are none") {
  const auto cold_starts = [](StillInstance& fresh) {
    fresh.telemetry.flush();
    return integers_of(metric_of(last_metrics(fresh.host), kColdStarts));
  };
  for (int instance = 0; instance < 2; ++instance) {
    StillInstance fresh(kEveryFlush);
    MeasuredRequest::client(fresh.telemetry.start_span("warm up"), {.method = "GET"})
        .end({.status = 200});
    CHECK(cold_starts(fresh).empty());
    serve(fresh.telemetry, {.method = "GET"}).end({.status = 200});
    serve(fresh.telemetry, {.method = "GET"}).end({.status = 200});
    CHECK(cold_starts(fresh) == "1 ");
    serve(fresh.telemetry, {.method = "GET"}).end({.status = 200});
    CHECK(cold_starts(fresh).empty());
  }
}

TEST_CASE("durations are the span's: never negative, from where the program says it began") {
  StillInstance fresh(kEveryFlush);
  fresh.host.wall_nano = kWall;
  fresh.host.monotonic_nano = 5'000'000'000;
  MeasuredRequest back = serve(fresh.telemetry, {.method = "GET"});
  fresh.host.monotonic_nano -= 1'000'000'000;
  back.end({.status = 200});
  MeasuredRequest early = MeasuredRequest::server(
      fresh.telemetry.start_span(
          "GET /", {.kind = SpanKind::Server, .start_unix_nano = kWall - 250 * kMillisecond}),
      {.method = "PUT"});
  early.end({.status = 200});
  fresh.telemetry.flush();
  const std::string_view metric = metric_of(last_metrics(fresh.host), kServerDuration);
  CHECK(contains(metric, R"("count":"1","sum":0.0,)"));
  CHECK(contains(metric, R"("count":"1","sum":0.25,)"));
  CHECK(contains(
      metric,
      R"("explicitBounds":[0.005,0.01,0.025,0.05,0.075,0.1,0.25,0.5,0.75,1.0,2.5,5.0,7.5,10.0])"));
}

TEST_CASE("views trim and drop them") {
  static constexpr std::string_view kRouteOnly[] = {"http.route"};
  static constexpr View kViews[] = {
      {.instrument = "http.server.active_requests", .drop = true},
      {.instrument = "faas.*", .drop = true},
      {.instrument = "http.server.request.duration", .attribute_keys = AttributeKeys{kRouteOnly}}};
  StillInstance fresh({.metrics = {.views = kViews, .every_requests = 1}});
  serve(fresh.telemetry, {.method = "GET", .scheme = "http", .route = "/"}).end({.status = 200});
  const FlushReport report = fresh.telemetry.flush();
  check_books(report);
  CHECK(report.measurements.rejected(RejectReason::ByView) == 3);
  const std::string_view body = last_metrics(fresh.host);
  CHECK(metric_of(body, kActiveRequests).empty());
  CHECK(metric_of(body, kColdStarts).empty());
  CHECK(sets_of(metric_of(body, kServerDuration)) == "http.route=/;");
}

}  // namespace afterglow::test
