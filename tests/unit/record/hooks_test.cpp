// What hooks see when a span starts and when it ends.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "record/recording.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;

struct Seen {
  std::string what;
  std::string name;
  SpanKind kind;
  SpanContext context;
  SpanId parent;
  std::string scope;
  std::uint64_t start;
  std::uint64_t end;
  StatusCode status;
  std::string message;
  std::int64_t a;
  ValueType b;
};

Seen look(const char* what, const SpanView& span) {
  return {.what = what,
          .name = std::string(span.name()),
          .kind = span.kind(),
          .context = span.context(),
          .parent = span.parent_span_id(),
          .scope = std::string(span.scope().name),
          .start = span.start_unix_nano(),
          .end = span.end_unix_nano(),
          .status = span.status(),
          .message = std::string(span.status_message()),
          .a = span.attribute("a").as_int(),
          .b = span.attribute("b").type()};
}

SpanHook into(std::vector<Seen>& seen) {
  return {.on_start =
              [](void* context, const SpanView& span) {
                static_cast<std::vector<Seen>*>(context)->push_back(look("start", span));
              },
          .on_end =
              [](void* context, const SpanView& span) {
                static_cast<std::vector<Seen>*>(context)->push_back(look("end", span));
              },
          .context = &seen};
}

constexpr Scope kScope{.name = "library"};

TEST_CASE("a start shows the first attributes, an end everything") {
  std::vector<Seen> seen;
  const SpanHook hooks[] = {into(seen)};
  Recording r({.span_hooks = hooks});
  const SpanContext caller{.trace_id = {{1}}, .span_id = {{2}}, .trace_flags = kSampledFlag};
  Span span = r.telemetry.start_span("first",
                                     {.kind = SpanKind::Server,
                                      .parent = RemoteParent(caller),
                                      .start_unix_nano = 10,
                                      .scope = &kScope},
                                     {{"a", 7}});
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].what == "start");
  CHECK(seen[0].name == "first");
  CHECK(seen[0].kind == SpanKind::Server);
  CHECK(seen[0].context.trace_id == caller.trace_id);
  CHECK(seen[0].context.span_id == span.context().span_id);
  CHECK(seen[0].context.trace_flags == kSampledFlag);
  CHECK(seen[0].parent == caller.span_id);
  CHECK(seen[0].scope == "library");
  CHECK(seen[0].start == 10);
  CHECK(seen[0].end == 0);
  CHECK(seen[0].status == StatusCode::Unset);
  CHECK(seen[0].a == 7);
  CHECK(seen[0].b == ValueType::Empty);
  span.update_name("second").set_status(StatusCode::Error, "bad").set_attribute("b", "text");
  CHECK(seen.size() == 1);
  span.end(20);
  span.end(30);
  REQUIRE(seen.size() == 2);
  CHECK(seen[1].what == "end");
  CHECK(seen[1].name == "second");
  CHECK(seen[1].end == 20);
  CHECK(seen[1].status == StatusCode::Error);
  CHECK(seen[1].message == "bad");
  CHECK(seen[1].b == ValueType::String);
}

TEST_CASE("a view gives values of each type, and null for a key that is not there") {
  static int calls;
  calls = 0;
  static constexpr SpanHook kHooks[] = {
      {.on_end =
           [](void*, const SpanView& span) {
             ++calls;
             CHECK(span.attribute("bool").as_bool());
             CHECK(span.attribute("int").as_int() == -3);
             CHECK(span.attribute("double").as_double() == 0.5);
             CHECK(span.attribute("string").as_string() == "text");
             CHECK(span.attribute("array").type() == ValueType::Array);
             CHECK(span.attribute("array").count() == 0);
             CHECK(span.attribute("bytes").type() == ValueType::Bytes);
             CHECK(span.attribute("none").type() == ValueType::Empty);
             CHECK(span.attribute("").type() == ValueType::Empty);
           }},
      {}};  // a hook without functions is none
  Recording r({.span_hooks = kHooks});
  const std::int64_t ints[] = {1, 2};
  const std::byte bytes[] = {std::byte{1}};
  Span span = r.telemetry.start_span("s", {},
                                     {{"bool", true},
                                      {"int", -3},
                                      {"double", 0.5},
                                      {"string", "text"},
                                      {"array", ints},
                                      {"bytes", Value::bytes(bytes)}});
  span.end();
  CHECK(calls == 1);
}

TEST_CASE("hooks see children and record-only spans, and neither unsampled nor lost ones") {
  struct Sampler {
    [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const {
      return {.decision = trace.name == "only" ? Decision::RecordOnly
                          : trace.name == "no" ? Decision::Drop
                                               : Decision::RecordAndSample};
    }
  };
  static constexpr Sampler kSampler{};
  std::vector<Seen> seen;
  const SpanHook hooks[] = {into(seen)};
  Recording r({.sampler = kSampler, .caps = {.spans = 2}, .span_hooks = hooks});
  Span yes = r.telemetry.start_span("yes");
  Span child = yes.start_child("child");
  Span lost = yes.start_child("lost");
  Span only = r.telemetry.start_span("only");
  Span no = r.telemetry.start_span("no");
  Span no_child = no.start_child("no child");
  for (Span* span : {&no_child, &no, &only, &lost, &child, &yes}) {
    span->end();
  }
  std::string order;
  for (const Seen& one : seen) {
    order += one.what + " " + one.name + ", ";
  }
  CHECK(order == "start yes, start child, start only, end only, end child, end yes, ");
}

TEST_CASE("several hooks are called in their order") {
  std::string order;
  const auto first = [](void* context, const SpanView&) {
    static_cast<std::string*>(context)->append("1");
  };
  const auto second = [](void* context, const SpanView&) {
    static_cast<std::string*>(context)->append("2");
  };
  const SpanHook hooks[] = {{.on_start = first, .on_end = first, .context = &order},
                            {.on_start = second, .on_end = second, .context = &order}};
  Recording r({.span_hooks = hooks});
  Span span = r.telemetry.start_span("s");
  span.end();
  CHECK(order == "1212");
}

TEST_CASE("shutdown ends open spans through the hooks, marked as unfinished") {
  static bool marked;
  marked = false;
  static constexpr SpanHook kHooks[] = {{.on_end = [](void*, const SpanView& span) {
    marked = span.attribute("afterglow.unfinished").as_bool() && span.end_unix_nano() != 0;
  }}};
  Recording r({.span_hooks = kHooks});
  Span span = r.telemetry.start_span("s");
  (void)r.telemetry.shutdown();
  CHECK(marked);
}

}  // namespace
