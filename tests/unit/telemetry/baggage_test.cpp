// Baggage: it belongs to the local trace, travels as it came, and becomes an attribute only where
// the program lists its key.

#include <doctest/doctest.h>

#include <string>

#include "fixture.h"
#include "headers.h"

namespace afterglow::test {
namespace {

std::string sent_baggage(const Span& span) {
  WrittenHeaders headers;
  span.inject(headers);
  return headers.at("baggage");
}

Span start(FreshInstance<>& fresh, const std::string& baggage) {
  return fresh.telemetry.start_span(
      "r", {.parent = fresh.telemetry.extract(HeaderLines{{{"baggage", baggage}}})});
}

std::string value(const Span& span, std::string_view key) {
  char out[64];
  const std::size_t length = span.baggage(key, out);
  REQUIRE(length <= sizeof out);
  return {out, length};
}

}  // namespace

TEST_CASE("baggage travels as it came, with or without a trace, to every child") {
  FreshInstance<> fresh;
  const std::string wire = "user%20id=%41%2C%20x;ttl=30;private,b=2";
  Span root = start(fresh, "b=1, " + wire);  // '%' may stand in a key: it is a token character
  Span child = root.start_child("c");
  CHECK(sent_baggage(child) == "b=1," + wire);
  CHECK(child.baggage_header() == "b=1," + wire);
  child.end();
  root.end();
  CHECK(fresh.telemetry.flush().status == FlushStatus::Sent);
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
}

TEST_CASE("baggage goes on below an unsampled parent and out of a disabled SDK") {
  static constexpr host::Pair kOff[] = {{"OTEL_SDK_DISABLED", "true"}};
  for (const bool off : {false, true}) {
    FreshInstance<> fresh;
    fresh.host.environment =
        off ? std::span<const host::Pair>(kOff) : std::span<const host::Pair>();
    Span root = fresh.telemetry.start_span(
        "r", {.parent = fresh.telemetry.extract(
                  HeaderLines{{{"traceparent", std::string(kUnsampledTraceparent)},
                               {"tracestate", "v=1"},
                               {"baggage", "a=1"}}})});
    Span child = root.start_child("c");
    WrittenHeaders headers;
    child.inject(headers);
    CHECK(headers.lines.size() == 3);
    CHECK(headers.at("tracestate") == "v=1");
    CHECK(headers.at("baggage") == "a=1");
    CHECK((headers.at("traceparent") == kUnsampledTraceparent) == off);
    child.end();
    root.end();
    CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
    CHECK(fresh.telemetry.report().traces.recorded == (off ? 1 : 0));
    CHECK(fresh.telemetry.report().traces.dropped(DropReason::Disabled) == (off ? 1 : 0));
  }
}

TEST_CASE("members are read decoded, set encoded, and removed") {
  FreshInstance<> fresh;
  Span root = start(fresh, "a=%C3%A9;p,b=x");
  Span child = root.start_child("c");
  CHECK(value(child, "a") == "\xC3\xA9");
  CHECK(value(child, "nothing").empty());
  child.set_baggage("a", "1, 2;3", "ttl=9");
  CHECK(value(root, "a") == "1, 2;3");
  CHECK(sent_baggage(root) == "b=x,a=1%2C%202%3B3;ttl=9");
  root.remove_baggage("b").remove_baggage("nothing");
  CHECK(sent_baggage(child) == "a=1%2C%202%3B3;ttl=9");
  root.remove_baggage("a");
  CHECK(sent_baggage(child) == "(none)");
  root.set_baggage("again", "");
  CHECK(sent_baggage(child) == "again=");
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::BaggageInvalid) == 0);
}

TEST_CASE("what is invalid or does not fit changes nothing and is counted") {
  FreshInstance<> fresh;
  Span root = start(fresh, "a=1");
  root.set_baggage("", "x").set_baggage("a b", "x").set_baggage("a", "x", "bad property,");
  CHECK(sent_baggage(root) == "a=1");
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::BaggageInvalid) == 3);
  root.set_baggage("a", std::string(8192, 'x'));
  CHECK(sent_baggage(root) == "a=1");
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::BaggageInvalid) == 4);
  root.set_baggage("a", std::string(8190, 'x'));
  CHECK(sent_baggage(root).size() == 8192);
}

TEST_CASE("64 members and 8,192 bytes pass whole; beyond, whole members are dropped") {
  FreshInstance<> fresh;
  std::string wire;
  for (int i = 0; i < 64; ++i) {
    const std::string key = "k" + std::to_string(100 + i) + "=";
    wire +=
        (i == 0 ? "" : ",") + key + std::string(i == 0 ? 128 - key.size() : 127 - key.size(), 'v');
  }
  REQUIRE(wire.size() == 8192);
  CHECK(sent_baggage(start(fresh, wire)) == wire);
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::BaggageTruncated) == 0);
  CHECK(sent_baggage(start(fresh, wire + ",z=1")) == wire);
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::BaggageTruncated) == 1);
}

TEST_CASE("many changes take bounded memory") {
  FreshInstance<> fresh;
  Span root = fresh.telemetry.start_span("r");
  for (int i = 0; i < 10'000; ++i) {
    root.set_baggage("k", std::string(static_cast<std::size_t>(i % 200), 'v'));
  }
  CHECK(root.baggage_header().size() == 2 + 199);
  CHECK(fresh.telemetry.free_pages() >= fresh.telemetry.page_count() - 2);
}

TEST_CASE("without a page baggage is lost, and counted") {
  FreshInstance<8 * 1024> fresh;
  Span hoard[16];
  for (Span& span : hoard) {
    span = fresh.telemetry.start_span("r");
  }
  const Span root = fresh.telemetry.start_span(
      "r", {.parent = fresh.telemetry.extract(HeaderLines{{{"baggage", "a=1"}}})});
  CHECK(sent_baggage(root) == "(none)");
  CHECK(fresh.telemetry.diagnostic_count(Diagnostic::BaggageTruncated) == 1);
}

TEST_CASE("baggage becomes attributes of the local root through a list only") {
  static constexpr std::string_view kKeys[] = {"tenant", "absent"};
  FreshInstance<> fresh({.baggage_attributes = kKeys});
  Span root = start(fresh, "tenant=%C3%A9t%C3%A9,user=secret");
  root.end();
  fresh.telemetry.flush();
  const std::string body(fresh.host.sent(0).body);
  CHECK(body.find("\"attributes\":[{\"key\":\"tenant\",\"value\":{\"stringValue\":"
                  "\"\xC3\xA9t\xC3\xA9\"}}]") != std::string::npos);
  CHECK(body.find("secret") == std::string::npos);
  CHECK(body.find("user") == std::string::npos);
}

TEST_CASE("an inert span has no baggage and takes none") {
  Span inert;
  inert.set_baggage("a", "1").remove_baggage("a");
  CHECK(inert.baggage_header().empty());
  char out[4];
  CHECK(inert.baggage("a", out) == 0);
}

}  // namespace afterglow::test
