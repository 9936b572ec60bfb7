// What a sampler answers, applied to the trace: decision, threshold, trace state, attributes, and
// the word it gets when the trace ends.

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "exported_spans.h"
#include "fixture.h"
#include "headers.h"

namespace afterglow::test {
namespace {

// A sampler whose answer and question a test holds.
struct Scripted {
  SamplingResult answer = {.decision = Decision::RecordAndSample};
  int asked = 0;
  std::uint64_t randomness = 0;
  bool has_randomness = false;
  std::optional<std::uint64_t> parent_threshold = {};

  [[nodiscard]] UserSampler sampler() {
    return {[](void* self, const TraceSummary& trace) {
              auto& script = *static_cast<Scripted*>(self);
              ++script.asked;
              script.randomness = trace.randomness;
              script.has_randomness = trace.has_randomness;
              script.parent_threshold = trace.parent_threshold;
              return script.answer;
            },
            this};
  }
};

HeaderLines caller(std::string_view trace_state, std::string_view traceparent = kTraceparent) {
  HeaderLines headers{{{"traceparent", std::string(traceparent)}}};
  if (!trace_state.empty()) {
    headers.lines.emplace_back("tracestate", std::string(trace_state));
  }
  return headers;
}

WrittenHeaders headers_of(const Span& span) {
  WrittenHeaders headers;
  span.inject(headers);
  return headers;
}

// What a caller's trace state becomes under an answer, in the headers of root and child.
std::string state_after(const SamplingResult& answer, std::string_view in) {
  Scripted script{.answer = answer};
  const UserSampler sampler = script.sampler();
  FreshInstance<> fresh({.sampler = sampler});
  Span root = fresh.telemetry.start_span("r", {.parent = fresh.telemetry.extract(caller(in))});
  const Span child = root.start_child("c");
  CHECK(headers_of(child).at("tracestate") == headers_of(root).at("tracestate"));
  CHECK(headers_of(root).at("traceparent").substr(53) ==
        (answer.decision == Decision::RecordAndSample ? "01" : "00"));
  CHECK(script.asked == 1);
  return headers_of(root).at("tracestate");
}

}  // namespace

TEST_CASE("a sampler's threshold is kept, erased or set, and set in the span that leaves too") {
  struct Case {
    ThresholdChange change;
    std::string_view in;
    std::string_view out;
  };
  for (const Case& one :
       {Case{ThresholdChange::keep(), "", "(none)"}, Case{ThresholdChange::keep(), "a=1", "a=1"},
        Case{ThresholdChange::keep(), "a=1,ot=th:4", "a=1,ot=th:4"},
        Case{ThresholdChange::erase(), "", "(none)"}, Case{ThresholdChange::erase(), "a=1", "a=1"},
        Case{ThresholdChange::erase(), "a=1,ot=th:4", "a=1"},
        Case{ThresholdChange::erase(), "a=1,ot=th:4;rv:ffffffffffffff", "ot=rv:ffffffffffffff,a=1"},
        Case{ThresholdChange::set(0), "", "ot=th:0"},
        Case{ThresholdChange::set(0), "a=1", "ot=th:0,a=1"},
        Case{ThresholdChange::set(threshold_of(0.5)), "a=1,ot=th:4;rv:ffffffffffffff",
             "ot=th:8;rv:ffffffffffffff,a=1"}}) {
    CAPTURE(one.in);
    CHECK(state_after({.decision = Decision::RecordAndSample, .threshold = one.change}, one.in) ==
          one.out);
  }
}

TEST_CASE("what is not sampled carries no th, whatever the sampler says of it") {
  for (const Decision decision : {Decision::Drop, Decision::RecordOnly}) {
    for (const ThresholdChange change : {ThresholdChange::keep(), ThresholdChange::set(0)}) {
      CHECK(state_after({.decision = decision, .threshold = change}, "a=1,ot=th:4;x:y") ==
            "ot=x:y,a=1");
      CHECK(state_after({.decision = decision, .threshold = change}, "") == "(none)");
    }
  }
}

TEST_CASE("a sampler's trace state replaces the caller's, and its threshold goes into that") {
  const SamplingResult answer{.decision = Decision::RecordAndSample,
                              .sets_trace_state = true,
                              .trace_state = "mine=1,ot=th:f;x:y",
                              .threshold = ThresholdChange::set(0)};
  CHECK(state_after(answer, "theirs=1,ot=th:4") == "ot=th:0;x:y,mine=1");
  CHECK(state_after({.decision = Decision::RecordAndSample, .sets_trace_state = true}, "a=1") ==
        "(none)");
  CHECK(state_after({.decision = Decision::RecordAndSample,
                     .sets_trace_state = true,
                     .trace_state = "not valid"},
                    "a=1") == "(none)");
}

TEST_CASE("what the sampler is told of chance") {
  struct Case {
    std::string_view trace_state;
    std::uint64_t randomness;
    bool has_randomness;
    std::optional<std::uint64_t> threshold;
  };
  constexpr std::uint64_t kOfId = 0x48'eb21'1c80'319c;  // the end of the caller's trace id
  constexpr std::uint64_t kRv = 0xAB;
  for (const Case& one :
       {Case{"", kOfId, false, std::nullopt}, Case{"a=1", kOfId, false, std::nullopt},
        Case{"ot=th:8", kOfId, false, threshold_of(0.5)},
        Case{"ot=th:8;rv:000000000000ab", kRv, true, threshold_of(0.5)},
        Case{"ot=rv:000000000000ab", kRv, true, std::nullopt},
        Case{"ot=rv:00000000000ab", kOfId, false, std::nullopt},
        Case{"ot=rv:0000000000000ab", kOfId, false, std::nullopt},
        Case{"ot=rv:000000000000AB", kOfId, false, std::nullopt},
        Case{"ot=th:", kOfId, false, std::nullopt}}) {
    CAPTURE(one.trace_state);
    Scripted script;
    const UserSampler sampler = script.sampler();
    FreshInstance<> fresh({.sampler = sampler});
    (void)fresh.telemetry.start_span("r",
                                     {.parent = fresh.telemetry.extract(caller(one.trace_state))});
    CHECK(script.randomness == one.randomness);
    CHECK(script.has_randomness == one.has_randomness);
    CHECK(script.parent_threshold == one.threshold);
  }
}

TEST_CASE("randomness is promised by W3C's random flag, the caller's or the generator's") {
  for (const bool promised : {false, true}) {
    Scripted script;
    const UserSampler sampler = script.sampler();
    const std::string traceparent =
        std::string(kTraceparent.substr(0, 53)) + (promised ? "03" : "01");
    FreshInstance<> fresh({.sampler = sampler});
    (void)fresh.telemetry.start_span("r",
                                     {.parent = fresh.telemetry.extract(caller("", traceparent))});
    CHECK(script.has_randomness == promised);
    (void)fresh.telemetry.start_span("r");
    CHECK(script.has_randomness);  // the built-in generator's ids are random
    SeededIds ids(1);
    IdGenerator generator = ids.generator();
    generator.random = promised;
    ids.next_randomness = 77;
    FreshInstance<> other({.sampler = sampler, .id_generator = generator});
    (void)other.telemetry.start_span("r");
    CHECK(script.randomness == 77);
    CHECK(script.has_randomness == promised);
  }
}

TEST_CASE("a sampler's attributes go to the root alone, and may replace the program's") {
  static constexpr Attribute kAdded[] = {{"sampler", "mine"}, {"a", 2}};
  Scripted script{.answer = {.decision = Decision::RecordAndSample, .attributes = kAdded}};
  const UserSampler sampler = script.sampler();
  FreshInstance<> fresh({.sampler = sampler});
  {
    Span root = fresh.telemetry.start_span("root", {}, {{"a", 1}});
    root.start_child("child").end();
  }
  fresh.telemetry.flush();
  const auto spans = spans_of(fresh.host);
  REQUIRE(spans.size() == 2);
  CHECK(spans[0].attribute("sampler") == "mine");
  CHECK(spans[0].attribute("a") == "2");
  CHECK(spans[1].count("attributes") == 0);
}

TEST_CASE("who decided hears once how a recorded trace ended, tail rules or none") {
  struct Heard {
    std::vector<bool> errors;
    std::uint64_t end = 0;
  };
  static constexpr TailPolicy kDropAll{.threshold = kThresholdOfNothing};
  for (const Tail tail : {Tail(), Tail(kDropAll)}) {
    for (const Decision decision :
         {Decision::Drop, Decision::RecordOnly, Decision::RecordAndSample}) {
      Heard heard;
      Heard* const to = &heard;  // the context is constant, what it points at is not
      Scripted script{
          .answer = {.decision = decision,
                     .outcome = {[](const void* context, bool error, std::uint64_t end) {
                                   Heard& in = **static_cast<Heard* const*>(context);
                                   in.errors.push_back(error);
                                   in.end = end;
                                 },
                                 &to}}};
      const UserSampler sampler = script.sampler();
      FreshInstance<> fresh({.sampler = sampler, .tail = tail});
      for (const bool fails : {false, true}) {
        Span root = fresh.telemetry.start_span("root", {.start_unix_nano = 1});
        Span child = root.start_child("child");
        child.set_status(fails ? StatusCode::Error : StatusCode::Unset);
        child.end();
        CHECK(heard.errors.size() == (decision == Decision::Drop || !fails ? 0 : 1));
        root.end(77);
        root.end();
      }
      CHECK(heard.errors ==
            (decision == Decision::Drop ? std::vector<bool>{} : std::vector<bool>{false, true}));
      CHECK(heard.end == (decision == Decision::Drop ? 0 : 77));
    }
  }
}

TEST_CASE("a decision that is none of the three records nothing and promises nothing") {
  Scripted script{.answer = {.decision = static_cast<Decision>(9)}};
  const UserSampler sampler = script.sampler();
  FreshInstance<> fresh({.sampler = sampler});
  const Span root = fresh.telemetry.start_span("r");
  CHECK_FALSE(root.is_recording());
  CHECK_FALSE(root.context().is_sampled());
}

}  // namespace afterglow::test
