// What the environment says about logs, through whole requests.

#include <doctest/doctest.h>

#include <string>

#include "telemetry/fixture.h"
#include "telemetry/log_fixture.h"

namespace afterglow::test {
namespace {

using host::Pair;

struct Told {
  std::string lines;
  [[nodiscard]] DiagnosticHandler handler() {
    return {.handle =
                [](void* context, Diagnostic /*kind*/, std::string_view line) {
                  static_cast<std::string*>(context)->append(line) += '\n';
                },
            .context = &lines};
  }
};

// Flushes one record and one span in that environment; gives what was told.
template <class Check>
std::string in_environment(std::initializer_list<Pair> pairs, const Config& config, Check check) {
  Told told;
  Config with_handler = config;
  with_handler.diagnostics = told.handler();
  FreshInstance<> fresh(with_handler);
  fresh.host.environment = {pairs.begin(), pairs.size()};
  fresh.host.host_traits.takes_urls = true;
  fresh.telemetry.start_span("span").end();
  fresh.telemetry.log(Severity::Error, "äöü", {{"a", "abc"}, {"b", 2}});
  fresh.telemetry.log(Severity::Error, "second");
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.logs.balanced());
  check(fresh.host, report);
  return told.lines;
}

constexpr Config kWithLines{.logs = LogWay{ExportWay::Otlp, ExportWay::Lines}};

}  // namespace

TEST_CASE("OTEL_LOGS_EXPORTER names the way of logs only") {
  CHECK(in_environment({{"OTEL_LOGS_EXPORTER", "none"}}, {},
                       [](FakeHost& host, const FlushReport& report) {
                         CHECK(report.logs.dropped(DropReason::NoExporter) == 2);
                         CHECK(host.sent_count() == 1);
                       })
            .empty());
  CHECK(in_environment({{"OTEL_LOGS_EXPORTER", "otlp/stdout"}}, kWithLines,
                       [](FakeHost& host, const FlushReport& report) {
                         CHECK(report.logs.unknown == 2);
                         REQUIRE(host.line_count() == 1);
                         CHECK(host.line_stream(0) == "otlp");
                       })
            .empty());
  CHECK(in_environment({{"OTEL_LOGS_EXPORTER", "Console"}}, kWithLines,
                       [](FakeHost& host, const FlushReport& report) {
                         CHECK(report.logs.unknown == 2);
                         REQUIRE(host.line_count() == 2);
                         CHECK(host.line_stream(0) == "logs");
                       })
            .empty());
  CHECK(in_environment({{"OTEL_LOGS_EXPORTER", "otlp"}}, {.logs = ExportWay::Lines},
                       [](FakeHost& host, const FlushReport& report) {
                         CHECK(report.logs.exported == 2);
                         CHECK(host.sent_count() == 2);
                       })
            .empty());
  CHECK(in_environment({{"OTEL_TRACES_EXPORTER", "none"}}, {},
                       [](FakeHost& host, const FlushReport& report) {
                         CHECK(report.logs.exported == 2);
                         CHECK(report.traces.dropped(DropReason::NoExporter) == 1);
                         CHECK(host.sent_count() == 1);
                       })
            .empty());
}

TEST_CASE("lines are not there where the program does not name them") {
  CHECK(in_environment({{"OTEL_LOGS_EXPORTER", "console"}}, {},
                       [](FakeHost& host, const FlushReport& /*report*/) {
                         REQUIRE(host.line_count() == 1);
                         CHECK(host.line_stream(0) == "otlp");
                       }) ==
        "afterglow: OTEL_LOGS_EXPORTER=\"console\" needs ExportWay::Lines in the program: "
        "otlp/stdout is used\n");
}

TEST_CASE("one line for each wrong variable of logs") {
  CHECK(in_environment({{"OTEL_LOGS_EXPORTER", "zipkin"},
                        {"OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "0"},
                        {"OTEL_BLRP_EXPORT_TIMEOUT", "soon"},
                        {"OTEL_BLRP_SCHEDULE_DELAY", "1000"},
                        {"OTEL_BLRP_MAX_QUEUE_SIZE", "2048"},
                        {"OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "-1"},
                        {"OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", "x"},
                        {"OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", "1.5"},
                        {"OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "gzip"},
                        {"OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "grpc"},
                        {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "ftp://logs"},
                        {"OTEL_EXPORTER_OTLP_LOGS_HEADERS", "api-key=secret"}},
                       {.log_limits = {.attribute_count = 7}},
                       [](FakeHost& /*host*/, const FlushReport& report) {
                         CHECK(report.logs.exported == 2);
                       }) ==
        "afterglow: OTEL_LOGS_EXPORTER=\"zipkin\" names no known exporter: otlp is used\n"
        "afterglow: OTEL_BLRP_MAX_EXPORT_BATCH_SIZE=\"0\" is not a number from 1 to 4294967295: "
        "no limit is used\n"
        "afterglow: OTEL_BLRP_EXPORT_TIMEOUT=\"soon\" is not a number from 1 to 4294967295: "
        "10000 is used\n"
        "afterglow: OTEL_BLRP_SCHEDULE_DELAY=\"1000\" is ignored: nothing runs in the background\n"
        "afterglow: OTEL_BLRP_MAX_QUEUE_SIZE=\"2048\" is ignored: the lent buffer is the queue\n"
        "afterglow: OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT=\"-1\" is not a number from 0 to "
        "4294967295: 7 is used\n"
        "afterglow: OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT=\"x\" is not a number from 0 to "
        "4294967295: no limit is used\n"
        "afterglow: OTEL_EXPORTER_OTLP_LOGS_TIMEOUT=\"1.5\" is not a number from 1 to 4294967295: "
        "10000 is used\n"
        "afterglow: OTEL_EXPORTER_OTLP_LOGS_COMPRESSION=\"gzip\" is not supported: none is used\n"
        "afterglow: OTEL_EXPORTER_OTLP_LOGS_PROTOCOL=\"grpc\" is not supported: http/json is used\n"
        "afterglow: OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=\"ftp://logs\" is not a usable http or https "
        "URL: it is left out\n"
        "afterglow: OTEL_EXPORTER_OTLP_LOGS_HEADERS (api-key) is ignored: the endpoint is not "
        "used\n");
}

TEST_CASE("batches and timeouts of logs are their own; the general timeout is for all") {
  CHECK(in_environment({{"OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "1"},
                        {"OTEL_BLRP_EXPORT_TIMEOUT", "77"},
                        {"OTEL_BSP_EXPORT_TIMEOUT", "66"}},
                       {},
                       [](FakeHost& host, const FlushReport& /*report*/) {
                         REQUIRE(host.sent_count() == 3);
                         CHECK(host.sent(0).timeout_ms == 66);
                         CHECK(host.sent(1).timeout_ms == 77);
                         CHECK(host.sent(2).signal == Signal::Logs);
                       })
            .empty());
  CHECK(in_environment({{"OTEL_EXPORTER_OTLP_TIMEOUT", "5"},
                        {"OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", "6"},
                        {"OTEL_BLRP_EXPORT_TIMEOUT", "77"}},
                       {},
                       [](FakeHost& host, const FlushReport& /*report*/) {
                         CHECK(host.sent(0).timeout_ms == 5);
                         CHECK(host.sent(1).timeout_ms == 6);
                       })
            .empty());
}

TEST_CASE("limits of log records: their own wins over the general one; spans keep theirs") {
  CHECK(in_environment({{"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "2"},
                        {"OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "1"}},
                       {},
                       [](FakeHost& host, const FlushReport& /*report*/) {
                         CHECK(contains(host.sent(1).body, R"("äöü")"));
                         CHECK(contains(host.sent(1).body, R"({"stringValue":"ab"}}])"));
                         CHECK(contains(host.sent(1).body, R"("droppedAttributesCount":1)"));
                       })
            .empty());
  CHECK(in_environment({{"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "2"},
                        {"OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", "1"},
                        {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "0"}},
                       {},
                       [](FakeHost& host, const FlushReport& /*report*/) {
                         CHECK(contains(host.sent(1).body, R"({"stringValue":"a"})"));
                         CHECK(contains(host.sent(1).body, R"({"intValue":"2"})"));
                       })
            .empty());
}

TEST_CASE("endpoints and headers: a signal's own wins, the general ones serve both") {
  using namespace std::string_view_literals;
  CHECK(in_environment({{"OTEL_EXPORTER_OTLP_ENDPOINT", "https://all:4318/base"},
                        {"OTEL_EXPORTER_OTLP_HEADERS", "tenant=one"}},
                       {},
                       [](FakeHost& host, const FlushReport& /*report*/) {
                         CHECK(host.sent(0).path == "/base/v1/traces");
                         CHECK(host.sent(1).path == "/base/v1/logs");
                         for (std::size_t i = 0; i < 2; ++i) {
                           CHECK(host.sent(i).destination == "https://all:4318");
                           CHECK(host.sent(i).headers.ends_with("tenant\0one\0"sv));
                         }
                       })
            .empty());
  CHECK(in_environment({{"OTEL_EXPORTER_OTLP_ENDPOINT", "https://all:4318"},
                        {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://logs/x"},
                        {"OTEL_EXPORTER_OTLP_HEADERS", "tenant=one"},
                        {"OTEL_EXPORTER_OTLP_LOGS_HEADERS", "key=two"}},
                       {},
                       [](FakeHost& host, const FlushReport& /*report*/) {
                         CHECK(host.sent(0).destination == "https://all:4318");
                         CHECK(host.sent(0).headers.ends_with("tenant\0one\0"sv));
                         CHECK(host.sent(1).destination == "http://logs");
                         CHECK(host.sent(1).path == "/x");
                         CHECK(host.sent(1).headers.ends_with("key\0two\0"sv));
                         CHECK_FALSE(contains(host.sent(1).headers, "tenant"));
                       })
            .empty());
}

}  // namespace afterglow::test
