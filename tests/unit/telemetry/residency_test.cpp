// Residency: what leaves by the region of the instance, and what never does.

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

#include "fixture.h"
#include "log_fixture.h"

namespace afterglow::test {
namespace {

constexpr ResidencyRule kRules[] = {
    {.region = "eu-", .match = RegionMatch::Prefix, .destination = "otel-eu"},
    {.region = "us-east-1", .signals = kTracesOnly, .destination = "otel-us"},
    {.region = "us-east-1", .signals = kLogsOnly, .action = ResidencyAction::LocalLogOnly},
    {.region = "xx", .action = ResidencyAction::Drop}};
constexpr Counter kTaken{"taken", "{record}"};
constexpr ResidencyPolicy kStrict{.rules = kRules, .strict = true};
constexpr ResidencyPolicy kLenient{.rules = kRules};

// One span and one record in an instance of that region.
struct InRegion {
  FreshInstance<> fresh;
  FlushReport report;
  host::Pair platform[1];

  InRegion(const Config& config, std::string_view region)
      : fresh(config), platform{{"cloud.region", region}} {
    fresh.host.platform = platform;
    fresh.telemetry.start_span("span").end();
    fresh.telemetry.log(Severity::Error, "record");
    report = fresh.telemetry.flush();
    CHECK(report.traces.balanced());
    CHECK(report.logs.balanced());
    CHECK(all_free(fresh.telemetry));
  }
  [[nodiscard]] std::string destinations() const {
    std::string all;
    for (std::size_t i = 0; i < fresh.host.sent_count(); ++i) {
      all.append(fresh.host.sent(i).destination).append(" ");
    }
    return all;
  }
  [[nodiscard]] bool nothing_left() const {
    return fresh.host.sent_count() == 0 && fresh.host.line_count() == 0 &&
           report.traces.dropped(DropReason::Residency) == 1 &&
           report.logs.dropped(DropReason::Residency) == 1;
  }
};

}  // namespace

TEST_CASE("a rule names the destination, by prefix") {
  for (const std::string_view region : {"eu-west-1", "eu-"}) {
    const InRegion in({.residency = kStrict}, region);
    CHECK(in.destinations() == "otel-eu otel-eu ");
    CHECK(in.report.logs.exported == 1);
  }
}

TEST_CASE("each signal has its own rule") {
  const InRegion in({.residency = kStrict}, "us-east-1");
  CHECK(in.destinations() == "otel-us ");
  REQUIRE(in.fresh.host.line_count() == 1);
  CHECK(in.fresh.host.line_stream(0) == "otlp");
  const InRegion lines({.residency = kStrict, .logs = LogWay{ExportWay::Otlp, ExportWay::Lines}},
                       "us-east-1");
  REQUIRE(lines.fresh.host.line_count() == 1);
  CHECK(lines.fresh.host.line_stream(0) == "logs");
}

TEST_CASE("strict: no rule, or no region, and nothing leaves; it is counted") {
  for (const std::string_view region : {"us-east-2", "us-east-11", "us-east-", "eu", "EU-WEST-1",
                                        " eu-west-1", "", "eu\n", "\xff"}) {
    CAPTURE(region);
    CHECK(InRegion({.residency = kStrict}, region).nothing_left());
  }
}

TEST_CASE("without strict what no rule is about leaves as configured") {
  const InRegion in({.residency = kLenient, .destination = "mine"}, "ap-1");
  CHECK(in.destinations() == "mine mine ");
  CHECK(InRegion({.residency = kLenient}, "xx").nothing_left());
  CHECK(InRegion({}, "xx").report.logs.exported == 1);
}

TEST_CASE("the first rule that matches decides") {
  static constexpr ResidencyRule kOrder[] = {
      {.region = "eu-west-1", .destination = "first"},
      {.match = RegionMatch::Any, .action = ResidencyAction::Drop},
      {.region = "eu-west-2", .destination = "never"}};
  static constexpr ResidencyPolicy kPolicy{.rules = kOrder};
  CHECK(InRegion({.residency = kPolicy}, "eu-west-1").destinations() == "first first ");
  CHECK(InRegion({.residency = kPolicy}, "eu-west-2").nothing_left());
  CHECK(InRegion({.residency = kPolicy}, "").nothing_left());  // any is also no region
}

TEST_CASE("the region: the program's word, its resource, then the environment, then the platform") {
  static constexpr ResidencyPolicy kKnown{.rules = kRules, .region = "eu-1", .strict = true};
  static constexpr Attribute kOwn[] = {{"cloud.region", "eu-1"}};
  static constexpr ResidencyPolicy kByZone{
      .rules = kRules, .key = "cloud.availability_zone", .strict = true};
  static constexpr host::Pair kEnvironment[] = {
      {"OTEL_RESOURCE_ATTRIBUTES", "cloud.availability_zone=eu-1,cloud.region=eu-1"}};
  CHECK(InRegion({.residency = kKnown}, "xx").destinations() == "otel-eu otel-eu ");
  CHECK(InRegion({.resource = kOwn, .residency = kStrict}, "xx").destinations() ==
        "otel-eu otel-eu ");
  for (const ResidencyPolicy* policy : {&kStrict, &kByZone}) {
    FreshInstance<> fresh({.residency = *policy});
    static constexpr host::Pair kPlatform[] = {{"cloud.region", "xx"}};
    fresh.host.environment = kEnvironment;
    fresh.host.platform = kPlatform;
    fresh.telemetry.start_span("span").end();
    CHECK(fresh.telemetry.flush().traces.exported == 1);
    CHECK(fresh.host.sent(0).destination == "otel-eu");
  }
}

TEST_CASE("a rule's destination takes neither endpoint nor headers of another") {
  static constexpr host::Pair kEnvironment[] = {
      {"OTEL_EXPORTER_OTLP_ENDPOINT", "https://elsewhere/base"},
      {"OTEL_EXPORTER_OTLP_HEADERS", "api-key=secret"}};
  static constexpr host::Pair kPlatform[] = {{"cloud.region", "eu-1"}};
  FreshInstance<> fresh({.residency = kStrict});
  fresh.host.host_traits.takes_urls = true;
  fresh.host.environment = kEnvironment;
  fresh.host.platform = kPlatform;
  fresh.telemetry.start_span("span").end();
  fresh.telemetry.flush();
  CHECK(fresh.host.sent(0).destination == "otel-eu");
  CHECK(fresh.host.sent(0).path == "/v1/traces");
  CHECK_FALSE(contains(fresh.host.sent(0).headers, "api-key"));
}

TEST_CASE("the limits are those of the destination that a rule names") {
  static constexpr host::Pair kPlatform[] = {{"cloud.region", "eu-1"}};
  static constexpr host::TraitsOf kSmall[] = {
      {"otel-eu", {.max_send_bytes = 2000, .post_response_ms = 70}}};
  static constexpr host::TraitsOf kLarge[] = {{"otel-eu", {.max_send_bytes = 0}}};
  for (const bool is_small : {true, false}) {
    CAPTURE(is_small);
    FreshInstance<> fresh({.residency = kStrict});
    fresh.host.host_traits.max_send_bytes = is_small ? 0 : 2000;
    fresh.host.destination_traits = is_small ? kSmall : kLarge;
    fresh.host.platform = kPlatform;
    for (int i = 0; i < 10; ++i) {
      fresh.telemetry.start_span("span", {}, {{"text", std::string(150, 'x')}}).end();
      fresh.telemetry.log(Severity::Info, std::string(150, 'x'));
      fresh.telemetry.add(kTaken, 1, {{"number", i}});
    }
    fresh.telemetry.export_metrics_next();
    const FlushReport report = fresh.telemetry.flush();
    CHECK(report.traces.exported == 10);
    CHECK(report.logs.exported == 10);
    CHECK(report.metrics.exported == 10);
    CHECK((fresh.host.sent_count() > 3) == is_small);
    for (std::size_t i = 0; i < fresh.host.sent_count(); ++i) {
      CHECK(fresh.host.sent(i).destination == "otel-eu");
      CHECK((!is_small || fresh.host.sent(i).body.size() <= 2000));
      CHECK(fresh.host.sent(i).timeout_ms == (is_small ? 70 : 10'000));
    }
    CHECK(fresh.host.count(Call::Traits) == 4);  // of the default one, and for each signal's rule
  }
}

TEST_CASE("nothing is encoded, and the platform asked, before the first flush only") {
  FreshInstance<> fresh({.residency = kStrict});
  fresh.telemetry.start_span("span").end();
  CHECK(fresh.host.count(Call::Resource) == 0);
  fresh.telemetry.flush();
  fresh.telemetry.start_span("span").end();
  fresh.telemetry.flush();
  CHECK(fresh.host.count(Call::Resource) == 1);
  CHECK(fresh.telemetry.report().traces.dropped(DropReason::Residency) == 2);
}

TEST_CASE("a way of none stays none, whatever the rules send") {
  const InRegion in({.residency = kStrict, .traces = ExportWay::None, .logs = ExportWay::None},
                    "eu-1");
  CHECK(in.report.traces.dropped(DropReason::NoExporter) == 1);
  CHECK(in.report.logs.dropped(DropReason::NoExporter) == 1);
  CHECK(in.fresh.host.sent_count() == 0);
  const InRegion local({.residency = kStrict, .logs = ExportWay::None}, "us-east-1");
  CHECK(local.report.logs.dropped(DropReason::NoExporter) == 1);
  CHECK(local.fresh.host.line_count() == 0);
}

TEST_CASE("a region shorter than a prefix does not match it, whatever stands behind it in memory") {
  const std::string_view text = "eu-west-1";
  CHECK(kStrict.judge(Signal::Logs, text.substr(0, 3)).action == ResidencyAction::Send);
  CHECK(kStrict.judge(Signal::Logs, text.substr(0, 2)).action == ResidencyAction::Drop);
}

TEST_CASE(
    "anonymise first: called before each flush; without it, or when it fails, nothing leaves") {
  static int calls[4];
  static constexpr Anonymiser kWorks{
      [](const Anonymiser& /*self*/, record::Recorder& /*recorder*/, Signal signal) {
        ++calls[static_cast<int>(signal)];
        return true;
      }};
  static constexpr Anonymiser kFails{[](const Anonymiser& /*self*/, record::Recorder& /*recorder*/,
                                        Signal /*signal*/) { return false; }};
  static constexpr ResidencyRule kWorking[] = {{.match = RegionMatch::Any,
                                                .action = ResidencyAction::AnonymiseFirst,
                                                .destination = "clean",
                                                .anonymiser = &kWorks}};
  static constexpr ResidencyRule kFailing[] = {{.match = RegionMatch::Any,
                                                .action = ResidencyAction::AnonymiseFirst,
                                                .anonymiser = &kFails}};
  static constexpr ResidencyRule kMissing[] = {
      {.match = RegionMatch::Any, .action = ResidencyAction::AnonymiseFirst}};
  static constexpr ResidencyPolicy kPolicy{.rules = kWorking};
  static constexpr ResidencyPolicy kFailingPolicy{.rules = kFailing};
  static constexpr ResidencyPolicy kMissingPolicy{.rules = kMissing};
  CHECK(InRegion({.residency = kPolicy}, "eu-1").destinations() == "clean clean ");
  CHECK(calls[static_cast<int>(Signal::Traces)] == 1);
  CHECK(calls[static_cast<int>(Signal::Logs)] == 1);
  CHECK(InRegion({.residency = kFailingPolicy}, "eu-1").nothing_left());
  CHECK(InRegion({.residency = kMissingPolicy}, "eu-1").nothing_left());
}

}  // namespace afterglow::test
