// Redaction across the rooms: the resource, baggage, log bodies, the host's key, the counts, and
// what is left in the memory.

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "fixture.h"
#include "headers.h"
#include "log_fixture.h"

namespace afterglow::test {
namespace {

constexpr KeyRule kKeys[] = {{KeyMatch::Exact, "user.id", RedactAction::KeyedHash},
                             {KeyMatch::Exact, "team.mail", RedactAction::Mask},
                             {KeyMatch::Exact, "team.gone", RedactAction::Drop},
                             {KeyMatch::Exact, "team.cut", RedactAction::Truncate, 2}};
constexpr RedactionPolicy kPolicy{.keys = kKeys};

bool is_in(std::span<const std::byte> memory, std::string_view text) {
  const auto same = [](std::byte byte, char c) { return static_cast<char>(byte) == c; };
  return std::search(memory.begin(), memory.end(), text.begin(), text.end(), same) != memory.end();
}

}  // namespace

TEST_CASE("resource attributes pass, whoever tells them") {
  static constexpr std::string_view kTexts[] = {"abc", "d"};
  static constexpr Attribute kInner[] = {{"team.gone", "x"}, {"password", "x"}, {"n", 1}};
  static constexpr Attribute kResource[] = {{"team.mail", "a@example.com"},
                                            {"team.gone", "x"},
                                            {"team.cut", kTexts},
                                            {"map", std::span<const Attribute>(kInner)}};
  static constexpr host::Pair kEnvironment[] = {
      {"OTEL_RESOURCE_ATTRIBUTES", "api_token=t1,team.gone=y,plain=z"}};
  static constexpr host::Pair kPlatform[] = {{"platform.secret", "t2"}, {"host.name", "h"}};
  FreshInstance<> fresh({.resource = kResource, .redaction = kPolicy});
  fresh.host.environment = kEnvironment;
  fresh.host.platform = kPlatform;
  fresh.telemetry.start_span("s").end();
  const FlushReport report = fresh.telemetry.flush();
  const std::string_view resource = fresh.host.sent(0).body;
  CAPTURE(resource);
  CHECK(contains(resource, R"({"key":"team.mail","value":{"stringValue":"[REDACTED]"}},)"
                           R"({"key":"team.cut","value":{"arrayValue":{"values":[)"
                           R"({"stringValue":"ab"},{"stringValue":"d"}]}}},)"
                           R"({"key":"map","value":{"kvlistValue":{"values":[)"
                           R"({"key":"password","value":{"stringValue":"[REDACTED]"}},)"
                           R"({"key":"n","value":{"intValue":"1"}}]}}},)"
                           R"({"key":"api_token","value":{"stringValue":"[REDACTED]"}},)"
                           R"({"key":"plain","value":{"stringValue":"z"}},)"
                           R"({"key":"platform.secret","value":{"stringValue":"[REDACTED]"}},)"
                           R"({"key":"host.name","value":{"stringValue":"h"}}])"));
  CHECK(report.redactions.of(RedactionKind::SecretName) == 3);
  CHECK(report.redactions.of(RedactionKind::KeyDropped) == 2);
}

TEST_CASE("a resource value that needs more memory than there is, is masked") {
  const std::string long_url = "/p" + std::string(5000, 'x') + "?q=1";
  const Attribute resource[] = {{"url.full", long_url}, {"a", 1}};
  FreshInstance<> fresh({.resource = resource});
  fresh.telemetry.start_span("s").end();
  fresh.telemetry.flush();
  CHECK(contains(fresh.host.sent(0).body,
                 R"({"key":"url.full","value":{"stringValue":"[REDACTED]"}},{"key":"a",)"));
}

TEST_CASE("without a policy the resource is as it was given") {
  static constexpr Attribute kResource[] = {{"password", "p"}};
  FreshInstance<> fresh({.resource = kResource, .redaction = kNoRedaction});
  fresh.telemetry.start_span("s").end();
  fresh.telemetry.flush();
  CHECK(contains(fresh.host.sent(0).body, R"({"key":"password","value":{"stringValue":"p"}})"));
}

TEST_CASE("baggage that becomes an attribute passes, and leaves nothing in the scratch") {
  static constexpr std::string_view kCopied[] = {"plain", "sid", "password", "user.id"};
  auto memory = std::make_unique<Buffer<64 * 1024>>();
  fake_host().reset();
  Telemetry telemetry(*memory, {.baggage_attributes = kCopied, .redaction = kPolicy});
  const std::string baggage = "plain=a%20b,sid=s%2D1,password=p%2Dw,user.id=u%2D7";
  {
    Span span = telemetry.start_span(
        "s", {.parent = telemetry.extract(HeaderLines{{{"baggage", baggage}}})});
    CHECK(span.baggage_header() == baggage);
    const std::span<const std::byte> bytes(memory->data(), 64 * 1024);
    CHECK(is_in(bytes, "a b"));
    CHECK_FALSE(is_in(bytes, "s-1"));
    CHECK_FALSE(is_in(bytes, "p-w"));
    CHECK_FALSE(is_in(bytes, "u-7"));
  }
  telemetry.flush();
  const std::string_view body = fake_host().sent(0).body;
  CHECK(contains(body, R"({"key":"plain","value":{"stringValue":"a b"}},)"
                       R"({"key":"sid","value":{"stringValue":"[REDACTED]"}},)"
                       R"({"key":"password","value":{"stringValue":"[REDACTED]"}},)"
                       R"({"key":"user.id","value":{"stringValue":"[REDACTED]"}}])"));
  CHECK(telemetry.report().redactions.of(RedactionKind::HashKeyMissing) == 1);
  fake_host().reset();
}

TEST_CASE("log bodies: messages, and maps by their keys") {
  static constexpr Attribute kBody[] = {{"password", "p"}, {"text", "a@example.com"}, {"n", 1}};
  FreshInstance<> fresh;
  fresh.telemetry.log(Severity::Info, "mail from a@example.com", {{"api_key", "k"}});
  fresh.telemetry.log(Severity::Info, std::span<const Attribute>(kBody));
  fresh.telemetry.flush();
  const std::string_view body = fresh.host.sent(0).body;
  CHECK(contains(body, R"("body":{"stringValue":"mail from [REDACTED]"})"));
  CHECK(contains(body, R"({"key":"api_key","value":{"stringValue":"[REDACTED]"}})"));
  CHECK(contains(body, R"("body":{"kvlistValue":{"values":[)"
                       R"({"key":"password","value":{"stringValue":"[REDACTED]"}},)"
                       R"({"key":"text","value":{"stringValue":"[REDACTED]"}},)"
                       R"({"key":"n","value":{"intValue":"1"}}]}})"));
}

TEST_CASE("the key of keyed hashes is asked for once, only where a rule needs it, and not kept") {
  static constexpr host::Pair kSecrets[] = {{"afterglow_redaction_key", "Jefe-the-hash-key"}};
  auto memory = std::make_unique<Buffer<64 * 1024>>();
  fake_host().reset();
  fake_host().secrets = kSecrets;
  Telemetry telemetry(*memory, {.redaction = kPolicy});
  telemetry.start_span("s", {}, {{"user.id", "what do ya want for nothing?"}}).end();
  telemetry.start_span("t", {}, {{"user.id", "what do ya want for nothing?"}}).end();
  CHECK(fake_host().count(host::Call::Secret) == 1);
  telemetry.flush();
  // printf 'what do ya want for nothing?' | openssl dgst -sha256 -hmac Jefe-the-hash-key
  CHECK(count(fake_host().sent(0).body, R"("stringValue":"7b6844e04d29db0425f0e796eae0f867")") ==
        2);
  CHECK_FALSE(is_in({memory->data(), 64 * 1024}, "Jefe-the-hash-key"));
  fake_host().reset();
  FreshInstance<> fresh;
  fresh.telemetry.start_span("s", {}, {{"user.id", "u"}}).end();
  fresh.telemetry.flush();
  CHECK(fresh.host.count(host::Call::Secret) == 0);
}

TEST_CASE("a key that is empty or longer than 256 bytes is none") {
  const std::string long_key(257, 'k');
  for (const std::string_view value : {std::string_view(long_key), std::string_view()}) {
    const host::Pair secrets[] = {{"afterglow_redaction_key", value}};
    FreshInstance<> fresh({.redaction = kPolicy});
    fresh.host.secrets = secrets;
    fresh.telemetry.start_span("s", {}, {{"user.id", "u"}}).end();
    CHECK(fresh.telemetry.flush().redactions.of(RedactionKind::HashKeyMissing) == 1);
  }
}

TEST_CASE("a disabled SDK asks for no key and counts nothing") {
  static constexpr host::Pair kOff[] = {{"OTEL_SDK_DISABLED", "true"}};
  FreshInstance<> fresh({.redaction = kPolicy});
  fresh.host.environment = kOff;
  fresh.telemetry.start_span("s", {}, {{"user.id", "u"}}).end();
  CHECK(fresh.host.count(host::Call::Secret) == 0);
  CHECK(fresh.telemetry.report().redactions.total() == 0);
}

}  // namespace afterglow::test
