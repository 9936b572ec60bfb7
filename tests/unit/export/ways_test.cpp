// How traces leave when the program or the environment says so: where to, as what, or not at all.

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "telemetry/fixture.h"

namespace {

using namespace afterglow;
using namespace std::string_literals;
using namespace std::string_view_literals;
using host::FlushMode;
using host::Pair;
using host::Status;
using test::FreshInstance;

constexpr std::string_view kOwn = "user-agent\0afterglow/0.1.0 OTel-OTLP-Exporter-cpp/0.1.0\0"sv;

using Env = std::vector<Pair>;

struct Run {
  explicit Run(Env pairs, const Config& config = {},
               const host::Traits& traits = {.flush = FlushMode::WaitForAnswer}, int spans = 1)
      : environment(std::move(pairs)), fresh(config) {
    fresh.host.environment = environment;
    fresh.host.host_traits = traits;
    record(spans);
    report = fresh.telemetry.flush();
    CHECK(report.traces.balanced());
  }
  void record(int spans) {
    for (int i = 0; i < spans; ++i) {
      fresh.telemetry.start_span("span").end();
    }
  }
  [[nodiscard]] const host::Sent& sent() { return fresh.host.sent(0); }
  [[nodiscard]] bool has(std::string_view part) {
    return sent().body.find(part) != std::string_view::npos;
  }

  Env environment;
  FreshInstance<> fresh;
  FlushReport report;
};

host::Traits urls() {
  return {.flush = FlushMode::WaitForAnswer, .takes_urls = true};
}

TEST_CASE("as one line of OTLP/JSON on the log: unknown, with the log's limit") {
  for (const char* exporter : {"otlp/stdout", "console", "CONSOLE"}) {
    Run run(Env{{"OTEL_TRACES_EXPORTER", exporter}});
    CHECK(run.fresh.host.sent_count() == 0);
    REQUIRE(run.fresh.host.line_count() == 1);
    CHECK(run.fresh.host.line_stream(0) == "otlp");
    CHECK(run.fresh.host.line_severity(0) == 9);
    CHECK(run.fresh.host.line(0).find("{\"resourceSpans\":[") == 0);
    CHECK(run.report.traces.unknown == 1);
    CHECK(run.report.status == FlushStatus::Sent);
    CHECK(run.report.requests == 1);
  }
  Run split({}, {.traces = ExportWay::Log},
            {.flush = FlushMode::SendAndForget, .max_send_bytes = 1, .max_log_bytes = 1000}, 10);
  CHECK(split.fresh.host.line_count() > 2);
  CHECK(split.report.traces.unknown == 10);
  for (std::size_t i = 0; i < split.fresh.host.line_count(); ++i) {
    CHECK(split.fresh.host.line(i).size() <= 1000);
  }
  Run tiny({}, {.traces = ExportWay::Log}, {.max_log_bytes = 200}, 2);
  CHECK(tiny.report.traces.dropped(DropReason::TooLarge) == 2);
}

TEST_CASE("a log that refuses a line loses it, counted") {
  FreshInstance<> fresh({.traces = ExportWay::Log});
  fresh.host.log_status = Status::Limit;
  fresh.telemetry.start_span("span").end();
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.traces.dropped(DropReason::SendFailed) == 1);
  CHECK(report.status == FlushStatus::Failed);
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::SendFailed) == 1);
}

TEST_CASE("to nowhere: dropped and counted, nothing sent, and no complaint") {
  for (const bool by_program : {false, true}) {
    Run run(by_program ? Env{} : Env{{"OTEL_TRACES_EXPORTER", "none"}},
            {.traces = by_program ? ExportWay::None : ExportWay::Otlp},
            {.flush = FlushMode::WaitForAnswer}, 3);
    CHECK(run.report.traces.dropped(DropReason::NoExporter) == 3);
    CHECK(run.report.status == FlushStatus::Nothing);
    CHECK(run.report.requests == 0);
    CHECK(run.fresh.telemetry.free_pages() == run.fresh.telemetry.page_count());
    run.record(1);
    const FlushReport last = run.fresh.telemetry.shutdown();
    CHECK(last.traces.dropped(DropReason::NoExporter) == 4);
    CHECK(last.traces.balanced());
    CHECK(run.fresh.host.sent_count() == 0);
    CHECK(run.fresh.host.line_count() == 0);
  }
}

TEST_CASE("the environment's exporter replaces the program's; the first known one counts") {
  CHECK(Run(Env{{"OTEL_TRACES_EXPORTER", "otlp"}}, {.traces = ExportWay::None})
            .fresh.host.sent_count() == 1);
  CHECK(Run(Env{{"OTEL_TRACES_EXPORTER", "zipkin,none,otlp"}})
            .report.traces.dropped(DropReason::NoExporter) == 1);
  CHECK(Run(Env{{"OTEL_TRACES_EXPORTER", "zipkin"}}, {.traces = ExportWay::None})
            .report.traces.dropped(DropReason::NoExporter) == 1);
  CHECK(Run(Env{{"OTEL_TRACES_EXPORTER", ""}}).fresh.host.sent_count() == 1);
}

TEST_CASE(
    "timeouts: the signal's, the exporter's, the processor's, the program's, cut by the platform") {
  const Pair own{"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "1"};
  const Pair general{"OTEL_EXPORTER_OTLP_TIMEOUT", "2"};
  const Pair batch{"OTEL_BSP_EXPORT_TIMEOUT", "3"};
  const Config config{.timeout_ms = 4};
  CHECK(Run({batch, general, own}, config).sent().timeout_ms == 1);
  CHECK(Run({batch, general}, config).sent().timeout_ms == 2);
  CHECK(Run({batch}, config).sent().timeout_ms == 3);
  CHECK(Run({}, config).sent().timeout_ms == 4);
  CHECK(Run({}).sent().timeout_ms == 10'000);
  CHECK(Run({}, {}, {.post_response_ms = 500}).sent().timeout_ms == 500);
  CHECK(Run({batch}, {}, {.post_response_ms = 500}).sent().timeout_ms == 3);
}

TEST_CASE("the size of a batch splits requests") {
  Run run(Env{{"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2"}}, {}, {.flush = FlushMode::WaitForAnswer}, 5);
  CHECK(run.fresh.host.sent_count() == 3);
  CHECK(run.report.requests == 3);
  CHECK(run.report.traces.exported == 5);
  CHECK(run.report.traces.waiting == 0);
}

TEST_CASE("where a URL may be named, the endpoint is the destination") {
  const struct {
    Env environment;
    std::string_view destination;
    std::string_view path;
  } cases[] = {
      {{}, "", "/v1/traces"},
      {{{"OTEL_EXPORTER_OTLP_ENDPOINT", " http://c:4318 "}}, "http://c:4318", "/v1/traces"},
      {{{"OTEL_EXPORTER_OTLP_ENDPOINT", "https://c/otlp/"}}, "https://c", "/otlp/v1/traces"},
      {{{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://c/in?k=v"}}, "https://c", "/in?k=v"},
      {{{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://c"}}, "https://c", "/"},
      {{{"OTEL_EXPORTER_OTLP_ENDPOINT", "https://a"},
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://b/x"}},
       "https://b",
       "/x"},
      {{{"OTEL_EXPORTER_OTLP_ENDPOINT", "https://a"},
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "rubbish"}},
       "https://a",
       "/v1/traces"},
      {{{"OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://a"}}, "", "/v1/traces"},
  };
  for (const auto& one : cases) {
    Run run(one.environment, {}, urls());
    CHECK(run.sent().destination == one.destination);
    CHECK(run.sent().path == one.path);
    CHECK(run.sent().headers == kOwn);
    run.record(1);
    run.fresh.telemetry.flush();  // what was kept outlives the environment's text
    REQUIRE(run.fresh.host.sent_count() == 2);
    CHECK(run.fresh.host.sent(1).destination == one.destination);
    CHECK(run.fresh.host.sent(1).path == one.path);
  }
}

TEST_CASE("where it may not, or the program names a destination, nothing of it is used") {
  const Env environment = {{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"},
                           {"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "key=s3cret"}};
  for (const host::Traits& traits :
       {host::Traits{}, host::Traits{.takes_urls = true, .reads_endpoint = true}}) {
    Run run(environment, {}, traits);
    CHECK(run.sent().destination.empty());
    CHECK(run.sent().headers == kOwn);
  }
  Run run(environment, {.destination = "otel"}, urls());
  CHECK(run.sent().destination == "otel");
  CHECK(run.sent().path == "/v1/traces");
  CHECK(run.sent().headers == kOwn);
}

TEST_CASE("headers go out decoded, behind our own") {
  const Pair general{"OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%20b , x=y"};
  const Pair own{"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "z=1"};
  CHECK(Run({general}, {}, urls()).sent().headers == std::string(kOwn) + "api-key\0a b\0x\0y\0"s);
  CHECK(Run({general, own}, {}, urls()).sent().headers == std::string(kOwn) + "z\0001\0"s);
  const Pair bad{"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=%0A"};
  CHECK(Run({bad, general}, {}, urls()).sent().headers ==
        std::string(kOwn) + "api-key\0a b\0x\0y\0"s);
  Run run({general}, {}, urls());
  run.record(1);
  run.fresh.telemetry.flush();
  CHECK(run.fresh.host.sent(1).headers == std::string(kOwn) + "api-key\0a b\0x\0y\0"s);
}

TEST_CASE("a crowded resource does not crowd out what was kept") {
  std::string attributes;
  for (int i = 0; i < 200; ++i) {
    attributes += "key." + std::to_string(i) + "=value,";
  }
  Run run(Env{{"OTEL_RESOURCE_ATTRIBUTES", attributes},
              {"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"},
              {"OTEL_EXPORTER_OTLP_HEADERS", "api-key=secret"}},
          {}, urls());
  CHECK(run.sent().destination == "http://collector:4318");
  CHECK(run.sent().path == "/v1/traces");
  CHECK(run.sent().headers == std::string(kOwn) + "api-key\0secret\0"s);
  CHECK(run.fresh.telemetry.diagnostic_count(Diagnostic::ResourceTruncated) == 1);
}

TEST_CASE("headers for an endpoint that is not used are told to nobody") {
  Run run(
      Env{{"OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense"}, {"OTEL_EXPORTER_OTLP_HEADERS", "k=s3cret"}},
      {}, urls());
  CHECK(run.sent().headers == kOwn);
}

TEST_CASE("the resource: program, then service name, then attributes, then platform") {
  const Pair platform[] = {{"cloud.region", "x1"}, {"host.name", "h1"}, {"empty", ""}};
  const Pair attributes{"OTEL_RESOURCE_ATTRIBUTES",
                        "service.name=third,cloud.region=eu%2C1,a=1,a=2,b=,service.version=9,"
                        "telemetry.sdk.name=other,team=edge"};
  const auto body_of = [&](Env environment, const Config& config) {
    FreshInstance<> fresh(config);
    fresh.host.environment = environment;
    fresh.host.platform = platform;
    fresh.telemetry.start_span("span").end();
    fresh.telemetry.flush();
    const std::string_view body = fresh.host.sent(0).body;
    const std::size_t begin = body.find("\"attributes\":[");
    return std::string(body.data() + begin, body.find("]}", begin) - begin);
  };
  const auto text = [](const char* key, const char* value) {
    return std::string("{\"key\":\"") + key + "\",\"value\":{\"stringValue\":\"" + value + "\"}}";
  };
  const std::string sdk = "," + text("telemetry.sdk.name", "afterglow") + "," +
                          text("telemetry.sdk.language", "cpp") + "," +
                          text("telemetry.sdk.version", "0.1.0") + ",";
  const std::string rest = text("cloud.region", "eu,1") + "," + text("a", "2") + "," +
                           text("b", "") + "," + text("service.version", "9") + "," +
                           text("team", "edge") + "," + text("host.name", "h1");
  CHECK(body_of({attributes}, {}) ==
        "\"attributes\":[" + text("service.name", "third") + sdk + rest);
  CHECK(body_of({attributes, {"OTEL_SERVICE_NAME", "second"}}, {}) ==
        "\"attributes\":[" + text("service.name", "second") + sdk + rest);
  CHECK(body_of({{"OTEL_SERVICE_NAME", "second"}, attributes}, {.service_name = "first"}) ==
        "\"attributes\":[" + text("service.name", "first") + sdk + rest);
  constexpr Attribute kOwnAttributes[] = {{"team", "core"}, {"service.name", "zeroth"}};
  const std::string own = body_of({attributes, {"OTEL_SERVICE_NAME", "second"}},
                                  {.service_name = "first", .resource = kOwnAttributes});
  CHECK(own.find(text("service.name", "zeroth")) != std::string::npos);
  CHECK(own.find(text("team", "core")) != std::string::npos);
  CHECK(own.find("edge") == std::string::npos);
  const Pair wrong{"OTEL_RESOURCE_ATTRIBUTES", "a=1,b"};
  CHECK(body_of({wrong}, {}) == "\"attributes\":[" + text("service.name", "unknown_service") + sdk +
                                    text("cloud.region", "x1") + "," + text("host.name", "h1"));
}

TEST_CASE("what was fixed at first use stays, whatever the environment says later") {
  const Pair before[] = {{"OTEL_TRACES_SAMPLER", "always_on"}};
  const Pair after[] = {{"OTEL_SDK_DISABLED", "true"},
                        {"OTEL_TRACES_SAMPLER", "always_off"},
                        {"OTEL_SERVICE_NAME", "late"}};
  FreshInstance<> fresh;
  fresh.host.environment = before;
  fresh.telemetry.start_span("span").end();
  fresh.host.environment = after;
  fresh.telemetry.flush();
  REQUIRE(fresh.host.sent_count() == 1);
  CHECK(fresh.host.sent(0).body.find("late") != std::string_view::npos);
  fresh.telemetry.start_span("span").end();
  CHECK(fresh.telemetry.flush().traces.exported == 2);
}

TEST_CASE("a disabled SDK asks the host for its environment and nothing else") {
  FreshInstance<> fresh;
  const Pair environment[] = {{"OTEL_SDK_DISABLED", "true"}, {"OTEL_BSP_MAX_QUEUE_SIZE", "1"}};
  fresh.host.environment = environment;
  fresh.telemetry.start_span("span").end();
  for (const FlushReport& report : {fresh.telemetry.flush(), fresh.telemetry.shutdown()}) {
    CHECK(report.status == FlushStatus::Disabled);
    CHECK(report.traces.recorded == 1);
    CHECK(report.traces.dropped(DropReason::Disabled) == 1);
    CHECK(report.traces.balanced());
  }
  CHECK(fresh.host.calls() == "e");
}

TEST_CASE("a flush whose spans are lost and whose log line may have arrived went well in part") {
  test::FreshInstance<> fresh({.logs = ExportWay::Log});
  fresh.host.default_answer = {.http_status = 500};
  fresh.telemetry.start_span("span").end();
  fresh.telemetry.log(Severity::Error, "text");
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.traces.exported == 0);
  CHECK(report.logs.unknown == 1);
  CHECK(report.status == FlushStatus::Partial);
}

}  // namespace
