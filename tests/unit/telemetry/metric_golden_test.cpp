// Documents of metrics, byte for byte: scripted clock and ids.

#include "golden.h"
#include "golden_documents.h"
#include "metric_fixture.h"

namespace afterglow::test {
namespace {

constexpr ObservableCounter kReads{"disk.reads", "{read}"};
constexpr ObservableUpDownCounter<double> kBacklog{"queue.backlog", "s"};
constexpr ObservableGauge kHeap{"heap.used", "By", "Memory in use."};

template <class T>
void observe_three(Observer<T>& observer, void* context) {
  observer.observe(*static_cast<T*>(context), {{"part", "a"}});
}

}  // namespace

TEST_CASE("golden: the smallest document of metrics") {
  FreshInstance<> fresh(kEveryFlush);
  fresh.telemetry.add(kLookups, 1);
  fresh.telemetry.flush();
  check_golden("metrics_minimal", fresh.host.sent(0).body, kGolden_metrics_minimal);
}

TEST_CASE("golden: every instrument") {
  FreshInstance<> fresh({.service_name = "cart-edge", .metrics = {.every_requests = 1}});
  fresh.host.wall_nano = 1'700'000'000'000'000'000;
  fresh.host.step_nano = 1;
  Telemetry& telemetry = fresh.telemetry;
  std::int64_t total = 7;
  double backlog = 2.5;
  telemetry.observe(kReads, observe_three<std::int64_t>, &total);
  telemetry.observe(kBacklog, observe_three<double>, &backlog);
  telemetry.observe(kHeap, observe_three<std::int64_t>, &total);
  Span server = telemetry.start_span("GET /cart");
  telemetry.add(kLookups, 2, {{"cache.hit", true}, {"cache.name", "carts \"1\""}});
  server.add(kLookups, 1, {{"cache.hit", false}});
  telemetry.add(kCost, 0.25);
  telemetry.add(kCost, 1);
  telemetry.add(kOpen, 3);
  telemetry.add(kOpen, -1);
  server.set(kTemperature, 21);
  server.record(kItems, 3).record(kItems, 5).record(kItems, 11.5);
  telemetry.record(kSizes, 1);
  telemetry.record(kSizes, -2);
  telemetry.record(kSizes, 0);
  auto hits = telemetry.bind(kLookups, {{"cache.name", "carts \"1\""}, {"cache.hit", true}});
  hits.add(4);
  fresh.host.wall_nano += 5'000'000'000;
  telemetry.flush();
  check_golden("metrics_all", fresh.host.sent(0).body, kGolden_metrics_all);
}

TEST_CASE("golden: cumulative") {
  FreshInstance<> fresh(
      {.metrics = {.temporality = TemporalityPreference::Cumulative, .every_requests = 1}});
  fresh.host.wall_nano = 1000;
  fresh.telemetry.add(kLookups, 1);
  fresh.telemetry.flush();
  fresh.telemetry.add(kLookups, 2);
  fresh.host.wall_nano = 3000;
  fresh.telemetry.flush();
  check_golden("metrics_cumulative", fresh.host.sent(1).body, kGolden_metrics_cumulative);
}

}  // namespace afterglow::test
