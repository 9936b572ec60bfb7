// Log records as lines of the platform's log: one flat JSON object each.

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "fixture.h"
#include "log_fixture.h"

namespace afterglow::test {
namespace {

constexpr Attribute kResource[] = {
    {"deployment.environment.name", "pro\"duction"}, {"replicas", 3}, {"zones", Value{}}};
constexpr Config kConfig{.service_name = "cart-edge",
                         .service_version = "1.4.2",
                         .resource = kResource,
                         .logs = ExportWay::Lines};

constexpr std::string_view kHead =
    R"({"timestamp":"2023-11-14T22:13:20.000000000Z","severity":"INFO","severity_number":9)";

// The line of one record without a span and without a resource worth naming.
template <class... Rest>
std::string line_of(const Value& body, Attributes attributes = {}, std::uint32_t limit = 0) {
  FreshInstance<> fresh({.log = {.line_resource = {}}, .logs = ExportWay::Lines});
  fresh.host.host_traits.max_log_bytes = limit;
  fresh.telemetry.log(Severity::Info, body, attributes);
  fresh.telemetry.flush();
  return fresh.host.line_count() == 0 ? std::string() : std::string(fresh.host.line(0));
}

// Whether strings and braces end, and the text with the first brace.
bool is_whole(std::string_view line) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (in_string) {
      in_string = line[i] != '"';
      i += line[i] == '\\' ? 1U : 0U;
    } else {
      in_string = line[i] == '"';
      depth += line[i] == '{' ? 1 : line[i] == '}' ? -1 : 0;
      if (depth == 0) {
        return i + 1 == line.size();
      }
    }
  }
  return false;
}

}  // namespace

TEST_CASE("lines: every stable field, then the attributes under their own keys") {
  FreshInstance<> fresh(kConfig);
  fresh.host.wall_nano = 1'700'000'000'123'456'789;
  fresh.host.step_nano = 0;
  static constexpr Scope kCache{.name = "cache"};
  Span span = fresh.telemetry.start_span(
      "GET", {.parent = fresh.telemetry.extract(TestHeaders{{{"traceparent", kTraceparent}}})});
  span.log(Severity::Error, "cart backend unreachable",
           {{"error.type", "timeout"}, {"retries", 2}, {"ratio", 0.5}, {"final", true}},
           {.event_name = "cart.failed", .scope = &kCache});
  const std::string id = hex_of(span.context().span_id.bytes);
  span.end();
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.requests == 2);
  CHECK(report.status == FlushStatus::Sent);
  CHECK(report.logs.unknown == 1);  // nobody tells what becomes of a line
  CHECK(fresh.host.sent_count() == 1);
  REQUIRE(fresh.host.line_count() == 1);
  CHECK(fresh.host.line_stream(0) == "logs");
  CHECK(fresh.host.line_severity(0) == 17);
  CHECK(fresh.host.line(0) ==
        R"({"timestamp":"2023-11-14T22:13:20.123456789Z","severity":"ERROR","severity_number":17,)"
        R"("message":"cart backend unreachable","event_name":"cart.failed",)"
        R"("trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":")" +
            id +
            R"(","trace_flags":"01","otel.scope.name":"cache","service.name":"cart-edge",)"
            R"("service.version":"1.4.2","deployment.environment.name":"pro\"duction",)"
            R"("error.type":"timeout","retries":2,"ratio":0.5,"final":true})");
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("lines: bodies: a string is the message, anything else is the body, none is absent") {
  static constexpr Attribute kInner[] = {{"deep", true}, {"none", Value{}}};
  static const Value mixed[] = {-1, "t\"wo", std::span<const Attribute>(kInner), std::nan("")};
  static constexpr std::int64_t kNone[] = {0};
  static constexpr std::byte kBytes[] = {std::byte{0}, std::byte{255}};
  const std::string head(kHead);
  CHECK(line_of("a\nb") == head + R"(,"message":"a\nb"})");
  CHECK(line_of("") == head + R"(,"message":""})");
  CHECK(line_of({}) == head + "}");
  CHECK(line_of(7) == head + R"(,"body":7})");
  CHECK(line_of(std::numeric_limits<std::int64_t>::min()) ==
        head + R"(,"body":-9223372036854775808})");
  CHECK(line_of(false) == head + R"(,"body":false})");
  CHECK(line_of(1e300) == head + R"(,"body":1e300})");
  CHECK(line_of(std::numeric_limits<double>::infinity()) == head + R"(,"body":"Infinity"})");
  CHECK(line_of(-std::numeric_limits<double>::infinity()) == head + R"(,"body":"-Infinity"})");
  CHECK(line_of(Value::bytes(kBytes)) == head + R"(,"body":"AP8="})");
  CHECK(line_of(mixed) == head + R"(,"body":[-1,"t\"wo",{"deep":true,"none":null},"NaN"]})");
  CHECK(line_of(std::span<const Attribute>(kInner)) ==
        head + R"(,"body":{"deep":true,"none":null}})");
  CHECK(line_of(std::span<const std::int64_t>(kNone, 0)) == head + R"(,"body":[]})");
}

TEST_CASE("lines: every byte there is, and none of them ends the line") {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    all += static_cast<char>(byte);
  }
  const std::string line = line_of(all, {{DynamicKey("k\n\"\\\xff"), all}});
  CHECK(count(line, "\n") == 0);
  CHECK(count(line, "\r") == 0);
  CHECK(contains(line, R"("message":"\u0000\u0001)"));
  CHECK(contains(line, R"(,"k\n\"\\�":"\u0000)"));
  CHECK(count(line, "\xEF\xBF\xBD") == 128 + 128 + 1);
}

TEST_CASE("lines: a key that is taken is written as attributes.KEY, and so is that") {
  for (const char* key :
       {"timestamp", "severity", "severity_number", "message", "body", "event_name", "trace_id",
        "span_id", "trace_flags", "otel.scope.name", "truncated", "attributes.", "attributes.x"}) {
    const std::string quoted = "\"attributes." + std::string(key) + "\"";
    CHECK(line_of({}, {{DynamicKey(key), 1}}) == std::string(kHead) + "," + quoted + ":1}");
  }
  CHECK(line_of({}, {{"attributes", 1}, {"Message", 2}}) ==
        std::string(kHead) + R"(,"attributes":1,"Message":2})");
  FreshInstance<> fresh(kConfig);
  fresh.telemetry.log(Severity::Info, {}, {{"service.name", "mine"}});
  fresh.telemetry.flush();
  CHECK(contains(fresh.host.line(0), R"("service.name":"cart-edge")"));
  CHECK(contains(fresh.host.line(0), R"("attributes.service.name":"mine")"));
}

TEST_CASE("lines: which attributes of the resource, scalars of any type, absent ones left out") {
  static constexpr std::string_view kKeys[] = {"replicas", "zones", "missing", "service.name",
                                               "cloud.region"};
  static constexpr host::Pair kPlatform[] = {{"cloud.region", "eu\n1"}};
  FreshInstance<> fresh({.service_name = "s",
                         .resource = kResource,
                         .log = {.line_resource = kKeys},
                         .logs = ExportWay::Lines});
  fresh.host.platform = kPlatform;
  fresh.telemetry.log(Severity::Info, {});
  fresh.telemetry.flush();
  CHECK(fresh.host.line(0) ==
        std::string(kHead) + R"(,"replicas":3,"service.name":"s","cloud.region":"eu\n1"})");
}

TEST_CASE("lines: severities without a number and the source's own word") {
  FreshInstance<> fresh({.log = {.line_resource = {}}, .logs = ExportWay::Lines});
  fresh.telemetry.log(Severity::Unspecified, {});
  fresh.telemetry.log(Severity::Warn, {}, {}, {.severity_text = "careful\n"});
  fresh.telemetry.flush();
  CHECK(fresh.host.line(0) == R"({"timestamp":"2023-11-14T22:13:20.000000000Z"})");
  CHECK(fresh.host.line_severity(0) == 9);
  CHECK(contains(fresh.host.line(1), R"("severity":"careful\n","severity_number":13})"));
}

TEST_CASE("lines: times from the first to the last nanosecond, over leap days") {
  struct Row {
    std::uint64_t nano;
    std::string_view text;
  };
  const Row rows[] = {{1, "1970-01-01T00:00:00.000000001Z"},
                      {951'782'400'000'000'000, "2000-02-29T00:00:00.000000000Z"},
                      {951'868'799'999'999'999, "2000-02-29T23:59:59.999999999Z"},
                      {951'868'800'000'000'000, "2000-03-01T00:00:00.000000000Z"},
                      {1'704'067'199'000'000'000, "2023-12-31T23:59:59.000000000Z"},
                      {1'709'164'800'000'000'000, "2024-02-29T00:00:00.000000000Z"},
                      {4'107'542'400'000'000'000, "2100-03-01T00:00:00.000000000Z"},
                      {UINT64_MAX, "2554-07-21T23:34:33.709551615Z"}};
  for (const Row& row : rows) {
    FreshInstance<> fresh({.logs = ExportWay::Lines});
    fresh.telemetry.log(Severity::Info, {}, {}, {.unix_nano = row.nano});
    fresh.telemetry.flush();
    CHECK(contains(fresh.host.line(0), "\"" + std::string(row.text) + "\""));
  }
}

TEST_CASE("lines: attributes go first, each whole, and the line says so") {
  const std::string head(kHead);
  const std::string whole = head + R"(,"message":"m","a":1,"b":"bbbbbbbbbbbbbbbbbbbb","c":3})";
  const Attribute attributes[] = {{"a", 1}, {"b", "bbbbbbbbbbbbbbbbbbbb"}, {"c", 3}};
  const auto at = [&](std::size_t limit) {
    return line_of("m", attributes, static_cast<std::uint32_t>(limit));
  };
  CHECK(at(whole.size()) == whole);
  const std::string shorter = head + R"(,"message":"m","a":1,"c":3,"truncated":true})";
  CHECK(at(whole.size() - 1) == shorter);
  CHECK(at(shorter.size()) == shorter);
  CHECK(at(shorter.size() - 1) == head + R"(,"message":"m","a":1,"truncated":true})");
  const std::string none = head + R"(,"message":"m","truncated":true})";
  CHECK(at(none.size()) == none);
}

TEST_CASE("lines: then the message, at the end of a character, down to nothing") {
  const std::string head(kHead);
  const std::string end = R"(","truncated":true})";
  const std::string begin = head + R"(,"message":")";
  const std::string body = "aä\n\x01\xffz";
  const std::string written[] = {
      "", "a", "aä", "aä\\n", "aä\\n\\u0001", "aä\\n\\u0001�", "aä\\n\\u0001�z"};
  for (std::size_t room = 0; room < 20; ++room) {
    std::string expected;
    for (const std::string& prefix : written) {
      expected = prefix.size() <= room ? prefix : expected;
    }
    CHECK(line_of(body, {{"attribute", "that is quite long indeed, so it must go first"}},
                  static_cast<std::uint32_t>(begin.size() + end.size() + room)) ==
          begin + expected + end);
  }
}

TEST_CASE("lines: a body that is no string is whole or absent") {
  static constexpr std::int64_t kMany[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
  const std::string whole = line_of(kMany);
  const std::string line = line_of(kMany, {}, static_cast<std::uint32_t>(whole.size() - 1));
  CHECK(line == std::string(kHead) + R"(,"truncated":true})");
}

TEST_CASE("lines: ids outlive the resource, and a limit below both drops the record") {
  FreshInstance<> fresh(kConfig);
  fresh.host.host_traits.max_log_bytes = 225;
  Span span = fresh.telemetry.start_span("root");
  span.log(Severity::Info, std::string(500, 'm'));
  fresh.telemetry.flush();
  REQUIRE(fresh.host.line_count() == 1);
  const std::string_view line = fresh.host.line(0);
  CHECK(line.size() == 225);
  CHECK(contains(line, "\"trace_id\":"));
  CHECK(contains(line, "\"message\":\"mmm"));
  CHECK_FALSE(contains(line, "service.name"));
  CHECK(line.ends_with(R"(,"truncated":true})"));
  FreshInstance<> tiny(kConfig);
  tiny.host.host_traits.max_log_bytes = 60;
  tiny.telemetry.log(Severity::Info, "m");
  const FlushReport report = tiny.telemetry.flush();
  CHECK(report.logs.dropped(DropReason::TooLarge) == 1);
  CHECK(report.status == FlushStatus::Failed);
  CHECK(tiny.host.line_count() == 0);
}

TEST_CASE("lines: no limit cuts JSON, and none is exceeded") {
  static constexpr Attribute kInner[] = {{"deep", "ä\n"}, {"n", 1}};
  for (std::uint32_t limit = 1; limit < 420; ++limit) {
    FreshInstance<> fresh(kConfig);
    fresh.host.host_traits.max_log_bytes = limit;
    Span span = fresh.telemetry.start_span("root");
    span.log(Severity::Info, "message ä\n\"",
             {{"map", std::span<const Attribute>(kInner)}, {"text", "ü\\"}},
             {.event_name = "event"});
    span.end();
    const FlushReport report = fresh.telemetry.flush();
    CHECK(report.logs.balanced());
    CHECK(report.logs.unknown + report.logs.dropped(DropReason::TooLarge) == 1);
    for (std::size_t i = 0; i < fresh.host.line_count(); ++i) {
      const std::string_view line = fresh.host.line(i);
      CHECK(line.size() <= limit);
      CHECK(is_whole(line));
    }
  }
}

TEST_CASE("lines: what limits took from the record is told as truncated too") {
  FreshInstance<> fresh({.log = {.line_resource = {}},
                         .log_limits = {.attribute_count = 1},
                         .logs = ExportWay::Lines});
  fresh.telemetry.log(Severity::Info, {}, {{"a", 1}, {"b", 2}});
  fresh.telemetry.flush();
  CHECK(fresh.host.line(0) == std::string(kHead) + R"(,"a":1,"truncated":true})");
}

TEST_CASE("lines: a log that is not there is counted, and told once") {
  FreshInstance<> fresh({.logs = ExportWay::Lines});
  fresh.host.log_status = Status::NotFound;
  for (int i = 0; i < 3; ++i) {
    fresh.telemetry.log(Severity::Info, i);
  }
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.logs.dropped(DropReason::SendFailed) == 3);
  CHECK(report.logs.balanced());
  CHECK(report.status == FlushStatus::Failed);
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::SendFailed) == 3);
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("lines: more records than one request would hold") {
  FreshInstance<> fresh({.log = {.per_site = 0}, .logs = ExportWay::Lines});
  for (int i = 0; i < 90; ++i) {
    fresh.telemetry.log(Severity::Info, i);
  }
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.requests == 90);
  CHECK(report.logs.unknown == 90);
  CHECK(fresh.host.count(Call::LogLine) == 90);
  CHECK(all_free(fresh.telemetry));
}

TEST_CASE("ways: OTLP as lines, and nowhere") {
  FreshInstance<> log({.logs = ExportWay::Log});
  log.telemetry.log(Severity::Error, "one");
  log.telemetry.log(Severity::Error, "two");
  CHECK(log.telemetry.flush().logs.unknown == 2);
  REQUIRE(log.host.line_count() == 1);
  CHECK(log.host.line_stream(0) == "otlp");
  CHECK(log.host.line(0).starts_with(R"({"resourceLogs":[)"));
  FreshInstance<> none({.logs = ExportWay::None});
  none.telemetry.log(Severity::Error, "one");
  none.telemetry.start_span("span").end();
  const FlushReport report = none.telemetry.flush();
  CHECK(report.logs.dropped(DropReason::NoExporter) == 1);
  CHECK(report.traces.exported == 1);
  CHECK(none.host.line_count() == 0);
}

}  // namespace afterglow::test
