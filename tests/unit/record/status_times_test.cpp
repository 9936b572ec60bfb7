// Status, name and times of a span.

#include <doctest/doctest.h>

#include <string>

#include "record/recording.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;

template <class Set>
std::string status_after(Set set) {
  Recording r;
  Span span = r.telemetry.start_span("s");
  set(span);
  span.end();
  return tail_of_span(r.sent());
}

constexpr std::string_view kOk = R"(,"status":{"code":1})";

TEST_CASE("Unset < Error < Ok: a weaker status changes nothing") {
  using enum StatusCode;
  CHECK(status_after([](Span&) {}).empty());
  CHECK(status_after([](Span& s) { s.set_status(Unset, "x"); }).empty());
  CHECK(status_after([](Span& s) { s.set_status(Ok); }) == kOk);
  CHECK(status_after([](Span& s) { s.set_status(Error); }) == R"(,"status":{"code":2})");
  CHECK(status_after([](Span& s) { s.set_status(Error, "bad"); }) ==
        R"(,"status":{"code":2,"message":"bad"})");
  CHECK(status_after([](Span& s) { s.set_status(Error, "bad").set_status(Unset); }) ==
        R"(,"status":{"code":2,"message":"bad"})");
  CHECK(status_after([](Span& s) { s.set_status(Ok).set_status(Error, "bad"); }) == kOk);
  CHECK(status_after([](Span& s) { s.set_status(Ok).set_status(Unset); }) == kOk);
}

TEST_CASE("the message belongs to Error only, and to the last one") {
  using enum StatusCode;
  CHECK(status_after([](Span& s) { s.set_status(Ok, "fine"); }) == kOk);
  CHECK(status_after([](Span& s) { s.set_status(Error, "bad").set_status(Ok, "fine"); }) == kOk);
  CHECK(status_after([](Span& s) { s.set_status(Error, "a").set_status(Error, "b"); }) ==
        R"(,"status":{"code":2,"message":"b"})");
  CHECK(status_after([](Span& s) { s.set_status(Error, "a").set_status(Error); }) ==
        R"(,"status":{"code":2})");
}

TEST_CASE("a name and a message that do not fit: the old ones stay, noticed") {
  Recording r({.caps = {.pages = 1}});
  Span span = r.telemetry.start_span("old name");
  const std::string large(3000, 'x');
  span.update_name(large).set_status(StatusCode::Error, "old").set_status(StatusCode::Error, large);
  span.end();
  const std::string body = r.sent();
  CHECK(contains(body, R"("name":"old name")"));
  CHECK(contains(body, R"("message":"old")"));
  CHECK(r.telemetry.diagnostic_count(Diagnostic::TextDropped) == 2);
}

TEST_CASE("the last name wins, an empty one too") {
  Recording r;
  Span span = r.telemetry.start_span("first");
  span.update_name("second").update_name("third");
  Span child = span.start_child("child");
  child.update_name("");
  child.end();
  span.end();
  const std::string body = r.sent();
  CHECK(contains(body, R"("name":"third")"));
  CHECK(contains(body, R"("name":"")"));
  CHECK_FALSE(contains(body, "first"));
  CHECK_FALSE(contains(body, "child"));
}

std::string times_of(std::string_view body) {
  return part_of(body, "\"startTimeUnixNano\":", ",") +
         part_of(body, "\"endTimeUnixNano\":\"", "\"");
}

std::string expected_times(const std::string& start, const std::string& end) {
  return "\"startTimeUnixNano\":\"" + start + "\",\"endTimeUnixNano\":\"" + end + "\"";
}

TEST_CASE("explicit times are kept as they are") {
  Recording r;
  Span span = r.telemetry.start_span("s", {.start_unix_nano = 1000});
  span.end(2000);
  CHECK(times_of(r.sent()) == expected_times("1000", "2000"));

  Span far = r.telemetry.start_span("s", {.start_unix_nano = UINT64_MAX});
  far.end(UINT64_MAX);
  CHECK(times_of(r.sent()) == expected_times("18446744073709551615", "18446744073709551615"));
}

TEST_CASE("no span ends before it starts") {
  Recording r;
  Span span = r.telemetry.start_span("s", {.start_unix_nano = 1000});
  span.end(999);
  CHECK(times_of(r.sent()) == expected_times("1000", "1000"));

  Span future = r.telemetry.start_span("s", {.start_unix_nano = 1'900'000'000'000'000'000});
  future.end();
  CHECK(times_of(r.sent()) == expected_times("1900000000000000000", "1900000000000000000"));
}

TEST_CASE("now is the wall clock at the root's start, and monotonic from there") {
  Recording r;
  r.host.step_nano = 0;
  Span root = r.telemetry.start_span("root");
  const std::uint64_t wall = r.host.wall_nano;
  r.host.wall_nano = 12;  // a wall clock that is set moves no span
  r.host.monotonic_nano += 700;
  Span child = root.start_child("child");
  r.host.monotonic_nano += 30;
  child.end();
  root.end();
  const std::string body = r.sent();
  CHECK(contains(body, expected_times(std::to_string(wall), std::to_string(wall + 730))));
  CHECK(contains(body, expected_times(std::to_string(wall + 700), std::to_string(wall + 730))));
}

TEST_CASE("one wall and one monotonic read start a root, one monotonic read each later moment") {
  Recording r;
  Span root = r.telemetry.start_span("root");
  CHECK(r.host.calls() == "earwm");
  r.host.forget_calls();
  Span child = root.start_child("child");
  CHECK(r.host.calls() == "m");
  child.add_event("e");
  CHECK(r.host.calls() == "mm");
  child.add_event("e", {}, 5).set_attribute("a", 1).set_status(StatusCode::Ok).update_name("n");
  child.end(7);
  CHECK(r.host.calls() == "mm");
  root.end();
  CHECK(r.host.calls() == "mmm");
}

}  // namespace
