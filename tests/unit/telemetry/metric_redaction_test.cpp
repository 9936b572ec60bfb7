// What the policy of redaction forbids does not enter the table, whichever way it comes.

#include <vector>

#include "metric_fixture.h"

namespace afterglow::test {
namespace {

constexpr ObservableGauge kSeen{"seen"};

bool memory_holds(std::span<const std::byte> memory, std::string_view text) {
  return contains({reinterpret_cast<const char*>(memory.data()), memory.size()}, text);
}

}  // namespace

TEST_CASE("secrets in attributes of measurements are never in the lent memory") {
  static constinit Buffer<64 * 1024> memory;
  fake_host().reset();
  Telemetry telemetry(memory, kEveryFlush);
  static constexpr Attribute kInner[] = {{"password", "hunter2-map"}, {"fine", "kept-map"}};
  Span span = telemetry.start_span("GET /");
  telemetry.add(kLookups, 1, {{"password", "hunter2-add"}, {"fine", "kept-add"}});
  span.record(kItems, 1, {{"fine", "kept-span"}, {"api_key", "hunter2-span"}});
  telemetry.bind(kOpen, {{"password", "hunter2-bind"}}).add(1);
  telemetry.set(kTemperature, 1, {{"map", std::span<const Attribute>(kInner)}});
  telemetry.observe(kSeen, [](Observer<std::int64_t>& observer, void*) {
    observer.observe(1, {{"password", "hunter2-observe"}});
  });
  telemetry.flush();
  const std::string_view body = fake_host().sent(0).body;
  CHECK(!contains(body, "hunter2"));
  CHECK(!memory_holds({memory.data(), memory.size()}, "hunter2"));
  CHECK(count(body, "[REDACTED]") == 5);
  CHECK(contains(body, "kept-add"));
  CHECK(contains(body, "kept-span"));
  CHECK(contains(body, "kept-map"));
  CHECK(telemetry.report().measurements.aggregated == 5);
}

TEST_CASE("values that are redacted alike count together, and without a policy nothing is") {
  FreshInstance<> fresh(kEveryFlush);
  fresh.telemetry.add(kLookups, 1, {{"password", "a"}});
  fresh.telemetry.add(kLookups, 2, {{"password", "b"}});
  fresh.telemetry.flush();
  CHECK(integers_of(fresh.host.sent(0).body) == "3 ");

  FreshInstance<> open({.redaction = kNoRedaction, .metrics = {.every_requests = 1}});
  open.telemetry.add(kLookups, 1, {{"password", "a"}});
  open.telemetry.flush();
  CHECK(contains(open.host.sent(0).body, R"("stringValue":"a")"));
}

TEST_CASE("65 attributes count in the overflow point, and none of them is stored") {
  FreshInstance<> fresh(kEveryFlush);
  const std::vector<Attribute> many(65, Attribute{"password", "hunter2"});
  fresh.telemetry.add(kLookups, 1, std::span<const Attribute>(many));
  fresh.telemetry.flush();
  CHECK(contains(fresh.host.sent(0).body, "otel.metric.overflow"));
  CHECK(!contains(fresh.host.sent(0).body, "hunter2"));
}

}  // namespace afterglow::test
