// OTEL_*: the first character of the input says what host and program are like, each line after it
// is a variable: a character that picks the name, and the value. What becomes of it is within
// bounds, the same every time, and told in printable lines, as many as were counted.

#include <afterglow/sampler.h>
#include <fake_host.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "config/environment_reader.h"
#include "config/words.h"
#include "fuzz.h"

namespace {

using namespace afterglow;
using fuzz::Texts;
using host::Pair;

constexpr const char* kNames[] = {"OTEL_SDK_DISABLED",
                                  "OTEL_LOG_LEVEL",
                                  "OTEL_PROPAGATORS",
                                  "OTEL_TRACES_SAMPLER",
                                  "OTEL_TRACES_SAMPLER_ARG",
                                  "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
                                  "OTEL_ATTRIBUTE_COUNT_LIMIT",
                                  "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
                                  "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
                                  "OTEL_SPAN_EVENT_COUNT_LIMIT",
                                  "OTEL_SERVICE_NAME",
                                  "OTEL_RESOURCE_ATTRIBUTES",
                                  "OTEL_TRACES_EXPORTER",
                                  "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
                                  "OTEL_BSP_EXPORT_TIMEOUT",
                                  "OTEL_BSP_SCHEDULE_DELAY",
                                  "OTEL_EXPORTER_OTLP_TIMEOUT",
                                  "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
                                  "OTEL_EXPORTER_OTLP_ENDPOINT",
                                  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                                  "OTEL_EXPORTER_OTLP_HEADERS",
                                  "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
                                  "OTEL_EXPORTER_OTLP_COMPRESSION",
                                  "OTEL_EXPORTER_OTLP_PROTOCOL",
                                  "OTEL_METRICS_EXPORTER",
                                  "PATH"};
constexpr std::size_t kNameCount = sizeof kNames / sizeof kNames[0];

// What one reading told, each line closed by a line feed.
struct Told {
  std::string lines;
  std::uint32_t count = 0;
};

void take_line(void* context, Diagnostic kind, std::string_view line) {
  FUZZ_REQUIRE(kind == Diagnostic::ConfigurationInvalid);
  FUZZ_REQUIRE(line.size() < 300);
  for (const char c : line)
    FUZZ_REQUIRE(c >= ' ' && c <= '~');
  const bool is_of_headers = line.find("afterglow: OTEL_EXPORTER_OTLP_HEADERS") == 0 ||
                             line.find("afterglow: OTEL_EXPORTER_OTLP_TRACES_HEADERS") == 0;
  FUZZ_REQUIRE(!is_of_headers || line.find('=') == std::string_view::npos ||
               line.find("list of name=value") != std::string_view::npos);
  auto& told = *static_cast<Told*>(context);
  told.lines.append(line).push_back('\n');
  ++told.count;
}

// "name\0value\0...": whole pairs, clean enough for a request.
void check_headers(std::string_view headers) {
  std::size_t ends = 0;
  for (const char c : headers) {
    FUZZ_REQUIRE(c != '\r' && c != '\n');
    ends += c == '\0' ? 1 : 0;
  }
  FUZZ_REQUIRE(ends % 2 == 0 && (headers.empty() || headers.back() == '\0'));
}

void check_traces(const config::SignalExport& traces, const host::Traits& traits) {
  FUZZ_REQUIRE(traces.timeout_ms >= 1 && traces.batch_size >= 1);
  FUZZ_REQUIRE(traits.post_response_ms == 0 || traces.timeout_ms <= traits.post_response_ms);
  FUZZ_REQUIRE(traces.destination.empty() || traits.takes_urls);
  FUZZ_REQUIRE(traces.destination.empty() == traces.path.empty());
  FUZZ_REQUIRE(traces.path.empty() || traces.path.front() == '/');
  FUZZ_REQUIRE(traces.destination.empty() || traces.destination.find("://") < 6);
  check_headers(traces.headers);
}

// Everything that a reading decides, as one text.
std::string outcome_of(const std::vector<Pair>& environment, const host::Traits& traits) {
  host::fake_host().reset();
  host::fake_host().environment = environment;
  Config config;
  base::Diagnostics diagnostics;
  std::vector<char> memory(64 * 1024);
  const config::Settings settings(config, memory, diagnostics);
  TraceId id;
  id.bytes.fill(0x5A);
  const TraceSummary trace{.trace_id = id,
                           .parent = nullptr,
                           .name = {},
                           .kind = SpanKind::Internal,
                           .attributes = {},
                           .links = {}};
  const bool kept = settings.sampler().ask(trace).decision == Decision::RecordAndSample;

  std::vector<char> copies(4096);
  std::vector<char> kept_memory(512);
  Told told;
  config.diagnostics = {.handle = take_line, .context = &told};
  config::ExportSettings exports;
  exports.take(config, traits);
  config::ResourceTexts texts;
  config::ExportReading reading{.config = config,
                                .settings = settings,
                                .traits = traits,
                                .scratch = memory,
                                .copies = copies,
                                .keep = kept_memory,
                                .own_headers = std::string_view("me\0\0", 4),
                                .diagnostics = diagnostics};
  config::read_export(reading, exports, texts);
  const config::SignalExport& traces = exports.traces;
  check_traces(traces, traits);
  const std::uint32_t count = diagnostics.count(Diagnostic::ConfigurationInvalid);
  FUZZ_REQUIRE(told.count == (settings.quiet ? 0 : count));
  check_headers(texts.attributes.find_first_of("\r\n") == std::string_view::npos
                    ? texts.attributes
                    : std::string_view());
  std::string outcome = told.lines;
  outcome += std::to_string(count) + (kept ? "k" : "d") + (settings.sdk_disabled ? "off" : "on");
  for (const Propagator propagator : settings.propagators)
    outcome += std::to_string(static_cast<int>(propagator));
  for (const std::uint32_t number :
       {settings.limits.attribute_count, settings.limits.attribute_value_length,
        settings.limits.event_count, traces.timeout_ms, traces.batch_size,
        static_cast<std::uint32_t>(traces.way)})
    outcome += std::to_string(number) + " ";
  return outcome.append(traces.destination)
      .append(traces.path)
      .append(traces.headers)
      .append(texts.service_name)
      .append(texts.attributes);
}

// What our own reading of a ratio accepts, the C library's reads as the same.
void check_ratio(const std::string& text) {
  double ratio = -1;
  if (!config::parse_ratio(text, ratio)) {
    FUZZ_REQUIRE(ratio == -1);
    return;
  }
  FUZZ_REQUIRE(ratio >= 0 && ratio <= 1);
  FUZZ_REQUIRE(std::fabs(std::strtod(text.c_str(), nullptr) - ratio) <= 1e-15);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const host::Traits traits{.takes_urls = (data[0] & 1U) != 0,
                            .reads_endpoint = (data[0] & 2U) != 0,
                            .post_response_ms = (data[0] & 4U) != 0 ? 500U : 0U};
  const Texts lines = fuzz::lines_of(data + 1, size - 1);
  std::vector<Pair> environment;
  for (const std::string& line : lines) {
    check_ratio(line);
    if (line.empty())
      continue;
    const std::string_view value(line.data() + 1, line.size() - 1);
    check_ratio(std::string(value));
    environment.push_back({kNames[static_cast<unsigned char>(line[0]) % kNameCount], value});
  }
  const std::string first = outcome_of(environment, traits);
  FUZZ_REQUIRE(outcome_of(environment, traits) == first);
  return 0;
}
