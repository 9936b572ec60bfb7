// Whom to believe and whom to tell: trust boundaries, x-traceparent, response headers.

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "fixture.h"
#include "headers.h"

namespace afterglow::test {
namespace {

constexpr std::string_view kOther = "00-11111111111111111111111111111111-2222222222222222-01";

WrittenHeaders headers_of(const Span& span, std::string_view host = {}) {
  WrittenHeaders headers;
  span.inject(headers, host);
  return headers;
}

WrittenHeaders response_headers_of(const Span& span) {
  WrittenHeaders headers;
  span.inject_response(headers);
  return headers;
}

std::string trace_id_of(const Span& span) {
  return headers_of(span).at("traceparent").substr(3, 32);
}

HeaderLines caller() {
  return {{{"traceparent", std::string(kTraceparent)},
           {"tracestate", "a=1"},
           {"baggage", "user=7"},
           {"x-partner", "s3same"}}};
}

std::string exported(FreshInstance<>& fresh, Span& span) {
  span.end();
  fresh.telemetry.flush();
  REQUIRE(fresh.host.sent_count() == 1);
  return std::string(fresh.host.sent(0).body);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

Trust restart_unless_partner(void* /*context*/, const IncomingHeaders& headers,
                             const SpanContext& context) {
  CHECK(context.is_valid());
  return headers.has("x-partner", "s3same") ? Trust::Continue : Trust::RestartAndLink;
}

}  // namespace

TEST_CASE("a caller who is not believed gets a new trace with a link to him") {
  FreshInstance<> fresh;
  RemoteParent parent = fresh.telemetry.extract(caller(), Trust::RestartAndLink);
  CHECK_FALSE(parent.context().is_valid());
  CHECK(parent.linked_context().trace_state == "a=1");
  Span root = fresh.telemetry.start_span("r", {.parent = static_cast<RemoteParent&&>(parent)});
  const WrittenHeaders headers = headers_of(root);
  CHECK(trace_id_of(root) == "0102030405060708090a0b0c0d0e0f10");
  CHECK(headers.at("tracestate") == "(none)");
  CHECK(headers.at("baggage") == "(none)");
  const std::string body = exported(fresh, root);
  CHECK(contains(body, R"("links":[{"traceId":"0af7651916cd43dd8448eb211c80319c",)"
                       R"("spanId":"b7ad6b7169203331","traceState":"a=1","flags":769}])"));
  CHECK_FALSE(contains(body, "parentSpanId"));
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
}

TEST_CASE("a caller who is ignored leaves no trace") {
  FreshInstance<> fresh;
  Span root =
      fresh.telemetry.start_span("r", {.parent = fresh.telemetry.extract(caller(), Trust::Ignore)});
  CHECK(headers_of(root).lines.size() == 1);
  CHECK_FALSE(contains(exported(fresh, root), "links"));
}

TEST_CASE("the program's own word about trust is believed over the configured predicate") {
  FreshInstance<> fresh({.incoming = {restart_unless_partner}});
  const Span root =
      fresh.telemetry.start_span("r", {.parent = fresh.telemetry.extract(caller(), Trust::Ignore)});
  CHECK(trace_id_of(root) == "0102030405060708090a0b0c0d0e0f10");
}

TEST_CASE("a predicate sees the headers of the request and decides each one") {
  FreshInstance<> fresh({.incoming = {restart_unless_partner}});
  const Span partner =
      fresh.telemetry.start_span("r", {.parent = fresh.telemetry.extract(caller())});
  CHECK(trace_id_of(partner) == "0af7651916cd43dd8448eb211c80319c");
  CHECK(headers_of(partner).at("baggage") == "user=7");
  HeaderLines stranger = caller();
  stranger.lines.back().second = "guess";
  const Span other = fresh.telemetry.start_span("r", {.parent = fresh.telemetry.extract(stranger)});
  CHECK(trace_id_of(other) != trace_id_of(partner));
  CHECK(headers_of(other).at("baggage") == "(none)");
}

TEST_CASE("a predicate that answers nonsense is an Ignore") {
  FreshInstance<> fresh({.incoming = {[](void*, const IncomingHeaders&, const SpanContext&) {
                           return static_cast<Trust>(77);
                         }}});
  RemoteParent parent = fresh.telemetry.extract(caller());
  CHECK_FALSE(parent.linked_context().is_valid());
  const Span root =
      fresh.telemetry.start_span("r", {.parent = static_cast<RemoteParent&&>(parent)});
  CHECK(headers_of(root).lines.size() == 1);
}

TEST_CASE("a format that is not chosen is not read") {
  FreshInstance<> fresh({.propagators = {Propagator::TraceContext}});
  const Span root = fresh.telemetry.start_span("r", {.parent = fresh.telemetry.extract(caller())});
  CHECK(root.baggage_header().empty());
  CHECK(headers_of(root).lines.size() == 2);
}

TEST_CASE("what is not sampled is not debugged either") {
  FreshInstance<> fresh(
      {.sampler = kAlwaysOff, .propagators = {Propagator::B3, Propagator::B3Multi}});
  const std::string b3 = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-d";
  const Span root = fresh.telemetry.start_span(
      "r", {.parent = fresh.telemetry.extract(HeaderLines{{{"b3", b3}}})});
  CHECK(headers_of(root).at("b3").back() == '0');
  CHECK(headers_of(root).at("x-b3-flags") == "(none)");
  CHECK(headers_of(root).at("x-b3-sampled") == "0");
}

TEST_CASE("a predicate is asked about baggage that comes without a trace") {
  FreshInstance<> fresh({.incoming = {[](void*, const IncomingHeaders&, const SpanContext& found) {
                           CHECK_FALSE(found.is_valid());
                           return Trust::Ignore;
                         }}});
  const Span root = fresh.telemetry.start_span(
      "r", {.parent = fresh.telemetry.extract(HeaderLines{{{"baggage", "a=1"}}})});
  CHECK(headers_of(root).at("baggage") == "(none)");
}

TEST_CASE("headers go to one's own domains only, where that is configured") {
  static constexpr std::string_view kOwn[] = {"example.com", "carts.internal."};
  static constexpr OwnDomains kDomains{kOwn};
  FreshInstance<> fresh({.outgoing = kDomains});
  const Span root = fresh.telemetry.start_span("r", {.parent = fresh.telemetry.extract(caller())});
  for (const std::string_view host : {"example.com", "EXAMPLE.com.", "a.b.example.com:8443",
                                      "carts.internal", "x.Carts.Internal:80"}) {
    INFO(host);
    CHECK(headers_of(root, host).lines.size() == 3);
  }
  for (const std::string_view host : {"", "com", "badexample.com", "example.com.evil.org",
                                      "example.org", "[::1]:80", ".", ":80", "xample.com"}) {
    INFO(host);
    CHECK(headers_of(root, host).lines.empty());
  }
  CHECK(headers_of(root, ".example.com").lines.size() == 3);
}

TEST_CASE("x-traceparent is neither read nor written unless asked for") {
  FreshInstance<> fresh;
  const Span root = fresh.telemetry.start_span(
      "r",
      {.parent = fresh.telemetry.extract(HeaderLines{{{"x-traceparent", std::string(kOther)}}})});
  CHECK(trace_id_of(root) == "0102030405060708090a0b0c0d0e0f10");
  CHECK(headers_of(root).at("x-traceparent") == "(none)");
}

TEST_CASE("of traceparent and x-traceparent the configured one wins, the other is linked") {
  const HeaderLines both{{{"traceparent", std::string(kTraceparent)},
                          {"x-traceparent", std::string(kOther)},
                          {"tracestate", "a=1"}}};
  struct Case {
    XTraceparent policy;
    std::string_view winner;
    std::string_view linked;
  };
  for (const Case& one : {Case{XTraceparent::SendCopy, "0af7651916cd43dd8448eb211c80319c",
                               R"("links":[{"traceId":"11111111111111111111111111111111")"},
                          Case{XTraceparent::PreferOnExtract, "11111111111111111111111111111111",
                               R"("links":[{"traceId":"0af7651916cd43dd8448eb211c80319c")"}}) {
    FreshInstance<> fresh({.x_traceparent = one.policy});
    Span root = fresh.telemetry.start_span("r", {.parent = fresh.telemetry.extract(both)});
    const WrittenHeaders headers = headers_of(root);
    CHECK(trace_id_of(root) == one.winner);
    CHECK(headers.at("x-traceparent") == headers.at("traceparent"));
    CHECK(headers.at("tracestate") == "a=1");
    CHECK(headers.count("traceparent") == 1);
    CHECK(headers.count("x-traceparent") == 1);
    CHECK(headers.count("tracestate") == 1);
    CHECK(contains(exported(fresh, root), one.linked));
  }
}

TEST_CASE("a copy that agrees, or does not parse, is no link") {
  for (const std::string_view copy : {kTraceparent, std::string_view("00-zz")}) {
    FreshInstance<> fresh({.x_traceparent = XTraceparent::PreferOnExtract});
    Span root = fresh.telemetry.start_span(
        "r",
        {.parent = fresh.telemetry.extract(HeaderLines{
             {{"traceparent", std::string(kTraceparent)}, {"x-traceparent", std::string(copy)}}})});
    CHECK(trace_id_of(root) == "0af7651916cd43dd8448eb211c80319c");
    CHECK_FALSE(contains(exported(fresh, root), "links"));
  }
}

TEST_CASE("a copy that names another span of the same trace is linked") {
  FreshInstance<> fresh({.x_traceparent = XTraceparent::PreferOnExtract});
  const std::string copy = "00-0af7651916cd43dd8448eb211c80319c-2222222222222222-01";
  Span root = fresh.telemetry.start_span(
      "r", {.parent = fresh.telemetry.extract(HeaderLines{
                {{"traceparent", std::string(kTraceparent)}, {"x-traceparent", copy}}})});
  const std::string body = exported(fresh, root);
  CHECK(contains(body, R"("parentSpanId":"2222222222222222")"));
  CHECK(contains(body, R"("spanId":"b7ad6b7169203331")"));
}

TEST_CASE("both forms of B3 are read once, whichever of them are written") {
  FreshInstance<> fresh({.propagators = {Propagator::B3, Propagator::B3Multi}});
  const Span root = fresh.telemetry.start_span(
      "r", {.parent = fresh.telemetry.extract(HeaderLines{{{"b3", "rubbish"}}})});
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::B3Invalid) == 1);
  const WrittenHeaders headers = headers_of(root);
  CHECK(headers.lines.size() == 4);
  CHECK(headers.at("b3").substr(0, 32) == headers.at("x-b3-traceid"));
}

TEST_CASE("a copy alone is enough") {
  for (const XTraceparent policy : {XTraceparent::SendCopy, XTraceparent::PreferOnExtract}) {
    FreshInstance<> fresh({.x_traceparent = policy});
    const Span root = fresh.telemetry.start_span(
        "r",
        {.parent = fresh.telemetry.extract(HeaderLines{{{"x-traceparent", std::string(kOther)}}})});
    CHECK(trace_id_of(root) == "11111111111111111111111111111111");
  }
}

TEST_CASE("response headers are off unless asked for") {
  FreshInstance<> fresh;
  const Span root = fresh.telemetry.start_span("r");
  CHECK(response_headers_of(root).lines.empty());
}

TEST_CASE("response headers tell a trusted caller who answered") {
  FreshInstance<> fresh({.response_headers = ResponseHeaders::Both});
  Span root = fresh.telemetry.start_span("r", {.parent = fresh.telemetry.extract(caller())});
  const std::string identity = headers_of(root).at("traceparent");
  const WrittenHeaders headers = response_headers_of(root);
  CHECK(headers.lines.size() == 2);
  CHECK(headers.at("traceresponse") == identity);
  CHECK(headers.at("server-timing") == "trace;desc=" + identity);
  const Span stranger = fresh.telemetry.start_span(
      "r", {.parent = fresh.telemetry.extract(caller(), Trust::RestartAndLink)});
  CHECK(response_headers_of(stranger).lines.empty());
  const Span ignored =
      fresh.telemetry.start_span("r", {.parent = fresh.telemetry.extract(caller(), Trust::Ignore)});
  CHECK(response_headers_of(ignored).lines.empty());
}

TEST_CASE("each response header can be had alone") {
  for (const bool timing : {false, true}) {
    FreshInstance<> fresh({.response_headers = timing ? ResponseHeaders::ServerTiming
                                                      : ResponseHeaders::TraceResponse});
    const Span root = fresh.telemetry.start_span("r");
    const WrittenHeaders headers = response_headers_of(root);
    CHECK(headers.lines.size() == 1);
    CHECK(headers.count(timing ? "server-timing" : "traceresponse") == 1);
  }
}

}  // namespace afterglow::test
