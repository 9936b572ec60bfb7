// Counts of redactions as a metric: the numbers of the report, and nothing of what was redacted.

#include <afterglow/redaction_metric.h>

#include <map>

#include "metric_fixture.h"

namespace afterglow::test {
namespace {

constexpr std::string_view kPrefix = R"("attributes":[{"key":"afterglow.redaction.kind",)"
                                     R"("value":{"stringValue":")";

/// Kind to number, from the last document of metrics.
std::map<std::string, int> told(const FakeHost& host) {
  std::map<std::string, int> counts;
  for (std::size_t i = host.sent_count(); i-- > 0;) {
    const std::string body(host.sent(i).body);
    if (host.sent(i).signal != Signal::Metrics) {
      continue;
    }
    for (std::size_t at = 0; (at = body.find(kPrefix, at)) != std::string::npos;) {
      at += kPrefix.size();
      const std::size_t number = body.find(R"("asInt":")", at) + 9;
      counts[body.substr(at, body.find('"', at) - at)] = std::stoi(body.substr(number));
    }
    break;
  }
  return counts;
}

/// What a request gives the rules to do, of several kinds.
void give_secrets(Telemetry& telemetry) {
  Span span = telemetry.start_span("GET /", {.kind = SpanKind::Client}, {{"password", "hunter2"}});
  span.set_attribute("api_key", "hunter2");
  span.set_attribute("url.full", "https://u:hunter2@h/?q=hunter2&r=hunter2&s#hunter2");
  span.set_attribute("http.request.header.cookie", "hunter2");
  span.record_error("E", "4111 1111 1111 1111 is of Bearer hunter2, 203.0.113.7 and 203.0.113.8");
}

}  // namespace

TEST_CASE("each kind that acted has a point, of exactly its count") {
  FreshInstance<> fresh(kEveryFlush);
  observe_redactions(fresh.telemetry);
  give_secrets(fresh.telemetry);
  const FlushReport report = fresh.telemetry.flush();
  check_books(report);
  const std::map<std::string, int> expected = {
      {"secret_name", 2},  {"header", 1},       {"query_parameter", 3}, {"url_user_info", 1},
      {"url_fragment", 1}, {"bearer_token", 1}, {"payment_card", 1},    {"ipv4", 2}};
  CHECK(told(fresh.host) == expected);
  std::uint64_t sum = 0;
  for (const auto& [kind, count] : told(fresh.host)) {
    sum += static_cast<std::uint64_t>(count);
  }
  CHECK(sum == report.redactions.total());
  CHECK(report.metrics.exported == expected.size());
  for (std::size_t i = 0; i < fresh.host.sent_count(); ++i) {
    CHECK_FALSE(contains(fresh.host.sent(i).body, "hunter2"));
  }
}

TEST_CASE("deltas tell what came since, cumulative points all of it") {
  for (const bool is_delta : {true, false}) {
    CAPTURE(is_delta);
    constexpr auto kDelta = TemporalityPreference::Delta;
    constexpr auto kCumulative = TemporalityPreference::Cumulative;
    FreshInstance<> fresh(
        {.metrics = {.temporality = is_delta ? kDelta : kCumulative, .every_requests = 1}});
    observe_redactions(fresh.telemetry);
    for (int flush = 1; flush <= 3; ++flush) {
      give_secrets(fresh.telemetry);
      fresh.telemetry.flush();
      CHECK(told(fresh.host)["query_parameter"] == (is_delta ? 3 : 3 * flush));
    }
  }
}

TEST_CASE("where nothing was redacted there is no point, and twice asked it is told once") {
  FreshInstance<> fresh(kEveryFlush);
  observe_redactions(fresh.telemetry);
  observe_redactions(fresh.telemetry);
  fresh.telemetry.start_span("GET /", {}, {{"cart.items", 3}}).end();
  fresh.telemetry.flush();
  CHECK(told(fresh.host).empty());
  give_secrets(fresh.telemetry);
  fresh.telemetry.flush();
  CHECK(told(fresh.host)["secret_name"] == 2);
}

TEST_CASE("every kind has a name of its own") {
  std::map<std::string, int> names;
  for (std::size_t i = 0; i < kRedactionKindCount; ++i) {
    ++names[redaction_kind_name(static_cast<RedactionKind>(i))];
  }
  CHECK(names.size() == kRedactionKindCount);
  CHECK(names.count("unknown") == 0);
}

}  // namespace afterglow::test
