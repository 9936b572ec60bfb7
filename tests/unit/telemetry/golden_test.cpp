// OTLP documents, byte for byte: scripted clock and ids. See CMakeLists.txt for how to update them.

#include "golden.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "fixture.h"
#include "golden_documents.h"

namespace afterglow::test {
namespace {

namespace sc = afterglow::semconv;

constexpr Attribute kResource[] = {{"deployment.environment.name", "production"}};
constexpr Config kConfig{
    .service_name = "cart-edge", .service_version = "1.4.2", .resource = kResource};

}  // namespace

TEST_CASE("golden: the smallest document") {
  FreshInstance<> fresh;
  fresh.telemetry.start_span("root").end();
  fresh.telemetry.flush();
  check_golden("minimal", fresh.host.sent(0).body, kGolden_minimal);
}

TEST_CASE("golden: a request with a failing subrequest") {
  FreshInstance<> fresh(kConfig);
  static constexpr host::Pair kPlatform[] = {{"cloud.region", "eu-1"}, {"service.name", "other"}};
  fresh.host.platform = kPlatform;
  SpanContext other;
  other.trace_id.bytes[0] = 1;
  other.span_id.bytes[0] = 2;
  other.trace_flags = kSampledFlag;
  other.is_remote = true;
  other.trace_state = "v=1";
  static constexpr Attribute kWhy[] = {{"messaging.operation", "batch"}};
  const Link links[] = {{.context = other, .attributes = kWhy}};
  {
    Span server = fresh.telemetry.start_span(
        "GET /cart",
        {.kind = SpanKind::Server,
         .parent = fresh.telemetry.extract(
             TestHeaders{{{"traceparent", kTraceparent}, {"tracestate", "vendor=a b"}}}),
         .links = links},
        {{sc::http::kRequestMethod, "GET"},
         {sc::url::kScheme, "https"},
         {sc::url::kPath, "/cart"}});
    {
      Span client = server.start_child("GET", {.kind = SpanKind::Client},
                                       {{sc::server::kAddress, "carts.internal"}});
      client.add_event("retry", {{"attempt", 2}});
      client.record_error("timeout", "no answer in 50 ms", {{"exception.type", "BackendTimeout"}});
      client.set_attribute(sc::error::kType, "timeout")
          .set_status(StatusCode::Error, "no answer")
          .set_status(StatusCode::Unset, "ignored");
    }
    server.set_attribute(sc::http::kResponseStatusCode, 502)
        .set_status(StatusCode::Ok, "dropped")
        .set_status(StatusCode::Error, "ignored");
    server.update_name("GET /cart/{id}");
  }
  fresh.telemetry.flush();
  check_golden("request", fresh.host.sent(0).body, kGolden_request);
}

TEST_CASE("golden: every value") {
  FreshInstance<> fresh;
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const bool bools[] = {true, false};
  const std::int64_t ints[] = {1, -1, kMin};
  const double doubles[] = {0.5, kInfinity};
  const std::string_view strings[] = {"a", "", "\"q\""};
  const Value mixed[] = {1, "two", 3.0, {}, bools};
  static constexpr Attribute kMap[] = {{"inner", 1}, {"list", "x"}};
  const std::byte raw[] = {std::byte{0xff}, std::byte{0x00}, std::byte{0x10}, std::byte{0x80}};
  {
    Span span = fresh.telemetry.start_span("välues \xf0\x9f\x8c\x87");
    span.set_attributes({{"bool", true},
                         {"int.min", kMin},
                         {"int.max", kMax},
                         {"unsigned", std::uint64_t{1} << 63U},
                         {"double", 0.1},
                         {"double.whole", 1e21},
                         {"double.small", 5e-324},
                         {"double.nan", std::nan("")},
                         {"double.infinity", kInfinity},
                         {"double.minus_infinity", -kInfinity},
                         {"empty", {}},
                         {"string", "tab\t quote\" back\\ bell\x07 del\x7f nul"},
                         {"string.invalid", "a\xff\xc3z\xed\xa0\x80"},
                         {"string.null", static_cast<const char*>(nullptr)},
                         {"bytes", Value::bytes(raw)},
                         {"bools", bools},
                         {"ints", ints},
                         {"doubles", doubles},
                         {"strings", strings},
                         {"mixed", mixed},
                         {"map", std::span<const Attribute>(kMap)},
                         {DynamicKey("dynamic \"key\""), 1}});
    span.set_attribute("bool", false);
  }
  fresh.telemetry.flush();
  check_golden("values", fresh.host.sent(0).body, kGolden_values);
}

TEST_CASE("golden: limits and the dropped counts") {
  FreshInstance<> fresh({.limits = {.attribute_count = 2,
                                    .event_count = 1,
                                    .link_count = 1,
                                    .attribute_per_event_count = 1,
                                    .attribute_per_link_count = 1,
                                    .attribute_value_length = 3}});
  SpanContext other;
  other.trace_id.bytes[0] = 1;
  other.span_id.bytes[0] = 2;
  static constexpr Attribute kTwo[] = {{"one", 1}, {"two", 2}};
  const Link links[] = {{.context = other, .attributes = kTwo}, {.context = other}};
  {
    Span span = fresh.telemetry.start_span("limits", {.links = links},
                                           {{"one", "äöüß"}, {"two", 2}, {"three", 3}});
    span.set_attribute("four", 4).set_attribute("two", 22);
    span.add_event("first", kTwo).add_event("second").add_event("third");
  }
  fresh.telemetry.flush();
  check_golden("limits", fresh.host.sent(0).body, kGolden_limits);
}

TEST_CASE("golden: scopes are groups") {
  static constexpr Attribute kScopeAttributes[] = {{"library.language", "c++"}};
  static constexpr Scope kDatabase{
      .name = "db", .version = "2", .schema_url = "https://example.com/schema"};
  static constexpr Scope kCache{.name = "cache", .attributes = kScopeAttributes};
  FreshInstance<> fresh;
  {
    Span root = fresh.telemetry.start_span("root");
    Span first = root.start_child("db first", {.scope = &kDatabase});
    Span cached = root.start_child("cache", {.scope = &kCache});
    Span inherited = first.start_child("db inherited");
  }
  fresh.telemetry.start_span("db root", {.scope = &kDatabase}).end();
  fresh.telemetry.flush();
  check_golden("scopes", fresh.host.sent(0).body, kGolden_scopes);
}

TEST_CASE("golden: spans that shutdown found open") {
  FreshInstance<> fresh(kConfig);
  Span root = fresh.telemetry.start_span("root", {.start_unix_nano = 1'600'000'000'000'000'000});
  root.start_child("done", {.start_unix_nano = 1'600'000'000'000'000'001})
      .end(1'600'000'000'000'000'000);
  Span open = root.start_child("open");
  fresh.telemetry.shutdown();
  check_golden("unfinished", fresh.host.sent(0).body, kGolden_unfinished);
}

}  // namespace afterglow::test
