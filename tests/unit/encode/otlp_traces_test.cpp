// Documents of spans: groups by scope, and complete at whatever size.

#include "encode/otlp_traces.h"

#include <afterglow/afterglow.h>
#include <doctest/doctest.h>
#include <fake_host.h>

#include <string>

#include "record/recording.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;

constexpr Attribute kScopeAttributes[] = {{"a", 1}, {"b", "two"}};
constexpr Scope kFull{.name = "full\"name",
                      .version = "1.2",
                      .schema_url = "https://opentelemetry.io/schemas/1.37.0",
                      .attributes = kScopeAttributes};
constexpr Scope kNamed{.name = "named"};
constexpr Scope kNameless{.version = "9", .schema_url = "urn:x", .attributes = kScopeAttributes};

std::string group_of(const Scope* scope) {
  Recording r;
  Span span = r.telemetry.start_span("s", {.scope = scope});
  span.end();
  return part_of(r.sent(), "\"scopeSpans\":", "\"spans\":[");
}

TEST_CASE("a scope writes what it has") {
  CHECK(group_of(nullptr) == R"("scopeSpans":[{"spans":[)");
  CHECK(group_of(&kNamed) == R"("scopeSpans":[{"scope":{"name":"named"},"spans":[)");
  CHECK(group_of(&kFull) ==
        R"("scopeSpans":[{"scope":{"name":"full\"name","version":"1.2","attributes":[)"
        R"({"key":"a","value":{"intValue":"1"}},{"key":"b","value":{"stringValue":"two"}}]},)"
        R"("schemaUrl":"https://opentelemetry.io/schemas/1.37.0","spans":[)");
  CHECK(group_of(&kNameless) == R"("scopeSpans":[{"schemaUrl":"urn:x","spans":[)");
}

TEST_CASE("spans are grouped by scope, each scope once, in order of first appearance") {
  Recording r;
  Span root = r.telemetry.start_span("1", {.scope = &kNamed});
  Span other = r.telemetry.start_span("2");
  Span a = root.start_child("3", {.scope = &kFull});
  Span b = root.start_child("4");  // the parent's
  Span c = a.start_child("5");
  Span d = other.start_child("6", {.scope = &kNamed});
  for (Span* span : {&d, &c, &b, &a, &other, &root}) {
    span->end();
  }
  const std::string body = r.sent();
  CHECK(count_of(body, "\"spans\":[") == 3);
  std::string order;
  for (std::size_t at = body.find("\"name\":\""); at != std::string::npos;
       at = body.find("\"name\":\"", at + 1)) {
    order += body[at + 8];
  }
  CHECK(order == "n146f352");  // named: 1 4 6, full: 3 5, none: 2
}

TEST_CASE("a document of any size is complete, and what did not fit comes in the next") {
  for (std::uint32_t limit = 300; limit < 2200; limit += 7) {
    CAPTURE(limit);
    Recording r;
    r.host.host_traits.max_send_bytes = limit;
    Span root = r.telemetry.start_span("root", {.scope = &kNamed});
    for (int i = 0; i < 6; ++i) {
      Span child = root.start_child("c", {.scope = i % 2 == 0 ? &kFull : nullptr});
    }
    root.end();
    (void)r.telemetry.flush();
    const SignalReport books = r.telemetry.report().traces;
    std::size_t spans = 0;
    for (std::size_t i = 0; i < r.host.sent_count(); ++i) {
      const std::string_view body = r.host.sent(i).body;
      REQUIRE(body.size() <= limit);
      REQUIRE(body.starts_with(R"({"resourceSpans":[{"resource":{"attributes":[)"));
      REQUIRE(body.ends_with("}]}]}]}"));
      REQUIRE(count_of(body, "{") == count_of(body, "}"));
      REQUIRE(count_of(body, "[") == count_of(body, "]"));
      spans += count_of(body, "\"startTimeUnixNano\"");
    }
    REQUIRE(books.exported == spans);
    REQUIRE(books.exported + books.dropped(DropReason::TooLarge) == 7);
    REQUIRE(r.telemetry.free_pages() == r.telemetry.page_count());
  }
}

TEST_CASE("a document whose beginning does not fit takes no span, however small") {
  char memory[64];
  record::Recorder recorder;
  encode::JsonWriter out(memory);
  encode::TracesDocument document(out, recorder, std::string(100, 'r'));
  const record::SpanRecord span{};
  CHECK_FALSE(document.add(span));
  CHECK_FALSE(document.add(span));
}

}  // namespace
