// What is said about variables that are wrong or ignored: each line, word for word.

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "telemetry/fixture.h"

namespace {

using namespace afterglow;
using namespace std::string_view_literals;
using host::Pair;
using test::FreshInstance;

using Lines = std::vector<std::string>;

struct Told {
  Lines lines;
  std::uint32_t count = 0;
};

// The lines of the first flush of an instance that recorded one span, and of a second one.
Told told_of(const std::vector<Pair>& environment, const host::Traits& traits = {},
             Config config = {}) {
  Told told;
  config.diagnostics = {.handle =
                            [](void* lines, Diagnostic kind, std::string_view line) {
                              CHECK(kind == Diagnostic::ConfigurationInvalid);
                              static_cast<Lines*>(lines)->emplace_back(line);
                            },
                        .context = &told.lines};
  FreshInstance<1024 * 1024> fresh(config);
  fresh.host.environment = environment;
  fresh.host.host_traits = traits;
  for (int flush = 0; flush < 2; ++flush) {
    fresh.telemetry.start_span("span").end();
    CHECK(told.lines.size() == told.count);  // nothing is told before the response
    fresh.telemetry.flush();
    told.count = fresh.telemetry.diagnostic_count(Diagnostic::ConfigurationInvalid);
    CHECK(told.lines.size() == told.count);
  }
  for (const std::string& line : told.lines) {
    for (const char c : line) {
      CHECK(c >= ' ');
      CHECK(c <= '~');
    }
  }
  return told;
}

void check(std::string_view name, std::string_view value, const char* line,
           const host::Traits& traits = {}, const Config& config = {}) {
  CAPTURE(name);
  CAPTURE(value);
  const Told told = told_of({{name, value}}, traits, config);
  if (line[0] == '\0') {
    CHECK(told.lines.empty());
    CHECK(told.count == 0);
  } else {
    REQUIRE(told.lines.size() == 1);
    CHECK(told.lines[0] == "afterglow: " + std::string(name) + line);
  }
}

TEST_CASE("good and empty values are not worth a line") {
  const struct {
    const char* name;
    const char* value;
  } good[] = {{"OTEL_SDK_DISABLED", "false"},
              {"OTEL_LOG_LEVEL", "debug"},
              {"OTEL_PROPAGATORS", "b3,baggage"},
              {"OTEL_TRACES_SAMPLER", "always_on"},
              {"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "0"},
              {"OTEL_ATTRIBUTE_COUNT_LIMIT", "1"},
              {"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "1"},
              {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "1"},
              {"OTEL_SPAN_EVENT_COUNT_LIMIT", "1"},
              {"OTEL_SPAN_LINK_COUNT_LIMIT", "1"},
              {"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "1"},
              {"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "1"},
              {"OTEL_SERVICE_NAME", "\xFF\""},
              {"OTEL_RESOURCE_ATTRIBUTES", "a=b,c=%20"},
              {"OTEL_TRACES_EXPORTER", "otlp"},
              {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1"},
              {"OTEL_BSP_EXPORT_TIMEOUT", "1"},
              {"OTEL_EXPORTER_OTLP_TIMEOUT", "1"},
              {"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "4294967295"},
              {"OTEL_EXPORTER_OTLP_COMPRESSION", "None"},
              {"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "none"},
              {"OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"},
              {"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "HTTP/JSON"},
              {"OTEL_EXPORTER_ZIPKIN_ENDPOINT", "rubbish"}};
  for (const auto& one : good) {
    check(one.name, one.value, "");
    check(one.name, " \t", "");
  }
  for (const char* name :
       {"OTEL_TRACES_SAMPLER_ARG", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_MAX_QUEUE_SIZE",
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"}) {
    check(name, "", "");
    check(name, "\n", "");
  }
}

TEST_CASE("words") {
  check("OTEL_SDK_DISABLED", " 1 ", "=\"1\" is no known value: false is used");
  check("OTEL_LOG_LEVEL", "loud", "=\"loud\" is no known value: info is used");
  check("OTEL_PROPAGATORS", "jaeger",
        "=\"jaeger\" names no known propagator: the program's are used");
  check("OTEL_PROPAGATORS", "xray,b3",
        "=\"xray,b3\" names an unknown propagator: the known ones are used");
  check("OTEL_PROPAGATORS", "b3,none", "=\"b3,none\" names none beside others: none is used");
  check("OTEL_TRACES_SAMPLER", "xray", "=\"xray\" is no known value: the program's is used");
  check("OTEL_TRACES_SAMPLER", "traceidratio",
        "=\"traceidratio\" needs OTEL_TRACES_SAMPLER_ARG: 1 is used");
  check("OTEL_TRACES_SAMPLER_ARG", "0.5", "");  // for the program's own sampler
  check("OTEL_TRACES_SAMPLER_ARG", "1.5",
        "=\"1.5\" is not a ratio from 0 to 1: the program's is used");
  check("OTEL_TRACES_EXPORTER", "zipkin",
        "=\"zipkin\" names no known exporter: otlp/stdout is used", {},
        {.traces = ExportWay::Log, .diagnostics = {}});
  check("OTEL_TRACES_EXPORTER", "zipkin", "=\"zipkin\" names no known exporter: otlp is used");
  check("OTEL_TRACES_EXPORTER", "zipkin",
        "=\"zipkin\" names no known exporter: otlp/stdout is used", {},
        {.traces = ExportWay::Lines, .diagnostics = {}});
  check("OTEL_LOGS_EXPORTER", "zipkin", "=\"zipkin\" names no known exporter: console is used", {},
        {.logs = ExportWay::Lines, .diagnostics = {}});
  check("OTEL_TRACES_EXPORTER", "zipkin,otlp,console",
        "=\"zipkin,otlp,console\" names more than one exporter: otlp is used");
  check("OTEL_TRACES_EXPORTER", "none,otlp",
        "=\"none,otlp\" names more than one exporter: none is used");
  for (const std::string name :
       {"OTEL_EXPORTER_OTLP_COMPRESSION", "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION"}) {
    check(name, "gzip", "=\"gzip\" is not supported: none is used");
  }
  for (const std::string name :
       {"OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"}) {
    check(name, "grpc", "=\"grpc\" is not supported: http/json is used");
    check(name, "http/protobuf", "=\"http/protobuf\" is not supported: http/json is used");
  }
  check("OTEL_BSP_SCHEDULE_DELAY", "5000", "=\"5000\" is ignored: nothing runs in the background");
  check("OTEL_BSP_MAX_QUEUE_SIZE", "1", "=\"1\" is ignored: the lent buffer is the queue");
}

TEST_CASE("a ratio that is none") {
  for (const char* sampler : {"traceidratio", "parentbased_traceidratio"}) {
    const Told told =
        told_of({{"OTEL_TRACES_SAMPLER_ARG", "1.5"}, {"OTEL_TRACES_SAMPLER", sampler}});
    CHECK(
        told.lines ==
        Lines{"afterglow: OTEL_TRACES_SAMPLER_ARG=\"1.5\" is not a ratio from 0 to 1: 1 is used"});
  }
}

TEST_CASE("numbers: what is used instead is what is in force") {
  const Config config{.limits = {1, 2, 3, 4, 5, 6}, .timeout_ms = 77};
  const struct {
    const char* name;
    const char* used;
    int least;
  } rows[] = {{"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "6 is used", 0},
              {"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "6 is used", 0},
              {"OTEL_ATTRIBUTE_COUNT_LIMIT", "1 is used", 0},
              {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "1 is used", 0},
              {"OTEL_SPAN_EVENT_COUNT_LIMIT", "2 is used", 0},
              {"OTEL_SPAN_LINK_COUNT_LIMIT", "3 is used", 0},
              {"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "4 is used", 0},
              {"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "5 is used", 0},
              {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "no limit is used", 1},
              {"OTEL_BSP_EXPORT_TIMEOUT", "77 is used", 1},
              {"OTEL_EXPORTER_OTLP_TIMEOUT", "77 is used", 1},
              {"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "77 is used", 1}};
  for (const auto& row : rows) {
    const std::string tail =
        " is not a number from " + std::to_string(row.least) + " to 4294967295: " + row.used;
    check(row.name, "-5", ("=\"-5\"" + tail).c_str(), {}, config);
    check(row.name, "4294967296", ("=\"4294967296\"" + tail).c_str(), {}, config);
    check(row.name, "ten", ("=\"ten\"" + tail).c_str(), {}, config);
    check(row.name, "0", row.least == 0 ? "" : ("=\"0\"" + tail).c_str(), {}, config);
  }
  const Told told = told_of({{"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "x"},
                             {"OTEL_BSP_EXPORT_TIMEOUT", "100"},
                             {"OTEL_EXPORTER_OTLP_TIMEOUT", "200"}});
  CHECK(told.lines == Lines{"afterglow: OTEL_EXPORTER_OTLP_TRACES_TIMEOUT=\"x\" is not a number "
                            "from 1 to 4294967295: 200 is used"});
}

TEST_CASE("what is in force is told of the signal that the variable is of") {
  const Told told = told_of({{"OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", "300"},
                             {"OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "400"},
                             {"OTEL_BLRP_EXPORT_TIMEOUT", "x"},
                             {"OTEL_METRIC_EXPORT_TIMEOUT", "x"},
                             {"OTEL_BSP_EXPORT_TIMEOUT", "x"},
                             {"OTEL_METRIC_EXPORT_INTERVAL", "x"},
                             {"OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "0"}},
                            {}, {.metrics = {.every_ms = 7000}, .timeout_ms = 77});
  const std::string is_none = "=\"x\" is not a number from 1 to 4294967295: ";
  CHECK(told.lines ==
        Lines{"afterglow: OTEL_BLRP_EXPORT_TIMEOUT" + is_none + "300 is used",
              "afterglow: OTEL_METRIC_EXPORT_TIMEOUT" + is_none + "400 is used",
              "afterglow: OTEL_BSP_EXPORT_TIMEOUT" + is_none + "77 is used",
              "afterglow: OTEL_METRIC_EXPORT_INTERVAL" + is_none + "7000 is used",
              "afterglow: OTEL_BLRP_MAX_EXPORT_BATCH_SIZE=\"0\" is not a number from 1 to "
              "4294967295: no limit is used"});
}

TEST_CASE("lists that cannot be decoded are left out whole") {
  check("OTEL_RESOURCE_ATTRIBUTES", "a=b,c",
        "=\"a=b,c\" is not a percent-encoded list of name=value: it is left out");
  check("OTEL_RESOURCE_ATTRIBUTES", "a=%2",
        "=\"a=%2\" is not a percent-encoded list of name=value: it is left out");
  check("OTEL_SERVICE_NAME", std::string(10'000, 'x'),
        ("=\"" + std::string(64, 'x') + "...\" is too long: it is left out").c_str());
}

TEST_CASE("endpoint and headers where they mean nothing") {
  for (const std::string name :
       {"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"}) {
    check(name, "http://c", "=\"http://c\" is ignored: the host owns the URL");
    check(name, "http://c", "=\"http://c\" is ignored: the program names the destination",
          {.takes_urls = true}, {.destination = "otel"});
    check(name, "c:4318", "=\"c:4318\" is not a usable http or https URL: it is left out",
          {.takes_urls = true});
    check(name, "http://c", "", {.takes_urls = true});
    check(name, "rubbish", "", {.reads_endpoint = true});
  }
}

TEST_CASE("values of headers are never told") {
  const host::Traits urls{.takes_urls = true};
  for (const std::string name :
       {"OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"}) {
    check(name, "api-key=s3cret, x=s3cret", " (api-key, x) is ignored: the host owns the URL");
    check(name, "api-key=s3cret", " (api-key) is ignored: the program names the destination", urls,
          {.destination = "otel"});
    check(name, "s3cret", " is not a percent-encoded list of name=value: it is left out", urls);
    check(name, "a=s3cret,%", " is not a percent-encoded list of name=value: it is left out", urls);
    check(name, "a b=s3cret", " is not a percent-encoded list of name=value: it is left out", urls);
    check(name, "a=%0d%0as3cret", " is not a percent-encoded list of name=value: it is left out",
          urls);
    check(name, ("a=" + std::string(9000, 's')), " (a) is too long: it is left out", urls);
    check(name, "s3cret", "", {.reads_endpoint = true});
    check(name, "a=b", "", urls);
    check(name, std::string(100, 'n') + "=s3cret,x=y",
          (" (" + std::string(64, 'n') + "...) is ignored: the host owns the URL").c_str());
  }
  const Told told = told_of(
      {{"OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense"}, {"OTEL_EXPORTER_OTLP_HEADERS", "key=s3cret"}},
      urls);
  CHECK(told.lines ==
        Lines{"afterglow: OTEL_EXPORTER_OTLP_ENDPOINT=\"nonsense\" is not a usable http or https "
              "URL: it is left out",
              "afterglow: OTEL_EXPORTER_OTLP_HEADERS (key) is ignored: the endpoint is not used"});
}

TEST_CASE("what is shown of a value is short and printable") {
  check("OTEL_LOG_LEVEL", "a\0b\nc\x7F\"\xFF\xC3\xA4\xE2\x80\xAE!"sv,
        "=\"a?b?c?'???"
        "???"
        "!\" is no known value: info is used");
  check("OTEL_LOG_LEVEL", std::string(64, 'x'),
        ("=\"" + std::string(64, 'x') + "\" is no known value: info is used").c_str());
  check("OTEL_LOG_LEVEL", std::string(65, 'x'),
        ("=\"" + std::string(64, 'x') + "...\" is no known value: info is used").c_str());
  check("OTEL_LOG_LEVEL", std::string(65, '\xE4'),
        ("=\"" + std::string(64, '?') + "...\" is no known value: info is used").c_str());
}

TEST_CASE("everything wrong at once: one line for each variable, in the order of the environment") {
  const std::vector<Pair> environment = {{"OTEL_BSP_SCHEDULE_DELAY", "1"},
                                         {"OTEL_SDK_DISABLED", "no"},
                                         {"OTEL_LOG_LEVEL", "x"},
                                         {"OTEL_BSP_SCHEDULE_DELAY", "2"},
                                         {"OTEL_LOG_LEVEL", "y"}};
  CHECK(told_of(environment).lines ==
        Lines{"afterglow: OTEL_BSP_SCHEDULE_DELAY=\"1\" is ignored: nothing runs in the background",
              "afterglow: OTEL_SDK_DISABLED=\"no\" is no known value: false is used",
              "afterglow: OTEL_LOG_LEVEL=\"x\" is no known value: info is used"});
}

TEST_CASE("a quiet SDK counts and says nothing") {
  for (const char* level : {"none", "off", "error"}) {
    FreshInstance<> fresh;
    const Pair environment[] = {{"OTEL_SPAN_LINK_COUNT_LIMIT", "x"}, {"OTEL_LOG_LEVEL", level}};
    fresh.host.environment = environment;
    fresh.host.default_answer = {.http_status = 500};
    fresh.telemetry.start_span("span").end();
    fresh.telemetry.shutdown();
    CHECK(fresh.telemetry.diagnostic_count(Diagnostic::ConfigurationInvalid) == 1);
    CHECK(fresh.telemetry.diagnostic_count(Diagnostic::ExportRefused) == 1);
    CHECK(fresh.host.line_count() == 0);
  }
}

TEST_CASE("an environment that does not fit is told once, without any variable") {
  FreshInstance<8 * 1024> fresh;
  const std::string large(20'000, 'x');
  const Pair environment[] = {{"OTEL_SDK_DISABLED", "nope"}, {"OTHER", large}};
  fresh.host.environment = environment;
  fresh.telemetry.start_span("span").end();
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.traces.exported == 1);
  REQUIRE(fresh.host.line_count() == 1);
  CHECK(fresh.host.line(0) == "afterglow: the environment could not be read (host status 4)");
  CHECK(fresh.host.line_stream(0) == "afterglow");
  CHECK(fresh.host.line_severity(0) == 13);
}

TEST_CASE("what is wrong is told even when there is nothing to send") {
  FreshInstance<> fresh({.sampler = kAlwaysOff});
  const Pair environment[] = {{"OTEL_LOG_LEVEL", "loud"}, {"OTEL_BSP_MAX_QUEUE_SIZE", "9"}};
  fresh.host.environment = environment;
  fresh.telemetry.start_span("span").end();
  fresh.telemetry.flush();
  CHECK(fresh.host.line_count() == 2);
  CHECK(fresh.host.sent_count() == 0);
}

}  // namespace
