// Every action by key, exact and by prefix, and on messages, at every place that takes a value.

#include <doctest/doctest.h>

#include <string>

#include "fixture.h"
#include "log_fixture.h"
#include "sent_text.h"

namespace afterglow::test {
namespace {

constexpr std::string_view kSecret = "203.0.113.77";
constexpr std::string_view kFromBaggage[] = {"k.exact", "k.pre.x"};
constexpr Attribute kResource[] = {{"k.exact", kSecret}, {"k.pre.x", kSecret}};
constexpr host::Pair kKeys[] = {{"afterglow_redaction_key", "a key of the host"}};
constexpr Counter kTaken{"taken"};

/// Attributes of a span at its start and later, and from baggage; of an event, a link at a start
/// and one later; of a log record; entries of a map and of a body; of a measurement: of each key
/// one.
constexpr int kPlaces = 10;
/// Documents, each with the resource: traces, logs, metrics.
constexpr int kDocuments = 3;

struct Expected {
  RedactAction action;
  RedactionKind kind;
  std::string_view value;  ///< empty: left out
};
// The hashes as sha256sum and openssl tell them.
constexpr Expected kExpected[] = {
    {RedactAction::Keep, RedactionKind::KeyDropped, kSecret},
    {RedactAction::Drop, RedactionKind::KeyDropped, ""},
    {RedactAction::Mask, RedactionKind::KeyMasked, "[REDACTED]"},
    {RedactAction::Truncate, RedactionKind::KeyTruncated, "203.0"},
    {RedactAction::Hash, RedactionKind::KeyHashed, "0c25434b09c62046f88142b1412b949e"},
    {RedactAction::KeyedHash, RedactionKind::KeyKeyedHashed, "9d39fcb7c917f014967faac35af526cc"},
    {RedactAction::IpPrefix, RedactionKind::KeyIpPrefix, "203.0.113.0"}};

template <std::size_t Index>
struct Policy {
  static constexpr RedactAction kAction = kExpected[Index].action;
  static constexpr KeyRule kKeyRules[] = {{KeyMatch::Exact, "k.exact", kAction, 5},
                                          {KeyMatch::Prefix, "K.PRE.", kAction, 5}};
  static constexpr ValueRule kMessageRule[] = {{ValuePattern::Ipv4, kAction, 5}};
  static constexpr RedactionPolicy kByKey{.keys = kKeyRules};
  static constexpr RedactionPolicy kMessages{.messages = kMessageRule};
};

void give_attributes(Telemetry& telemetry) {
  const Attribute own[] = {{"k.exact", kSecret}, {"k.pre.x", kSecret}};
  const std::span<const Attribute> both(own);
  const TestHeaders headers{{{"baggage", "k.exact=203.0.113.77,k.pre.x=203.0.113.77"}}};
  Span root = telemetry.start_span("root", {.parent = telemetry.extract(headers)});
  const Link link{.context = root.context(), .attributes = both};
  Span span = root.start_child("child", {.links = {&link, 1}}, both);
  root.set_attributes({{"other", 1}, {"map", both}});
  Span later = root.start_child("later");
  later.set_attribute("k.exact", kSecret).set_attribute("k.pre.x", kSecret);
  span.add_event("event", both);
  later.add_link(link);
  later.log(Severity::Info, both, both);
  telemetry.add(kTaken, 1, both);
}

template <std::size_t Index>
void check_keys() {
  const Expected& expected = kExpected[Index];
  CAPTURE(Index);
  FreshInstance<> fresh({.resource = kResource,
                         .baggage_attributes = kFromBaggage,
                         .redaction = Policy<Index>::kByKey,
                         .metrics = {.every_requests = 1}});
  fresh.host.secrets = kKeys;
  give_attributes(fresh.telemetry);
  const FlushReport report = fresh.telemetry.flush();
  REQUIRE(fresh.host.sent_count() == kDocuments);
  const std::string all = sent(fresh.host);
  const std::string value(expected.value);
  for (const std::string key : {R"({"key":"k.exact")", R"({"key":"k.pre.x")"}) {
    CAPTURE(key);
    const int expected_count = value.empty() ? 0 : kPlaces + kDocuments;
    CHECK(count_of(all, key) == expected_count);
    CHECK(count_of(all, key + R"(,"value":{"stringValue":")" + value + R"("}})") == expected_count);
  }
  const bool is_kept = expected.action == RedactAction::Keep;
  CHECK(contains(all, kSecret) == is_kept);
  // The resource is treated once, whatever the number of documents.
  CHECK(report.redactions.of(expected.kind) == (is_kept ? 0 : 2 * (kPlaces + 1)));
  CHECK(report.redactions.total() == report.redactions.of(expected.kind));
}

template <std::size_t Index>
void check_messages() {
  const Expected& expected = kExpected[Index];
  CAPTURE(Index);
  FreshInstance<> fresh({.redaction = Policy<Index>::kMessages});
  fresh.host.secrets = kKeys;
  constexpr std::string_view kText = "x 203.0.113.77 y";
  Span span = fresh.telemetry.start_span("root");
  span.record_error("E", kText, {{"exception.stacktrace", kText}});
  span.set_status(StatusCode::Error, kText);
  span.log(Severity::Info, kText);
  const std::string_view list[] = {kText};
  span.log(Severity::Info, list);
  span.set_attribute("error.message", kText).set_attribute("url.path", kText);
  span.end();
  const FlushReport report = fresh.telemetry.flush();
  const std::string all = sent(fresh.host);
  constexpr int kMessages = 7;
  CHECK(count_of(all, "x " + std::string(expected.value) + " y") == kMessages);
  const bool is_kept = expected.action == RedactAction::Keep;
  CHECK(contains(all, kSecret) == is_kept);
  CHECK(report.redactions.of(RedactionKind::Ipv4) == (is_kept ? 0 : kMessages));
}

template <std::size_t... Indexes>
void check_all(std::index_sequence<Indexes...> /*indexes*/) {
  (check_keys<Indexes>(), ...);
  (check_messages<Indexes>(), ...);
}

}  // namespace

TEST_CASE("each action at each place, by key, by prefix and in messages") {
  check_all(std::make_index_sequence<std::size(kExpected)>());
}

}  // namespace afterglow::test
