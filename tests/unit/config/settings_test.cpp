// What recording goes by: the program's word, and the environment's in its place.

#include "config/settings.h"

#include <doctest/doctest.h>
#include <fake_host.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace afterglow;
using namespace std::string_view_literals;
using config::Settings;
using host::fake_host;
using host::Pair;
using host::Status;

struct Reading {
  explicit Reading(std::span<const Pair> pairs, const Config& config = {},
                   Status status = Status::Ok) {
    read(pairs, config, status);
  }
  Reading(std::string_view name, std::string_view value, const Config& config = {}) {
    const Pair pair[] = {{name, value}};
    read(pair, config, Status::Ok);
  }
  ~Reading() {}

  void read(std::span<const Pair> pairs, const Config& config, Status status) {
    fake_host().reset();
    fake_host().environment = pairs;
    fake_host().config_status = status;
    new (&settings) Settings(config, scratch(), diagnostics);
    CHECK(fake_host().calls() == "e");  // whatever is in there, one call
  }
  static std::span<char> scratch() {
    static constinit char memory[1024 * 1024] = {};
    return memory;
  }
  [[nodiscard]] std::uint32_t faults() const {
    return diagnostics.count(Diagnostic::ConfigurationInvalid);
  }

  base::Diagnostics diagnostics;
  union {
    Settings settings;
  };
};

bool same(const SpanLimits& a, const SpanLimits& b) {
  return a.attribute_count == b.attribute_count && a.event_count == b.event_count &&
         a.link_count == b.link_count &&
         a.attribute_per_event_count == b.attribute_per_event_count &&
         a.attribute_per_link_count == b.attribute_per_link_count &&
         a.attribute_value_length == b.attribute_value_length;
}

TEST_CASE("without an environment everything is as the program says") {
  const Config config{
      .sampler = kAlwaysOff, .limits = {.event_count = 3}, .propagators = {Propagator::B3}};
  const Reading reading({}, config);
  CHECK_FALSE(reading.settings.sdk_disabled);
  CHECK_FALSE(reading.settings.quiet);
  CHECK(reading.settings.propagators == config.propagators);
  CHECK(same(reading.settings.limits, config.limits));
  CHECK(reading.settings.sampler().as<AlwaysOff>() == &kAlwaysOff);
  CHECK(reading.faults() == 0);
}

TEST_CASE("a host without an environment is no error, any other failure is") {
  for (const Status status : {Status::Unsupported, Status::NotFound}) {
    const Reading reading({}, {}, status);
    CHECK(reading.diagnostics.count(Diagnostic::EnvironmentUnread) == 0);
  }
  for (const Status status : {Status::BufferTooSmall, Status::MemoryFault, Status::Denied,
                              Status::Timeout, Status::Again, Status::Internal}) {
    const Pair pair[] = {{"OTEL_SDK_DISABLED", "true"}};
    const Reading reading(pair, {}, status);
    CHECK(reading.diagnostics.count(Diagnostic::EnvironmentUnread) == 1);
    CHECK_FALSE(reading.settings.sdk_disabled);
  }
}

TEST_CASE("only true, in any case, disables the SDK") {
  const struct {
    std::string_view value;
    bool disabled;
    std::uint32_t faults;
  } cases[] = {{"true", true, 0},      {"TRUE", true, 0},   {" tRuE\t", true, 0},
               {"", false, 0},         {"  ", false, 0},    {"false", false, 0},
               {"False", false, 0},    {"1", false, 1},     {"yes", false, 1},
               {"tru", false, 1},      {"truee", false, 1}, {"\xFF", false, 1},
               {"true\0"sv, false, 1}, {"-1", false, 1},    {"t rue", false, 1}};
  for (const auto& one : cases) {
    CAPTURE(one.value);
    const Reading reading("OTEL_SDK_DISABLED", one.value);
    CHECK(reading.settings.sdk_disabled == one.disabled);
    CHECK(reading.faults() == one.faults);
  }
}

TEST_CASE("log levels below warnings silence the SDK") {
  for (const std::string_view value : {"none", "off", "ERROR", " Off "}) {
    const Reading reading("OTEL_LOG_LEVEL", value);
    CHECK(reading.settings.quiet);
    CHECK(reading.faults() == 0);
  }
  for (const std::string_view value : {"", "warn", "warning", "INFO", "debug", "trace", "all"}) {
    const Reading reading("OTEL_LOG_LEVEL", value);
    CHECK_FALSE(reading.settings.quiet);
    CHECK(reading.faults() == 0);
  }
  for (const std::string_view value : {"fatal"sv, "3"sv, "none,"sv, "\xFF"sv, "off\0"sv}) {
    const Reading reading("OTEL_LOG_LEVEL", value);
    CHECK_FALSE(reading.settings.quiet);
    CHECK(reading.faults() == 1);
  }
}

TEST_CASE("propagators replace the program's, in the order of the list") {
  constexpr auto kW3c = Propagator::TraceContext;
  constexpr auto kBaggage = Propagator::Baggage;
  const Propagators program{Propagator::B3Multi};
  const struct {
    std::string_view value;
    Propagators expected;
    std::uint32_t faults;
  } cases[] = {
      {"", program, 0},
      {"tracecontext", {kW3c}, 0},
      {"baggage , TraceContext", {kBaggage, kW3c}, 0},
      {"b3,b3multi,b3", {Propagator::B3, Propagator::B3Multi}, 0},
      {"b3,,", {Propagator::B3}, 0},
      {"none", {}, 0},
      {" NONE , none", {}, 0},
      {"none,b3", {}, 1},
      {"b3,none", {}, 1},
      {"none,xray", {}, 1},
      {"xray", program, 1},
      {"jaeger,ottrace", program, 1},
      {",", program, 1},
      {"jaeger,b3,xray", {Propagator::B3}, 1},
      {"b3;baggage", program, 1},
      {"b3\0"sv, program, 1},
      {"\xFF,b3", {Propagator::B3}, 1},
  };
  for (const auto& one : cases) {
    CAPTURE(one.value);
    const Reading reading("OTEL_PROPAGATORS", one.value, {.propagators = program});
    CHECK(reading.settings.propagators == one.expected);
    CHECK(reading.faults() == one.faults);
  }
  std::string many;
  for (int i = 0; i < 100'000; ++i) {
    many += "b3,";
  }
  CHECK(Reading("OTEL_PROPAGATORS", many).settings.propagators == Propagators{Propagator::B3});
}

TraceSummary summary(const TraceId& id, const SpanContext* parent) {
  return {.trace_id = id, .parent = parent, .name = {}, .kind = {}, .attributes = {}, .links = {}};
}

// The decisions for: no parent and low, no parent and high randomness, a sampled parent, another.
std::string decisions(const Sampler& sampler) {
  TraceId low;
  low.bytes[0] = 1;
  TraceId high = low;
  for (std::uint8_t& byte : high.bytes) {
    byte = 0xFF;
  }
  SpanContext sampled;
  sampled.trace_id = low;
  sampled.trace_flags = 1;
  SpanContext unsampled = sampled;
  unsampled.trace_flags = 0;
  std::string result;
  for (const TraceSummary& trace : {summary(low, nullptr), summary(high, nullptr),
                                    summary(low, &sampled), summary(high, &unsampled)}) {
    result += sampler.ask(trace).decision == Decision::RecordAndSample ? 'y' : 'n';
  }
  return result;
}

TEST_CASE("samplers by name") {
  const struct {
    std::string_view sampler;
    std::string_view argument;
    std::string_view decisions;
    std::uint32_t faults;
  } cases[] = {
      {"", "", "yyyn", 0},  // the program's: parent-based, always on
      {"always_on", "", "yyyy", 0},
      {"ALWAYS_OFF", "", "nnnn", 0},
      {"traceidratio", "0.5", "nyny", 0},
      {"traceidratio", "1", "yyyy", 0},
      {"traceidratio", "0", "nnnn", 0},
      {"traceidratio", "1e-3", "nyny", 0},
      {"traceidratio", "", "yyyy", 1},
      {"traceidratio", "-0.1", "yyyy", 1},
      {"traceidratio", "1.1", "yyyy", 1},
      {"traceidratio", "NaN", "yyyy", 1},
      {"traceidratio", "half", "yyyy", 1},
      {"parentbased_always_on", "", "yyyn", 0},
      {"parentbased_always_off", "", "nnyn", 0},
      {"parentbased_traceidratio", "0.5", "nyyn", 0},
      {"parentbased_traceidratio", "2", "yyyn", 1},
      {"always_on", "0.5", "yyyy", 1},
      {"always_off", "rubbish", "nnnn", 1},
      {"", "0.5", "yyyn", 0},
      {"", "1.5", "yyyn", 1},
      {"jaeger_remote", "", "yyyn", 1},
      {"xray", "0.5", "yyyn", 1},
      {"always_on\0"sv, "", "yyyn", 1},
      {"\xFF", "", "yyyn", 1},
  };
  for (const auto& one : cases) {
    CAPTURE(one.sampler);
    CAPTURE(one.argument);
    const Pair pairs[] = {{"OTEL_TRACES_SAMPLER_ARG", one.argument},
                          {"OTEL_TRACES_SAMPLER", one.sampler}};
    const Reading reading(pairs);
    CHECK(decisions(reading.settings.sampler()) == one.decisions);
    CHECK(reading.faults() == one.faults);
    const Pair turned[] = {pairs[1], pairs[0]};
    const Reading other(turned);
    CHECK(decisions(other.settings.sampler()) == one.decisions);
    CHECK(other.faults() == one.faults);
  }
  CHECK(Reading("OTEL_TRACES_SAMPLER_ARG", "0.25").settings.rate == 0.25);
  CHECK_FALSE(Reading("OTEL_TRACES_SAMPLER_ARG", "2").settings.rate);
  CHECK_FALSE(Reading("OTEL_TRACES_SAMPLER", "traceidratio").settings.rate);
  const Pair both[] = {{"OTEL_TRACES_SAMPLER", "traceidratio"}, {"OTEL_TRACES_SAMPLER_ARG", "0.5"}};
  CHECK_FALSE(Reading(both).settings.rate);
  const Reading program("OTEL_TRACES_SAMPLER", "rubbish", {.sampler = kAlwaysOff});
  CHECK(decisions(program.settings.sampler()) == "nnnn");
}

struct LimitRow {
  std::string_view name;
  std::uint32_t SpanLimits::* field;
};
constexpr LimitRow kLimits[] = {
    {"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", &SpanLimits::attribute_value_length},
    {"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", &SpanLimits::attribute_value_length},
    {"OTEL_ATTRIBUTE_COUNT_LIMIT", &SpanLimits::attribute_count},
    {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", &SpanLimits::attribute_count},
    {"OTEL_SPAN_EVENT_COUNT_LIMIT", &SpanLimits::event_count},
    {"OTEL_SPAN_LINK_COUNT_LIMIT", &SpanLimits::link_count},
    {"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", &SpanLimits::attribute_per_event_count},
    {"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", &SpanLimits::attribute_per_link_count}};

TEST_CASE("each limit sets its own and nothing else; a bad one leaves the program's") {
  const Config config{.limits = {1, 2, 3, 4, 5, 6}};
  for (const LimitRow& row : kLimits) {
    CAPTURE(row.name);
    for (const std::uint32_t value : {0U, 7U, 4294967295U}) {
      const std::string text = " " + std::to_string(value) + "\n";
      const Reading reading(row.name, text, config);
      SpanLimits expected = config.limits;
      expected.*row.field = value;
      CHECK(same(reading.settings.limits, expected));
      CHECK(reading.faults() == 0);
    }
    for (const std::string_view bad : {"-1"sv, "4294967296"sv, "1e3"sv, "7 8"sv, "x"sv, "7\0"sv,
                                       "\xFF"sv, "99999999999999999999999999"sv}) {
      const Reading reading(row.name, bad, config);
      CHECK(same(reading.settings.limits, config.limits));
      CHECK(reading.faults() == 1);
    }
    const Reading empty(row.name, "  ", config);
    CHECK(same(empty.settings.limits, config.limits));
    CHECK(empty.faults() == 0);
  }
}

TEST_CASE("limits of spans win over those of all attributes, a bad one gives way") {
  for (const bool turned : {false, true}) {
    Pair pairs[] = {{"OTEL_ATTRIBUTE_COUNT_LIMIT", "10"},
                    {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "20"},
                    {"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "30"},
                    {"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "-40"}};
    if (turned) {
      std::swap(pairs[0], pairs[1]);
      std::swap(pairs[2], pairs[3]);
    }
    const Reading reading(pairs);
    CHECK(reading.settings.limits.attribute_count == 20);
    CHECK(reading.settings.limits.attribute_value_length == 30);
    CHECK(reading.faults() == 1);
  }
}

TEST_CASE("names are exact, and of one name the first pair that is not empty counts") {
  const Pair others[] = {{"otel_sdk_disabled", "true"},
                         {"OTEL_SDK_DISABLED2", "true"},
                         {"OTEL_SDK_DISABLE", "true"},
                         {"OTEL_", "true"},
                         {"", "true"},
                         {"SDK_DISABLED", "true"},
                         {"OTEL_SDK_DISABLED\0"sv, "true"}};
  const Reading reading(others);
  CHECK_FALSE(reading.settings.sdk_disabled);
  CHECK(reading.faults() == 0);
  const Pair doubled[] = {{"OTEL_SDK_DISABLED", ""},
                          {"OTEL_SDK_DISABLED", "maybe"},
                          {"OTEL_SDK_DISABLED", "true"},
                          {"OTEL_SDK_DISABLED", "perhaps"}};
  const Reading first(doubled);
  CHECK_FALSE(first.settings.sdk_disabled);
  CHECK(first.faults() == 1);
}

TEST_CASE("what only export needs is not looked at before the response") {
  for (const std::string_view name :
       {"OTEL_TRACES_EXPORTER", "OTEL_BSP_EXPORT_TIMEOUT", "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_EXPORTER_OTLP_HEADERS"}) {
    CHECK(Reading(name, "%-rubbish").faults() == 0);
  }
}

TEST_CASE("ten thousand variables") {
  std::vector<std::string> names;
  for (int i = 0; i < 10'000; ++i) {
    names.push_back("OTEL_SPAN_EVENT_COUNT_LIMIT" + std::to_string(i));
  }
  std::vector<Pair> pairs;
  for (const std::string& name : names) {
    pairs.push_back({name, "wrong"});
  }
  pairs.push_back({"OTEL_SPAN_EVENT_COUNT_LIMIT", "5"});
  const Reading reading(pairs);
  CHECK(reading.settings.limits.event_count == 5);
  CHECK(reading.faults() == 0);
  for (Pair& pair : pairs) {
    pair.key = "OTEL_SPAN_LINK_COUNT_LIMIT";
  }
  CHECK(Reading(pairs).faults() == 1);
}

}  // namespace
