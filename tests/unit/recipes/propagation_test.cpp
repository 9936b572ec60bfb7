// The recipes for propagation, each served as it stands.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "backend.h"
#include "telemetry/exported_spans.h"

namespace recipes::test {
namespace {

using afterglow::host::fake_host;
using afterglow::test::Exported;
using afterglow::test::names_of;
using afterglow::test::spans_of;

constexpr std::string_view kCaller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
constexpr std::string_view kUnsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
constexpr std::string_view kPlatform = "00-11111111111111111111111111111111-2222222222222222-01";
constexpr std::string_view kOwnTrace = "0102030405060708090a0b0c0d0e0f10";

std::string trace_id_of(const BackendCall& call) {
  return call.header("traceparent").substr(3, 32);
}

std::string flags_of(const BackendCall& call) {
  return call.header("traceparent").substr(53);
}

// Whether a request with these lines of x-force-trace is traced.
bool is_traced(std::string_view secret, const std::vector<HeaderLine>& lines) {
  Serve serve{force_trace::kConfig, force_trace::handle};
  if (!secret.empty()) {
    serve.environment = {{"FORCE_TRACE_SECRET", secret}};
  }
  CHECK(serve({"GET", "/cart", lines}) == 200);
  const bool traced = fake_host().sent_count() == 1;
  REQUIRE(backend().calls.size() == 1);
  CHECK(flags_of(backend().calls[0]) == (traced ? "03" : "02"));
  CHECK(backend().calls[0].header("tracestate") == "(none)");
  return traced;
}

}  // namespace

TEST_CASE("recipe, force a trace: by the secret and by nothing else") {
  CHECK(is_traced("s3same", {{"x-force-trace", "s3same"}}));
  CHECK_FALSE(is_traced("s3same", {}));
  for (const std::string_view wrong : {"", "S3same", "s3samf", "t3same", "s3sam", "s3same ",
                                       "s3sames3same", "s3same\n", "1", "true"}) {
    CAPTURE(wrong);
    CHECK_FALSE(is_traced("s3same", {{"x-force-trace", wrong}}));
  }
  const std::string huge(100'000, 's');
  CHECK_FALSE(is_traced("s3same", {{"x-force-trace", huge}}));
}

TEST_CASE("recipe, force a trace: without a secret, or with one that is too long, nobody can") {
  CHECK_FALSE(is_traced("", {{"x-force-trace", ""}}));
  CHECK_FALSE(is_traced("", {{"x-force-trace", "x"}}));
  const std::string longest(128, 's');
  CHECK(is_traced(longest, {{"x-force-trace", longest}}));
  const std::string too_long(129, 's');
  CHECK_FALSE(is_traced(too_long, {{"x-force-trace", too_long}}));
  CHECK_FALSE(is_traced(too_long, {{"x-force-trace", ""}}));
}

TEST_CASE("recipe, force a trace: below an unsampled caller too, in his trace, without th") {
  const std::vector<HeaderLine> headers = {
      {"traceparent", kUnsampled}, {"tracestate", "ot=th:8,a=1"}, {"x-force-trace", "s3same"}};
  Serve serve{force_trace::kConfig, force_trace::handle, {{"FORCE_TRACE_SECRET", "s3same"}}};
  serve({"GET", "/cart", headers});
  const auto spans = spans_of(fake_host());
  REQUIRE(names_of(spans) == "GET /cart GET");
  CHECK(spans[0].text("traceId") == kCaller.substr(3, 32));
  CHECK(spans[0].attribute("trace.forced") == "true");
  CHECK(spans[0].trace_state() == "a=1");
  CHECK(flags_of(backend().calls[0]) == "01");
}

TEST_CASE("recipe, restart at the edge: a stranger gets a trace of ours with a link to his") {
  const Serve serve{restart_at_edge::kConfig, restart_at_edge::handle};
  const std::vector<HeaderLine> stranger = {
      {"traceparent", kCaller}, {"tracestate", "a=1"}, {"baggage", "user=7"}};
  serve({"GET", "/cart", stranger});
  const auto spans = spans_of(fake_host());
  REQUIRE(names_of(spans) == "GET /cart GET GET");
  CHECK(spans[0].text("traceId") == kOwnTrace);
  CHECK(spans[0].text("parentSpanId") == "(none)");
  REQUIRE(spans[0].count("links") == 1);
  CHECK(spans[0].item("links", 0).text("traceId") == kCaller.substr(3, 32));
  CHECK(spans[0].item("links", 0).text("spanId") == kCaller.substr(36, 16));
  REQUIRE(backend().calls.size() == 2);
  CHECK(backend().calls[0].host == "carts.internal");
  CHECK(trace_id_of(backend().calls[0]) == kOwnTrace);
  CHECK(backend().calls[0].header("tracestate") == "(none)");
  CHECK(backend().calls[0].header("baggage") == "(none)");
  CHECK(backend().calls[1].host == "payments.example.org");
  CHECK(backend().calls[1].headers.empty());
}

TEST_CASE("recipe, restart at the edge: our own services are continued") {
  const Serve serve{restart_at_edge::kConfig, restart_at_edge::handle};
  const std::vector<HeaderLine> own = {
      {"traceparent", kCaller}, {"tracestate", "a=1"}, {"baggage", "user=7"}, {"x-internal", "1"}};
  serve({"GET", "/cart", own});
  const auto spans = spans_of(fake_host());
  REQUIRE(spans.size() == 3);
  CHECK(spans[0].text("traceId") == kCaller.substr(3, 32));
  CHECK(spans[0].count("links") == 0);
  CHECK(trace_id_of(backend().calls[0]) == kCaller.substr(3, 32));
  CHECK(backend().calls[0].header("tracestate") == "a=1");
  CHECK(backend().calls[0].header("baggage") == "user=7");
  CHECK(backend().calls[1].headers.empty());
}

TEST_CASE("recipe, rewritten traceparent: the copy wins, and what the platform wrote is linked") {
  const Serve serve{rewritten_traceparent::kConfig, rewritten_traceparent::handle};
  const std::vector<HeaderLine> rewritten = {{"traceparent", kPlatform},
                                             {"x-traceparent", kCaller}};
  serve({"GET", "/cart", rewritten});
  const auto spans = spans_of(fake_host());
  REQUIRE(names_of(spans) == "GET /cart GET");
  CHECK(spans[0].text("traceId") == kCaller.substr(3, 32));
  CHECK(spans[0].text("parentSpanId") == kCaller.substr(36, 16));
  REQUIRE(spans[0].count("links") == 1);
  CHECK(spans[0].item("links", 0).text("traceId") == kPlatform.substr(3, 32));
  const BackendCall& call = backend().calls.at(0);
  CHECK(call.header("x-traceparent") == call.header("traceparent"));
  CHECK(trace_id_of(call) == kCaller.substr(3, 32));
}

TEST_CASE("recipe, rewritten traceparent: where nobody rewrites there is one parent and no link") {
  const Serve serve{rewritten_traceparent::kConfig, rewritten_traceparent::handle};
  const std::vector<HeaderLine> untouched = {{"traceparent", kCaller}, {"x-traceparent", kCaller}};
  serve({"GET", "/cart", untouched});
  CHECK(spans_of(fake_host()).at(0).count("links") == 0);
  const std::vector<HeaderLine> stranger = {{"traceparent", kCaller}};
  serve({"GET", "/cart", stranger});
  CHECK(spans_of(fake_host()).at(0).text("traceId") == kCaller.substr(3, 32));
}

}  // namespace recipes::test
