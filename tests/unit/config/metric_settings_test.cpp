// What the environment says about metrics, through whole requests.

#include <doctest/doctest.h>

#include <string>

#include "telemetry/metric_fixture.h"

namespace afterglow::test {
namespace {

using host::Pair;

struct Outcome {
  std::string told;
  std::string path;
  std::string destination;
  std::string headers;
  std::string body;
  std::uint32_t timeout_ms = 0;
  FlushReport report;
};

// Flushes some points in that environment.
Outcome in_environment(std::initializer_list<Pair> pairs, Config config = kEveryFlush) {
  Outcome outcome;
  config.diagnostics = {.handle =
                            [](void* context, Diagnostic /*kind*/, std::string_view line) {
                              static_cast<std::string*>(context)->append(line) += '\n';
                            },
                        .context = &outcome.told};
  FreshInstance<> fresh(config);
  fresh.host.environment = {pairs.begin(), pairs.size()};
  fresh.host.host_traits.takes_urls = true;
  Span span = fresh.telemetry.start_span("span");
  span.add(kLookups, 1);
  fresh.telemetry.record(kItems, 1);
  outcome.report = fresh.telemetry.flush();
  check_books(outcome.report);
  if (fresh.host.sent_count() != 0) {
    const host::Sent& sent = fresh.host.sent(0);
    outcome.path = sent.path;
    outcome.destination = sent.destination;
    outcome.headers = sent.headers;
    outcome.body = sent.body;
    outcome.timeout_ms = sent.timeout_ms;
  } else if (fresh.host.line_count() != 0) {
    outcome.body = fresh.host.line(0);
  }
  return outcome;
}

}  // namespace

TEST_CASE("OTEL_METRICS_EXPORTER names the way of metrics only") {
  Outcome outcome = in_environment({{"OTEL_METRICS_EXPORTER", "none"}});
  CHECK(outcome.report.metrics.dropped(DropReason::NoExporter) == 2);
  CHECK(outcome.told.empty());
  outcome = in_environment({{"OTEL_METRICS_EXPORTER", "otlp/stdout"}});
  CHECK(outcome.report.metrics.unknown == 2);
  CHECK(contains(outcome.body, "cart.items"));
  outcome = in_environment({{"OTEL_METRICS_EXPORTER", "otlp"}},
                           {.metrics = {.way = ExportWay::None, .every_requests = 1}});
  CHECK(outcome.report.metrics.exported == 2);
  outcome = in_environment({{"OTEL_TRACES_EXPORTER", "none"}, {"OTEL_LOGS_EXPORTER", "none"}});
  CHECK(outcome.report.metrics.exported == 2);
  outcome = in_environment({{"OTEL_METRICS_EXPORTER", "prometheus"}});
  CHECK(outcome.report.metrics.exported == 2);
  CHECK(outcome.told ==
        "afterglow: OTEL_METRICS_EXPORTER=\"prometheus\" names no known exporter: otlp is used\n");
}

TEST_CASE("the interval and the timeouts of metrics are read") {
  const auto sends_after = [](std::initializer_list<Pair> pairs, std::uint64_t milliseconds) {
    FreshInstance<> fresh;
    fresh.host.environment = {pairs.begin(), pairs.size()};
    fresh.host.wall_nano = 1;
    fresh.telemetry.add(kLookups, 1);
    fresh.host.wall_nano += milliseconds * kMillisecond;
    return fresh.telemetry.flush().requests == 1;
  };
  CHECK(sends_after({{"OTEL_METRIC_EXPORT_INTERVAL", "5"}}, 5));
  CHECK(!sends_after({{"OTEL_METRIC_EXPORT_INTERVAL", "5"}}, 4));
  CHECK(sends_after({}, 60'000));
  CHECK(!sends_after({}, 59'999));
  CHECK(in_environment({{"OTEL_METRIC_EXPORT_TIMEOUT", "7"}}).timeout_ms == 7);
  CHECK(in_environment({{"OTEL_METRIC_EXPORT_TIMEOUT", "7"}, {"OTEL_EXPORTER_OTLP_TIMEOUT", "8"}})
            .timeout_ms == 8);
  CHECK(in_environment({{"OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "9"},
                        {"OTEL_EXPORTER_OTLP_TIMEOUT", "8"},
                        {"OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", "1"}})
            .timeout_ms == 9);
  CHECK(in_environment({{"OTEL_METRIC_EXPORT_INTERVAL", "0"}}).told ==
        "afterglow: OTEL_METRIC_EXPORT_INTERVAL=\"0\" is not a number from 1 to 4294967295: 60000 "
        "is used\n");
  CHECK(in_environment({{"OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "x"}}).told ==
        "afterglow: OTEL_EXPORTER_OTLP_METRICS_TIMEOUT=\"x\" is not a number from 1 to 4294967295: "
        "10000 is used\n");
}

TEST_CASE("endpoint and headers of metrics win over the general ones") {
  Outcome outcome = in_environment({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:1/base"},
                                    {"OTEL_EXPORTER_OTLP_HEADERS", "k=general"}});
  CHECK(outcome.destination == "http://a:1");
  CHECK(outcome.path == "/base/v1/metrics");
  CHECK(contains(outcome.headers, "general"));
  outcome = in_environment({{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://b:2/own"},
                            {"OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:1"},
                            {"OTEL_EXPORTER_OTLP_METRICS_HEADERS", "k=own"},
                            {"OTEL_EXPORTER_OTLP_HEADERS", "k=general"}});
  CHECK(outcome.destination == "http://b:2");
  CHECK(outcome.path == "/own");
  CHECK(contains(outcome.headers, "own"));
  CHECK(!contains(outcome.headers, "general"));
  CHECK(outcome.told.empty());
  outcome = in_environment({{"OTEL_EXPORTER_OTLP_METRICS_HEADERS", "a secret"}});
  CHECK(!contains(outcome.told, "secret"));
  CHECK(contains(outcome.told, "OTEL_EXPORTER_OTLP_METRICS_HEADERS"));
  outcome = in_environment({{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "ftp://b"}});
  CHECK(outcome.told ==
        "afterglow: OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=\"ftp://b\" is not a usable http or https "
        "URL: it is left out\n");
}

TEST_CASE("the temporality preference decides what points tell") {
  const auto temporality = [](std::string_view word, const Config& config = kEveryFlush) {
    const Outcome outcome =
        in_environment({{"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", word}}, config);
    return std::string(outcome.told) +
           std::to_string(count(outcome.body, R"("aggregationTemporality":1)")) +
           std::to_string(count(outcome.body, R"("aggregationTemporality":2)"));
  };
  CHECK(temporality("delta") == "20");
  CHECK(temporality("Cumulative") == "02");
  CHECK(temporality("lowmemory") == "20");
  CHECK(temporality("delta", {.metrics = {.temporality = TemporalityPreference::Cumulative,
                                          .every_requests = 1}}) == "20");
  CHECK(temporality("both") ==
        "afterglow: OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=\"both\" is no known "
        "value: the program's is used\n20");
}

TEST_CASE("the exemplar filter is read") {
  const auto exemplars = [](std::string_view word, const Config& config) {
    const Outcome outcome = in_environment({{"OTEL_METRICS_EXEMPLAR_FILTER", word}}, config);
    return std::string(outcome.told) + std::to_string(count(outcome.body, "traceId"));
  };
  constexpr Config kUnsampled{.sampler = kAlwaysOff, .metrics = {.every_requests = 1}};
  CHECK(exemplars("trace_based", kEveryFlush) == "1");
  CHECK(exemplars("always_off", kEveryFlush) == "0");
  CHECK(exemplars("trace_based", kUnsampled) == "0");
  CHECK(exemplars("ALWAYS_ON", kUnsampled) == "1");
  CHECK(exemplars("some", kEveryFlush) ==
        "afterglow: OTEL_METRICS_EXEMPLAR_FILTER=\"some\" is no known value: the program's is "
        "used\n1");
}

TEST_CASE("what metrics cannot follow is told") {
  CHECK(in_environment({{"OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
                         "base2_exponential_bucket_histogram"}})
            .told ==
        "afterglow: OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION="
        "\"base2_exponential_bucket_histogram\" is ignored: the program chooses, by instruments "
        "and views\n");
  CHECK(in_environment({{"OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "gzip"},
                        {"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc"}})
            .told ==
        "afterglow: OTEL_EXPORTER_OTLP_METRICS_COMPRESSION=\"gzip\" is not supported: none is "
        "used\n"
        "afterglow: OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=\"grpc\" is not supported: http/json is "
        "used\n");
}

}  // namespace afterglow::test
