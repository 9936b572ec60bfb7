// The conditions of tail rules, on real roots.

#include <doctest/doctest.h>

#include <string>

#include "exported_spans.h"
#include "fixture.h"

namespace afterglow::test {
namespace {

constexpr AlwaysRecord kRecordAll{kAlwaysOff};

// The rule that keeps what `run` records; "(dropped)" when none does.
template <class F>
std::string kept_by(const TailPolicy& policy, F run, Sampler sampler = kRecordAll) {
  FreshInstance<> fresh({.sampler = sampler, .tail = policy});
  run(fresh.telemetry);
  fresh.telemetry.flush();
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
  if (fresh.host.sent_count() == 0) {
    return "(dropped)";
  }
  constexpr std::string_view kRule = R"("afterglow.sampling.rule","value":{"stringValue":")";
  const std::string body(fresh.host.sent(0).body);
  const std::size_t at = body.find(kRule);
  REQUIRE(at != std::string::npos);
  return body.substr(at + kRule.size(), body.find('"', at + kRule.size()) - at - kRule.size());
}

}  // namespace

TEST_CASE("tail rule: the root's duration, whatever its children take") {
  static constexpr TailRule kRules[] = {keep_slower_than_ms("slow", 500)};
  static constexpr TailPolicy kTail{.rules = kRules};
  constexpr std::uint64_t kStart = 1'700'000'000'000'000'000;
  constexpr std::uint64_t kLimit = 500'000'000;
  for (const std::uint64_t took : {std::uint64_t{0}, kLimit - 1, kLimit, kLimit + 1}) {
    CAPTURE(took);
    CHECK(kept_by(kTail, [&](Telemetry& telemetry) {
            Span root = telemetry.start_span("root", {.start_unix_nano = kStart});
            root.start_child("child", {.start_unix_nano = kStart}).end(kStart + 10 * kLimit);
            root.end(kStart + took);
          }) == (took >= kLimit ? "slow" : "(dropped)"));
  }
}

TEST_CASE("tail rule: a duration by the host's clock") {
  static constexpr TailRule kRules[] = {keep_slower_than_ms("slow", 500)};
  static constexpr TailPolicy kTail{.rules = kRules};
  for (const std::uint64_t took : {499U, 500U}) {
    CHECK(kept_by(kTail, [&](Telemetry& telemetry) {
            fake_host().step_nano = 0;
            Span root = telemetry.start_span("root");
            fake_host().monotonic_nano += took * 1'000'000;
            root.end();
          }) == (took == 500 ? "slow" : "(dropped)"));
  }
}

TEST_CASE("tail rule: an end before the start is no duration") {
  static constexpr TailRule kRules[] = {keep_slower_than_ms("slow", 1)};
  static constexpr TailPolicy kTail{.rules = kRules};
  CHECK(kept_by(kTail, [](Telemetry& telemetry) {
          telemetry.start_span("root", {.start_unix_nano = 2'000'000'000}).end(1);
        }) == "(dropped)");
}

TEST_CASE("tail rule: an attribute of the root") {
  static constexpr TailRule kRules[] = {keep_attribute("acme", "tenant", "acme"),
                                        keep_attribute("debug", "debug")};
  static constexpr TailPolicy kTail{.rules = kRules};
  const auto with = [](auto set) {
    return kept_by(kTail, [&](Telemetry& telemetry) {
      Span root = telemetry.start_span("root", {}, {{"tenant", "other"}});
      set(root);
    });
  };
  CHECK(with([](Span&) {}) == "(dropped)");
  CHECK(with([](Span& root) { root.set_attribute("tenant", "acme"); }) == "acme");
  CHECK(with([](Span& root) { root.set_attribute("tenant", "acme2"); }) == "(dropped)");
  CHECK(with([](Span& root) { root.set_attribute("tenant", ""); }) == "(dropped)");
  CHECK(with([](Span& root) { root.set_attribute("tenant", 7); }) == "(dropped)");
  CHECK(with([](Span& root) { root.set_attribute(DynamicKey("tenant"), "acme"); }) == "acme");
  CHECK(with([](Span& root) { root.set_attribute("debug", false); }) == "debug");
  CHECK(with([](Span& root) { root.set_attribute("debug", 0); }) == "debug");
  CHECK(with([](Span& root) { root.set_attribute("debug", ""); }) == "debug");
  CHECK(with([](Span& root) { root.set_attribute("debug", 0.5); }) == "debug");
  CHECK(with([](Span& root) { root.set_attribute("debug", Value()); }) == "(dropped)");
  const std::int64_t list[] = {1};
  CHECK(with([&](Span& root) {
          root.set_attribute("debug", std::span<const std::int64_t>(list));
        }) == "debug");
  CHECK(with([](Span& root) { root.start_child("child", {}, {{"debug", true}}).end(); }) ==
        "(dropped)");
  // the first of two that match
  CHECK(with([](Span& root) { root.set_attribute("debug", 1).set_attribute("tenant", "acme"); }) ==
        "acme");
}

TEST_CASE("tail rule: a sampler's attribute is one of the root's") {
  static constexpr TailRule kRules[] = {keep_attribute("forced", "sampler.forced")};
  static constexpr TailPolicy kTail{.rules = kRules};
  static constexpr Attribute kForced[] = {{"sampler.forced", true}};
  static constexpr UserSampler kSampler{[](void*, const TraceSummary&) -> SamplingResult {
    return {.decision = Decision::RecordOnly, .attributes = kForced};
  }};
  CHECK(kept_by(
            kTail, [](Telemetry& telemetry) { telemetry.start_span("root").end(); }, kSampler) ==
        "forced");
}

TEST_CASE("tail rule: a function sees the root as it ended") {
  struct Seen {
    std::string name;
    std::string tenant;
    std::string message;
    std::uint64_t duration = 0;
    std::uint64_t end = 0;
    std::uint32_t spans = 0;
    bool error = false;
    bool sampled = true;
    int calls = 0;
  };
  Seen seen;
  const auto look = [](void* context, const TraceOutcome& o) {
    auto& to = *static_cast<Seen*>(context);
    to = {.name = std::string(o.root.name()),
          .tenant = std::string(o.root.attribute("tenant").as_string()),
          .message = std::string(o.root.status_message()),
          .duration = o.duration_nano,
          .end = o.root.end_unix_nano(),
          .spans = o.spans,
          .error = o.has_error,
          .sampled = o.is_sampled,
          .calls = to.calls + 1};
    return o.spans > 2;
  };
  const TailRule rules[] = {keep_if("mine", look, &seen)};
  const TailPolicy policy{.rules = rules};
  CHECK(kept_by(policy, [](Telemetry& telemetry) {
          Span root = telemetry.start_span("before", {.start_unix_nano = 1000});
          root.start_child("ended").end();
          const Span open = root.start_child("open");
          root.update_name("after").set_attribute("tenant", "acme");
          root.set_status(StatusCode::Error, "broken");
          root.end(5000);
        }) == "mine");
  CHECK(seen.name == "after");
  CHECK(seen.tenant == "acme");
  CHECK(seen.message == "broken");
  CHECK(seen.duration == 4000);
  CHECK(seen.end == 5000);
  CHECK(seen.spans == 3);
  CHECK(seen.error);
  CHECK_FALSE(seen.sampled);
  CHECK(seen.calls == 1);
}

TEST_CASE("tail rule: one and the same trace is judged once, and children judge nothing") {
  static int asked = 0;
  asked = 0;
  static constexpr TailRule kRules[] = {keep_if("all", [](void*, const TraceOutcome&) {
    ++asked;
    return true;
  })};
  static constexpr TailPolicy kTail{.rules = kRules};
  CHECK(kept_by(kTail, [](Telemetry& telemetry) {
          Span root = telemetry.start_span("root");
          root.start_child("a").end();
          Span late = root.start_child("b");
          CHECK(asked == 0);
          root.end();
          CHECK(asked == 1);
          root.end();
          late.end();
          telemetry.flush();
          telemetry.shutdown();
        }) == "all");
  CHECK(asked == 1);
}

TEST_CASE("tail rule: a name the program gave to the root's attribute gives way to the rule's") {
  static constexpr TailRule kRules[] = {keep_errors("errors")};
  static constexpr TailPolicy kTail{.rules = kRules};
  CHECK(kept_by(kTail, [](Telemetry& telemetry) {
          Span root = telemetry.start_span("root", {}, {{"afterglow.sampling.rule", "mine"}});
          root.set_status(StatusCode::Error);
        }) == "errors");
}

TEST_CASE("tail rule: its name leaves at the limit of attributes, cut where values are cut") {
  static constexpr TailRule kRules[] = {keep_errors("errors")};
  static constexpr TailPolicy kTail{.rules = kRules};
  FreshInstance<> fresh({.sampler = kRecordAll,
                         .tail = kTail,
                         .limits = {.attribute_count = 1, .attribute_value_length = 3}});
  Span root = fresh.telemetry.start_span("root", {}, {{"a", "1234"}, {"b", 2}});
  root.set_status(StatusCode::Error);
  root.end();
  fresh.telemetry.flush();
  const auto spans = spans_of(fresh.host);
  REQUIRE(spans.size() == 1);
  CHECK(spans[0].attribute("a") == "123");
  CHECK(spans[0].number("droppedAttributesCount") == 1);
  CHECK(spans[0].rule() == "err");
}

}  // namespace afterglow::test
