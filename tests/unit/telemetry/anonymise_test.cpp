// Residency's second policy: what leaves a region is what it says, whatever was recorded.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "fixture.h"
#include "log_fixture.h"
#include "sent_text.h"

namespace afterglow::test {
namespace {

constexpr KeyRule kAbroadKeys[] = {{KeyMatch::Exact, "user.id", RedactAction::KeyedHash},
                                   {KeyMatch::Exact, "user.mail", RedactAction::Hash},
                                   {KeyMatch::Exact, "address", RedactAction::IpPrefix},
                                   {KeyMatch::Exact, "short", RedactAction::Truncate, 2},
                                   {KeyMatch::Prefix, "drop", RedactAction::Drop},
                                   {KeyMatch::Prefix, "mask", RedactAction::Mask}};
constexpr RedactionPolicy kAbroad{.keys = kAbroadKeys};
constexpr Anonymiser kAnonymise = anonymise_by(kAbroad);
constexpr ResidencyRule kRules[] = {{.region = "eu-1", .destination = "eu"},
                                    {.match = RegionMatch::Any,
                                     .action = ResidencyAction::AnonymiseFirst,
                                     .destination = "us",
                                     .anonymiser = &kAnonymise}};
constexpr ResidencyPolicy kResidency{.rules = kRules};
constexpr Config kConfig{
    .redaction = kNoRedaction, .residency = kResidency, .metrics = {.every_requests = 1}};
constexpr host::Pair kEurope[] = {{"cloud.region", "eu-1"}};
constexpr host::Pair kElsewhere[] = {{"cloud.region", "us-1"}};
constexpr host::Pair kSecrets[] = {{"afterglow_redaction_key", "a key of the host"}};
constexpr Counter kTaken{"taken"};

// "hunter2" is what must not leave, "kept" what must.
void record_everything(Telemetry& telemetry) {
  static constexpr Attribute kInner[] = {
      {"drop", "hunter2"}, {"plain", "kept-inner"}, {"mask", "hunter2"}};
  const std::string_view list[] = {"kept-first", "hunter2@example.com"};
  const Attribute own[] = {{"mask.link", "hunter2"}};
  Span span = telemetry.start_span("GET /", {}, {{"drop.first", "hunter2"}, {"plain", "kept"}});
  span.set_attribute("mask.text", "hunter2").set_attribute("mask.number", 12345);
  span.set_attribute("mask.list", list).set_attribute("drop.middle", "hunter2");
  span.set_attribute("map", std::span<const Attribute>(kInner));
  span.set_attribute("user.mail", "hunter2").set_attribute("address", "203.0.113.77");
  span.set_attribute("short", "kehunter2").set_attribute("password", "hunter2");
  span.set_attribute("url.full", "https://u:hunter2@h/kept-path?q=hunter2");
  span.set_attribute("drop.bytes", Value::bytes(std::as_bytes(std::span("hunter2", 7))));
  span.add_event("event", {{"mask", "hunter2"}, {"plain", "kept-event"}});
  span.add_link({.context = span.context(), .attributes = own});
  span.set_status(StatusCode::Error, "kept-status of hunter2@example.com");
  span.log(Severity::Error, "kept-body of hunter2@example.com",
           {{"drop.last", "hunter2"}, {"mask", "hunter2"}});
  span.log(Severity::Error, std::span<const Attribute>(kInner));
  telemetry.log(Severity::Info, "Bearer hunter2", {{"drop", "hunter2"}});
  telemetry.log(Severity::Info, list);
}

}  // namespace

TEST_CASE("anonymised: spans, events, links, status and logs leave as the second policy says") {
  FreshInstance<> fresh(kConfig);
  fresh.host.platform = kElsewhere;
  fresh.host.secrets = kSecrets;
  record_everything(fresh.telemetry);
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.traces.exported == 1);
  CHECK(report.logs.exported == 4);
  CHECK(all_free(fresh.telemetry));
  CHECK(fresh.host.sent(0).destination == "us");
  const std::string all = sent(fresh.host);
  CHECK_FALSE(contains(all, "hunter2"));
  CHECK_FALSE(contains(all, "12345"));
  CHECK_FALSE(contains(all, "drop"));
  for (const char* kept : {R"("kept")", "kept-inner", "kept-event", "kept-status of [REDACTED]",
                           "kept-body of [REDACTED]", "https://h/kept-path?q=REDACTED",
                           R"("203.0.113.0")", R"("stringValue":"ke")", "Bearer [REDACTED]"}) {
    CAPTURE(kept);
    CHECK(contains(all, kept));
  }
  // SHA-256 of "hunter2"
  CHECK(contains(all, R"("f52fbd32b2b3b86ff88ef6c490628285")"));
  CHECK(report.redactions.of(RedactionKind::KeyDropped) == 7);
  CHECK(report.redactions.of(RedactionKind::KeyMasked) == 8);
  CHECK(report.redactions.of(RedactionKind::SecretName) == 1);
  CHECK(report.redactions.of(RedactionKind::Email) == 3);
  CHECK(report.redactions.of(RedactionKind::BearerToken) == 1);
}

TEST_CASE("in a region that no such rule is about everything leaves as it is") {
  FreshInstance<> fresh(kConfig);
  fresh.host.platform = kEurope;
  record_everything(fresh.telemetry);
  const FlushReport report = fresh.telemetry.flush();
  CHECK(fresh.host.sent(0).destination == "eu");
  CHECK(count_of(sent(fresh.host), "hunter2") > 12);
  CHECK(report.redactions.total() == 0);
  CHECK(fresh.host.count(Call::Secret) == 0);
}

TEST_CASE("a value is hashed once, so that equal ones stay joinable over flushes and requests") {
  FreshInstance<> fresh(kConfig);
  fresh.host.platform = kElsewhere;
  fresh.host.secrets = kSecrets;
  static constexpr host::TraitsOf kSmall[] = {{"us", {.max_send_bytes = 1500}}};
  fresh.host.destination_traits = kSmall;
  for (int flush = 0; flush < 2; ++flush) {
    Span open = fresh.telemetry.start_span("open");
    for (int i = 0; i < 8; ++i) {
      open.start_child("child", {}, {{"user.id", "hunter2"}}).end();
      open.log(Severity::Info, "log", {{"user.id", "hunter2"}});
    }
    fresh.telemetry.flush();  // the logs alone
    open.end();
    fresh.telemetry.flush();
  }
  const std::string all = sent(fresh.host);
  constexpr std::string_view kMember = R"("key":"user.id","value":)";
  const std::size_t first = all.find(kMember);
  REQUIRE(first != std::string::npos);
  CHECK(count_of(all, kMember) == 32);
  CHECK(count_of(all, all.substr(first, kMember.size() + 50)) == 32);  // with its 32 digits
  CHECK(fresh.host.sent_count() > 8);
}

TEST_CASE("what has left is not looked at again while its trace goes on") {
  FreshInstance<> fresh(kConfig);
  fresh.host.platform = kElsewhere;
  fresh.host.secrets = kSecrets;
  Span root = fresh.telemetry.start_span("root", {}, {{"user.id", "hunter2"}});
  Span late = root.start_child("late", {}, {{"user.id", "hunter2"}});
  root.end();
  CHECK(fresh.telemetry.flush().redactions.of(RedactionKind::KeyKeyedHashed) == 1);
  late.end();
  CHECK(fresh.telemetry.flush().redactions.of(RedactionKind::KeyKeyedHashed) == 2);
  CHECK_FALSE(contains(sent(fresh.host), "hunter2"));
}

TEST_CASE("points of metrics are dropped, and counted") {
  FreshInstance<> fresh(kConfig);
  fresh.host.platform = kElsewhere;
  fresh.telemetry.add(kTaken, 1, {{"user.id", "hunter2"}});
  const FlushReport report = fresh.telemetry.flush();
  CHECK(report.metrics.dropped(DropReason::Residency) == 1);
  CHECK(fresh.host.sent_count() == 0);
}

TEST_CASE("without room for a replacement the value is empty, and nothing leaves") {
  static constinit Buffer<kMinimumBufferBytes> memory;
  fake_host().reset();
  Telemetry telemetry(memory, kConfig);
  fake_host().platform = kElsewhere;
  std::vector<Span> spans;
  while (telemetry.free_pages() != 0 || telemetry.page_count() == 0) {
    spans.push_back(telemetry.start_span("s", {}, {{"mask", "hunter2"}}));
  }
  for (int i = 0; i < 100; ++i) {
    for (Span& span : spans) {
      span.add_event("e", {{"mask", "hunter2"}, {"plain", "kept"}});
    }
  }
  spans.clear();
  const FlushReport report = telemetry.flush();
  CHECK(report.traces.balanced());
  CHECK(report.traces.exported > 0);
  CHECK(all_free(telemetry));
  const std::string all = sent(fake_host());
  CHECK(contains(all, "kept"));
  CHECK_FALSE(contains(all, "hunter2"));
  CHECK(contains(all, R"({"key":"mask","value":{}})"));
}

}  // namespace afterglow::test
