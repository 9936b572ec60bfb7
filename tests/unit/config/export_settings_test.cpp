// What export goes by: what the host grants, and how headers are shared between signals.

#include "config/export_settings.h"

#include <doctest/doctest.h>
#include <fake_host.h>

#include <string_view>
#include <vector>

#include "config/environment_reader.h"

namespace {

using namespace afterglow;
using namespace std::string_view_literals;
using config::ExportSettings;
using host::fake_host;
using host::Pair;

// In an environment, on a host that lets a module name a URL, with so much room for what stays.
struct Reading {
  Reading(std::span<const Pair> pairs, std::size_t room) : kept(room) {
    fake_host().reset();
    const Config program;
    const config::Settings settings(program, {}, diagnostics);
    fake_host().environment = pairs;
    const host::Traits traits{.takes_urls = true};
    exports.take(program, traits);
    config::ExportReading reading{.config = program,
                                  .settings = settings,
                                  .traits = traits,
                                  .scratch = scratch,
                                  .copies = copies,
                                  .keep = kept,
                                  .own_headers = "me\0us\0"sv,
                                  .diagnostics = diagnostics};
    config::read_export(reading, exports, texts);
    left = reading.keep.size();
  }

  base::Diagnostics diagnostics;
  ExportSettings exports;
  config::ResourceTexts texts;
  std::vector<char> scratch = std::vector<char>(4096);
  std::vector<char> copies = std::vector<char>(1024);
  std::vector<char> kept;
  std::size_t left = 0;
};

TEST_CASE("a host grants what time and bytes it can, whatever the program wants") {
  for (const Signal signal : {Signal::Traces, Signal::Logs, Signal::Metrics}) {
    ExportSettings exports;
    exports.take({.destination = "otel", .timeout_ms = 700},
                 {.max_send_bytes = 9000, .post_response_ms = 500});
    CHECK(exports.of(signal).timeout_ms == 500);
    CHECK(exports.of(signal).max_send_bytes == 9000);
    CHECK(exports.of(signal).destination == "otel");
    exports.take({.timeout_ms = 700}, {.post_response_ms = 800});
    CHECK(exports.of(signal).timeout_ms == 700);
    exports.take({.timeout_ms = 700}, {});
    CHECK(exports.of(signal).timeout_ms == 700);
  }
}

TEST_CASE("headers for every signal are kept once") {
  const Pair pairs[] = {{"OTEL_EXPORTER_OTLP_HEADERS", "key=value"}};
  Reading reading(pairs, "me\0us\0key\0value\0"sv.size());
  CHECK(reading.left == 0);
  for (const Signal signal : {Signal::Traces, Signal::Logs, Signal::Metrics}) {
    CHECK(reading.exports.of(signal).headers == "me\0us\0key\0value\0"sv);
  }
  CHECK(reading.diagnostics.count(Diagnostic::ConfigurationInvalid) == 0);
  const Reading small(pairs, "me\0us\0key\0value\0"sv.size() - 1);
  CHECK(small.exports.traces.headers.empty());
  CHECK(small.diagnostics.count(Diagnostic::ConfigurationInvalid) == 1);
}

TEST_CASE("headers go nowhere once an endpoint that they may be meant for is not usable") {
  const Pair pairs[] = {{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "nonsense"},
                        {"OTEL_EXPORTER_OTLP_HEADERS", "key=s3cret"},
                        {"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "key=s3cret"},
                        {"OTEL_EXPORTER_OTLP_LOGS_HEADERS", "key=of logs"}};
  Reading reading(pairs, 1024);
  CHECK(reading.exports.traces.headers.empty());
  CHECK(reading.exports.logs.headers == "me\0us\0key\0of logs\0"sv);
  CHECK(reading.exports.metrics_export.headers.empty());
  CHECK(reading.diagnostics.count(Diagnostic::ConfigurationInvalid) == 3);
}

}  // namespace
