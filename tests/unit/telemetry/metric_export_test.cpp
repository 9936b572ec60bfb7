// What leaves: how points are divided among requests, by which way, and with which resource.

#include "metric_fixture.h"

namespace afterglow::test {

TEST_CASE("points that do not fit one request go in several, and one too large is dropped") {
  FreshInstance<> fresh(kEveryFlush);
  fresh.host.host_traits = {.max_send_bytes = 900};
  for (std::int64_t i = 0; i < 10; ++i) {
    fresh.telemetry.add(kLookups, i + 1, {{"user", i}});
  }
  const std::string large(800, 'x');
  fresh.telemetry.add(kLookups, 99, {{"user", large}});
  fresh.telemetry.add(kLookups, 100, {{"user", "last"}});
  const FlushReport report = fresh.telemetry.flush();
  check_books(report);
  CHECK(report.metrics.exported == 11);
  CHECK(report.metrics.dropped(DropReason::TooLarge) == 1);
  CHECK(report.requests == fresh.host.sent_count());
  CHECK(report.requests > 2);
  std::string all;
  for (std::size_t i = 0; i < fresh.host.sent_count(); ++i) {
    CHECK(fresh.host.sent(i).body.size() <= 900);
    all += integers_of(fresh.host.sent(i).body);
  }
  CHECK(all == "1 2 3 4 5 6 7 8 9 10 100 ");
}

TEST_CASE("metrics as lines of the host's log, or not at all") {
  FreshInstance<> lines({.metrics = {.way = ExportWay::Log, .every_requests = 1}});
  lines.telemetry.add(kLookups, 1);
  FlushReport report = lines.telemetry.flush();
  check_books(report);
  CHECK(report.metrics.unknown == 1);
  CHECK(lines.host.sent_count() == 0);
  CHECK(lines.host.line_stream(0) == "otlp");
  CHECK(integers_of(lines.host.line(0)) == "1 ");
  lines.host.log_status = Status::Limit;
  lines.telemetry.add(kLookups, 1);
  report = lines.telemetry.flush();
  CHECK(report.metrics_returned == 1);
  CHECK(report.status == FlushStatus::Failed);

  FreshInstance<> none({.metrics = {.way = ExportWay::None, .every_requests = 1}});
  none.telemetry.add(kLookups, 1);
  report = none.telemetry.flush();
  check_books(report);
  CHECK(report.status == FlushStatus::Nothing);
  CHECK(report.metrics.dropped(DropReason::NoExporter) == 1);
  CHECK(none.host.sent_count() == 0);
  report = none.telemetry.shutdown();
  CHECK(report.metrics.recorded == 1);
  CHECK(none.host.line_count() == 0);
}

TEST_CASE("every resource of metrics has an instance id, random or the platform's") {
  const auto id_of = [](const Config& config, std::span<const host::Pair> platform) {
    FreshInstance<> fresh(config);
    fresh.host.platform = platform;
    fresh.telemetry.start_span("GET /").end();
    fresh.telemetry.add(kLookups, 1);
    fresh.telemetry.flush();
    fresh.telemetry.add(kLookups, 1);
    fresh.telemetry.flush();
    CHECK(fresh.host.sent(0).signal == Signal::Traces);
    const auto find = [&fresh](std::size_t sent) {
      return contains(fresh.host.sent(sent).body, "service.instance.id")
                 ? part(fresh.host.sent(sent).body, R"("service.instance.id")", "}")
                 : "";
    };
    CHECK(find(1) == find(2));
    CHECK(count(fresh.host.sent(1).body, "service.instance.id") <= 1);
    return find(1);
  };
  const std::string random = id_of(kEveryFlush, {});
  constexpr std::string_view kBegin = R"("service.instance.id","value":{"stringValue":")";
  REQUIRE(random.size() == kBegin.size() + 36 + 2);
  CHECK(random.substr(0, kBegin.size()) == kBegin);
  CHECK(random[kBegin.size() + 14] == '4');
  CHECK(contains("89ab", random.substr(kBegin.size() + 19, 1)));
  static constexpr host::Pair kPlatform[] = {{"service.instance.id", "i-7"}};
  CHECK(contains(id_of(kEveryFlush, kPlatform), R"("stringValue":"i-7")"));
  CHECK(id_of({.metrics = {.every_requests = 1, .instance_id = false}}, {}).empty());
}

TEST_CASE("requests that overlap share the points of their instance") {
  FreshInstance<> fresh({.metrics = {.exemplars = ExemplarFilter::AlwaysOff, .every_requests = 1}});
  Span first = fresh.telemetry.start_span("first");
  Span second = fresh.telemetry.start_span("second");
  first.add(kLookups, 1);
  second.add(kLookups, 2);
  first.end();
  fresh.telemetry.flush();
  second.add(kLookups, 4);
  second.end();
  fresh.telemetry.flush();
  CHECK(integers_of(fresh.host.sent(1).body) == "3 ");
  CHECK(integers_of(fresh.host.sent(3).body) == "4 ");
  check_books(fresh.telemetry.report());
}

TEST_CASE("callbacks run at each collection, and may measure themselves") {
  FreshInstance<> fresh(kEveryFlush);
  static constexpr ObservableCounter kReads{"reads"};
  static std::int64_t total;
  total = 10;
  fresh.telemetry.observe(
      kReads,
      [](Observer<std::int64_t>& observer, void* context) {
        observer.observe(total);
        static_cast<Telemetry*>(context)->add(kLookups, 1);
        static_cast<Telemetry*>(context)->flush();
      },
      &fresh.telemetry);
  fresh.telemetry.flush();
  total = 14;
  fresh.telemetry.flush();
  CHECK(integers_of(fresh.host.sent(0).body) == "10 1 ");
  CHECK(integers_of(fresh.host.sent(1).body) == "4 1 ");
  check_books(fresh.telemetry.report());
}

}  // namespace afterglow::test
