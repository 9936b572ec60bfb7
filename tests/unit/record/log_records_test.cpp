// Log records in the pages: which of them a flush takes, and how calls are counted by place.

#include "record/log_records.h"

#include <doctest/doctest.h>

#include "record/log_sites.h"
#include "recording.h"

namespace afterglow::test {

TEST_CASE("a place is admitted up to its limit, others beside it, all anew when forgotten") {
  record::LogSites sites;
  for (int i = 0; i < 3; ++i) {
    CHECK(sites.admit(7, 3));
  }
  CHECK_FALSE(sites.admit(7, 3));
  CHECK(sites.admit(7 + 16, 3));  // the same bucket
  CHECK(sites.admit(8, 3));
  sites.forget();
  CHECK(sites.admit(7, 3));
}

TEST_CASE("a place that finds no entry is not limited") {
  record::LogSites sites;
  for (std::uint32_t key = 1; key <= 16; ++key) {
    CHECK(sites.admit(key, 1));
    CHECK_FALSE(sites.admit(key, 1));
  }
  for (int i = 0; i < 5; ++i) {
    CHECK(sites.admit(99, 1));
  }
}

TEST_CASE("a count never wraps") {
  record::LogSites sites;
  for (int i = 0; i < 1000; ++i) {
    CHECK(sites.admit(1, 0) == false);
  }
}

TEST_CASE("strings of attributes are cut to the limit of logs, bodies are not") {
  Recording recording(
      {.limits = {.attribute_value_length = 1}, .log_limits = {.attribute_value_length = 3}});
  static constexpr std::string_view kTexts[] = {"äöüß", "ab"};
  Span span = recording.telemetry.start_span("root", {}, {{"span", "abcd"}});
  span.log(Severity::Info, "a long body", {{"text", "äöüß"}, {"texts", kTexts}, {"n", 12345}});
  span.end();
  const std::string logs = recording.sent();
  CHECK(contains(logs, R"("body":{"stringValue":"a long body"})"));
  CHECK(contains(logs, R"({"key":"text","value":{"stringValue":"äöü"}})"));
  CHECK(contains(logs, R"({"stringValue":"äöü"},{"stringValue":"ab"})"));
  CHECK(contains(logs, R"({"intValue":"12345"})"));
  CHECK(contains(recording.host.sent(0).body, R"({"stringValue":"a"})"));
}

TEST_CASE("attributes at, below and above the limit; a key set twice counts once") {
  for (const std::uint32_t limit : {0U, 1U, 2U, 3U, 4U}) {
    Recording recording({.log_limits = {.attribute_count = limit}});
    recording.telemetry.log(Severity::Info, "n", {{"a", 1}, {"b", 2}, {"c", 3}, {"a", 4}});
    const std::string logs = recording.sent();
    const std::uint32_t kept = limit < 3 ? limit : 3;
    CHECK(count_of(logs, "\"intValue\"") == kept);
    const std::uint32_t dropped = 3 - kept + (limit == 0 ? 1 : 0);
    const std::string on_the_wire = "\"droppedAttributesCount\":" + std::to_string(dropped);
    CHECK(contains(logs, on_the_wire + "}") == (dropped != 0));
    CHECK(contains(logs, "droppedAttributesCount") == (dropped != 0));
    CHECK(contains(logs, R"({"key":"a","value":{"intValue":"4"}})") == (limit > 0));
  }
}

TEST_CASE("records of scopes come in groups, each scope once in a request") {
  static constexpr Scope kOne{.name = "one"};
  static constexpr Scope kTwo{.name = "two"};
  Recording recording;
  for (int i = 0; i < 4; ++i) {
    recording.telemetry.log(Severity::Info, i, {}, {.scope = i % 2 == 0 ? &kOne : &kTwo});
  }
  const std::string logs = recording.sent();
  CHECK(count_of(logs, "\"scope\":") == 2);
  const std::size_t two = logs.find("\"two\"");
  CHECK(logs.find(R"({"intValue":"2"})") < two);
  CHECK(logs.find(R"({"intValue":"1"})") > two);
}

TEST_CASE("a record belongs to its span's scope unless it names its own") {
  static constexpr Scope kLibrary{.name = "library"};
  static constexpr Scope kOther{.name = "other"};
  Recording recording;
  Span span = recording.telemetry.start_span("root", {.scope = &kLibrary});
  span.log(Severity::Info, "inherits");
  CHECK(contains(recording.sent(), "\"library\""));
  span.log(Severity::Info, "names", {}, {.scope = &kOther});
  CHECK(contains(recording.sent(), "\"other\""));
}

}  // namespace afterglow::test
