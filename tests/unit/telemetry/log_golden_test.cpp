// Log records as OTLP documents, byte for byte. See CMakeLists.txt for how to update them.

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "fixture.h"
#include "golden.h"
#include "golden_documents.h"

namespace afterglow::test {
namespace {

constexpr Attribute kResource[] = {{"deployment.environment.name", "production"}};
constexpr Config kConfig{
    .service_name = "cart-edge", .service_version = "1.4.2", .resource = kResource};

}  // namespace

TEST_CASE("golden: log records of spans, of scopes and of nobody") {
  static constexpr Scope kCache{.name = "cache", .version = "2"};
  FreshInstance<> fresh(kConfig);
  fresh.host.wall_nano = 1'700'000'000'000'000'000;
  fresh.host.step_nano = 1000;
  fresh.telemetry.log(Severity::Info, "configuration loaded", {{"entries", 3}});
  Span server = fresh.telemetry.start_span(
      "GET /cart",
      {.parent = fresh.telemetry.extract(TestHeaders{{{"traceparent", kTraceparent}}})});
  server.log(Severity::Debug, "miss", {{"cache.key", "cart:7"}},
             {.event_name = "cache.miss", .scope = &kCache});
  server.log(Severity::Error2, "backend \"carts\"\nunreachable",
             {{"error.type", "timeout"}, {"retries", 2}},
             {.severity_text = "critical", .unix_nano = 1'600'000'000'000'000'000});
  server.log(Severity::Unspecified, {});
  server.end();
  fresh.telemetry.flush();
  check_golden("logs", fresh.host.sent(1).body, kGolden_logs);
}

TEST_CASE("golden: a log body of every type") {
  static constexpr Attribute kInner[] = {{"deep", true}, {"list", 1}};
  static const Value mixed[] = {1, "two", 3.5, Value{}, std::span<const Attribute>(kInner)};
  static const Attribute map[] = {{"name", "cart"}, {"items", mixed}, {"ratio", 0.25}};
  static constexpr std::byte kBytes[] = {std::byte{0}, std::byte{255}};
  FreshInstance<> fresh(kConfig);
  const Value bodies[] = {true,
                          -1,
                          std::numeric_limits<std::int64_t>::min(),
                          0.1,
                          std::nan(""),
                          "text \x01 \xff",
                          "",
                          Value::bytes(kBytes),
                          mixed,
                          std::span<const Attribute>(map),
                          Value{}};
  for (const Value& body : bodies) {
    fresh.telemetry.log(Severity::Info, body);
  }
  fresh.telemetry.flush();
  check_golden("log_bodies", fresh.host.sent(0).body, kGolden_log_bodies);
}

TEST_CASE("golden: limits of log records and the dropped count") {
  FreshInstance<> fresh({.log_limits = {.attribute_count = 2, .attribute_value_length = 3}});
  fresh.telemetry.log(Severity::Warn, "whole body",
                      {{"one", "äöüß"}, {"two", 2}, {"three", 3}, {"two", "replaced"}});
  fresh.telemetry.flush();
  check_golden("log_limits", fresh.host.sent(0).body, kGolden_log_limits);
}

}  // namespace afterglow::test
