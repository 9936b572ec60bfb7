// Who is kept when a local root ends, and with what weight, through the whole SDK.

#include <doctest/doctest.h>

#include <string>

#include "exported_spans.h"
#include "fixture.h"
#include "headers.h"

namespace afterglow::test {
namespace {

constexpr TailRule kErrors[] = {keep_errors("errors")};
constexpr TailPolicy kKeepErrors{.rules = kErrors};
constexpr AlwaysRecord kRecordAll{kAlwaysOff};
constexpr Probability kAll{1};

std::string sent_names(FreshInstance<>& fresh) {
  fresh.telemetry.flush();
  CHECK(fresh.telemetry.report().traces.balanced());
  CHECK(fresh.telemetry.free_pages() == fresh.telemetry.page_count());
  return names_of(spans_of(fresh.host));
}

WrittenHeaders headers_of(const Span& span) {
  WrittenHeaders headers;
  span.inject(headers);
  return headers;
}

}  // namespace

TEST_CASE("an error in the root, in a child that ended, in one that is open: the trace is kept") {
  for (const int where : {0, 1, 2, 3}) {
    CAPTURE(where);
    FreshInstance<> fresh({.sampler = kRecordAll, .tail = kKeepErrors});
    Span root = fresh.telemetry.start_span("root");
    Span ended = root.start_child("ended");
    Span open = root.start_child("open");
    Span* const spans[] = {&root, &ended, &open};
    if (where < 3) {
      spans[where]->set_status(StatusCode::Error, "broken");
    }
    ended.end();
    root.end();
    open.end();
    CHECK(sent_names(fresh) == (where < 3 ? "root ended open" : ""));
  }
}

TEST_CASE("an error that comes when the root has ended is too late") {
  FreshInstance<> fresh({.sampler = kRecordAll, .tail = kKeepErrors});
  Span root = fresh.telemetry.start_span("root");
  Span child = root.start_child("child");
  root.end();
  child.set_status(StatusCode::Error);
  child.end();
  CHECK(sent_names(fresh).empty());
  CHECK(fresh.telemetry.report().traces.dropped(DropReason::NotSampled) == 2);
}

TEST_CASE("a status that became Ok is no error") {
  FreshInstance<> fresh({.sampler = kRecordAll, .tail = kKeepErrors});
  Span root = fresh.telemetry.start_span("root");
  root.set_status(StatusCode::Error).set_status(StatusCode::Ok);
  root.end();
  CHECK(sent_names(fresh).empty());
}

TEST_CASE("what a rule keeps leaves with the flags it was propagated with, its rule, and no th") {
  FreshInstance<> fresh({.sampler = kRecordAll, .tail = kKeepErrors});
  Span root = fresh.telemetry.start_span("root");
  Span child = root.start_child("child");
  const std::string traceparent = headers_of(child).at("traceparent");
  CHECK(traceparent.substr(53) == "02");  // random, not sampled
  CHECK(headers_of(child).at("tracestate") == "(none)");
  child.set_status(StatusCode::Error);
  child.end();
  root.end();
  CHECK(sent_names(fresh) == "root child");
  const auto spans = spans_of(fresh.host);
  CHECK(spans[0].number("flags") == 0x102);
  CHECK(spans[1].number("flags") == 0x102);
  CHECK(spans[0].rule() == "errors");
  CHECK(spans[1].rule() == "(none)");  // the root tells for all
  CHECK(spans[0].trace_state() == "(none)");
  CHECK(spans[1].text("traceId") == traceparent.substr(3, 32));
}

TEST_CASE("errors below an unsampled caller are kept, in his trace and with his flags") {
  static constexpr ParentBased kFollow{kAlwaysOn};
  static constexpr AlwaysRecord kSampler{kFollow};
  FreshInstance<> fresh({.sampler = kSampler, .tail = kKeepErrors});
  const TestHeaders caller{{{"traceparent", kUnsampledTraceparent}, {"tracestate", "ot=th:8,a=1"}}};
  for (const bool fails : {false, true}) {
    Span root = fresh.telemetry.start_span(
        fails ? "bad" : "good",
        {.kind = SpanKind::Server, .parent = fresh.telemetry.extract(caller)});
    CHECK(root.is_recording());
    CHECK(headers_of(root).at("traceparent").substr(53) == "00");
    CHECK(headers_of(root).at("tracestate") == "a=1");
    root.set_status(fails ? StatusCode::Error : StatusCode::Unset);
  }
  CHECK(sent_names(fresh) == "bad");
  const auto spans = spans_of(fresh.host);
  CHECK(spans[0].number("flags") == 0x300);
  CHECK(spans[0].trace_state() == "a=1");
  CHECK(spans[0].text("traceId") == "0af7651916cd43dd8448eb211c80319c");
  CHECK(spans[0].text("parentSpanId") == "b7ad6b7169203331");
  CHECK(spans[0].rule() == "errors");
}

TEST_CASE("what chance kept keeps its th and has no rule, also when a rule matches") {
  FreshInstance<> fresh({.sampler = kAll, .tail = kKeepErrors});
  Span root = fresh.telemetry.start_span("root");
  root.set_status(StatusCode::Error);
  root.end();
  CHECK(sent_names(fresh) == "root");
  const auto spans = spans_of(fresh.host);
  CHECK(spans[0].trace_state() == "ot=th:0");
  CHECK(spans[0].rule() == "(none)");
  CHECK(spans[0].number("flags") == 0x103);
}

TEST_CASE("where a rule drops, the survivors carry no th, and the rest of their trace state") {
  static constexpr TailRule kRules[] = {
      drop_instead(keep_attribute("health", "http.route", "/health")), keep_errors("errors")};
  static constexpr TailPolicy kTail{.rules = kRules};
  static constexpr ParentThreshold kSampler{kAll};
  FreshInstance<> fresh({.sampler = kSampler, .tail = kTail});
  const TestHeaders caller{
      {{"traceparent", kTraceparent}, {"tracestate", "v=1,ot=th:8;rv:ffffffffffffff;x:y,w=2"}}};
  {
    Span health = fresh.telemetry.start_span("health", {.parent = fresh.telemetry.extract(caller)},
                                             {{"http.route", "/health"}});
    health.set_status(StatusCode::Error);
    Span cart = fresh.telemetry.start_span("cart", {.parent = fresh.telemetry.extract(caller)},
                                           {{"http.route", "/cart"}});
    // What goes downstream before the end cannot know.
    CHECK(headers_of(cart).at("tracestate") == "v=1,ot=th:8;rv:ffffffffffffff;x:y,w=2");
  }
  CHECK(sent_names(fresh) == "cart");
  CHECK(spans_of(fresh.host)[0].trace_state() == "ot=rv:ffffffffffffff;x:y,v=1,w=2");
  CHECK(spans_of(fresh.host)[0].rule() == "(none)");
  CHECK(fresh.telemetry.report().traces.dropped(DropReason::TailDropped) == 1);
}

TEST_CASE("an ot member that held th alone goes with it") {
  static constexpr TailRule kRules[] = {drop_instead(keep_errors("errors"))};
  static constexpr TailPolicy kTail{.rules = kRules};
  FreshInstance<> fresh({.sampler = kAll, .tail = kTail});
  Span root = fresh.telemetry.start_span("root");
  CHECK(headers_of(root).at("tracestate") == "ot=th:0");
  root.end();
  CHECK(headers_of(root).at("tracestate") == "(none)");
  CHECK(sent_names(fresh) == "root");
  CHECK(spans_of(fresh.host)[0].trace_state() == "(none)");
}

TEST_CASE("chance at the end: R decides from the policy's threshold on, and th is raised") {
  static constexpr TailPolicy kTail{.rules = kErrors, .threshold = threshold_of(0.25)};
  struct Case {
    std::uint64_t randomness;
    bool error;
    std::string_view trace_state;
    std::string_view rule;
  };
  constexpr std::uint64_t kT = threshold_of(0.25);
  for (const Case& one : {Case{kT, false, "ot=th:c", "(none)"}, Case{kT, true, "ot=th:c", "(none)"},
                          Case{kThresholdOfNothing - 1, false, "ot=th:c", "(none)"},
                          Case{kT - 1, true, "(none)", "errors"}, Case{kT - 1, false, "", ""},
                          Case{0, false, "", ""}}) {
    CAPTURE(one.randomness);
    CAPTURE(one.error);
    SeededIds ids(1);
    ids.next_randomness = one.randomness;
    FreshInstance<> fresh({.sampler = kAll, .tail = kTail, .id_generator = ids.generator()});
    Span root = fresh.telemetry.start_span("root");
    CHECK(headers_of(root).at("tracestate") == "ot=th:0");
    root.set_status(one.error ? StatusCode::Error : StatusCode::Unset);
    root.end();
    CHECK(sent_names(fresh) == (one.rule.empty() ? "" : "root"));
    if (!one.rule.empty()) {
      const auto spans = spans_of(fresh.host);
      CHECK(spans[0].trace_state() == one.trace_state);
      CHECK(spans[0].rule() == one.rule);
      CHECK(spans[0].number("flags") == 0x103);  // as it was propagated
    }
  }
}

TEST_CASE("chance at the end goes by the caller's rv, and never lowers his th") {
  static constexpr TailPolicy kTail{.threshold = threshold_of(0.25)};
  static constexpr ParentThreshold kSampler{kAll};
  struct Case {
    std::string_view in;
    std::string_view out;  // empty: dropped
  };
  // Where there is no rv, R is the end of the trace id: 48eb211c80319c.
  for (const Case& one :
       {Case{"ot=th:8;rv:c0000000000000", "ot=th:c;rv:c0000000000000"},
        Case{"ot=th:8;rv:bfffffffffffff", ""},
        Case{"ot=th:e;rv:f0000000000000", "ot=th:e;rv:f0000000000000"},
        Case{"ot=rv:c0000000000000", "ot=rv:c0000000000000"}, Case{"ot=th:4", ""}}) {
    CAPTURE(one.in);
    FreshInstance<> fresh({.sampler = kSampler, .tail = kTail});
    const TestHeaders caller{{{"traceparent", kTraceparent}, {"tracestate", one.in}}};
    fresh.telemetry.start_span("root", {.parent = fresh.telemetry.extract(caller)}).end();
    CHECK(sent_names(fresh) == (one.out.empty() ? "" : "root"));
    if (!one.out.empty()) {
      CHECK(spans_of(fresh.host)[0].trace_state() == one.out);
    }
  }
}

TEST_CASE("a ratio that tells nobody its share stays without th when chance thins it out") {
  static constexpr Ratio kSampler{1};
  static constexpr TailPolicy kTail{.threshold = threshold_of(0.5)};
  SeededIds ids(1);
  ids.next_randomness = kThresholdOfNothing - 1;
  FreshInstance<> fresh({.sampler = kSampler, .tail = kTail, .id_generator = ids.generator()});
  fresh.telemetry.start_span("root").end();
  CHECK(sent_names(fresh) == "root");
  CHECK(spans_of(fresh.host)[0].trace_state() == "(none)");
}

TEST_CASE("without a tail policy what is sampled leaves, and what is record-only does not") {
  static constexpr Probability kHalf{0.5};
  static constexpr AlwaysRecord kSampler{kHalf};
  for (const bool kept : {false, true}) {
    SeededIds ids(1);
    ids.next_randomness = kept ? threshold_of(0.5) : threshold_of(0.5) - 1;
    FreshInstance<> fresh({.sampler = kSampler, .id_generator = ids.generator()});
    Span root = fresh.telemetry.start_span("root");
    root.set_status(StatusCode::Error);
    root.end();
    CHECK(sent_names(fresh) == (kept ? "root" : ""));
    CHECK(fresh.telemetry.report().traces.dropped(DropReason::NotSampled) == (kept ? 0 : 1));
  }
}

}  // namespace afterglow::test
