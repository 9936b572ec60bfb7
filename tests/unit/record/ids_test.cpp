// Ids: one random read a trace, never zero, the program's generator where it has one.

#include "record/ids.h"

#include <afterglow/afterglow.h>
#include <doctest/doctest.h>
#include <fake_host.h>

#include <cstdint>
#include <set>

#include "record/recording.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;
using afterglow::record::choose_trace_id;
using afterglow::record::next_span_id;
using afterglow::record::read_seed;
using afterglow::record::Seed;

TEST_CASE("a seed is one random read of 24 bytes") {
  FakeHost& host = fake_host();
  host.reset();
  base::Diagnostics diagnostics;
  const Seed seed = read_seed(diagnostics);
  CHECK(host.calls() == "r");
  CHECK(seed.random);
  for (std::uint8_t i = 0; i < 16; ++i) {
    CHECK(seed.trace_id.bytes[i] == i + 1);
  }
  CHECK(seed.id_state == 0x1817'1615'1413'1211);
}

TEST_CASE("without random bytes the clocks make ids, which do not claim to be random") {
  FakeHost& host = fake_host();
  host.reset();
  host.random_status = host::Status::Unsupported;
  base::Diagnostics diagnostics;
  const Seed first = read_seed(diagnostics);
  CHECK(host.calls() == "rwm");
  CHECK_FALSE(first.random);
  CHECK(first.trace_id.is_valid());
  const Seed second = read_seed(diagnostics);
  CHECK_FALSE(second.trace_id == first.trace_id);
  CHECK(second.id_state != first.id_state);
  CHECK(diagnostics.count(Diagnostic::RandomUnavailable) == 2);
  TraceId id;
  std::uint8_t flags = 0xFF;
  choose_trace_id({}, first, id, flags);
  CHECK(flags == 0);
}

TEST_CASE("random zeros still give valid ids") {
  FakeHost& host = fake_host();
  host.reset();
  std::uint64_t state = 0;
  CHECK(next_span_id({}, state).is_valid());
  state = 0 - std::uint64_t{0x9E37'79B9'7F4A'7C15};  // the next state is 0, whose number is 0
  const std::uint64_t before = state;
  CHECK(next_span_id({}, state).is_valid());
  CHECK(state == before + 2 * 0x9E37'79B9'7F4A'7C15);
}

TEST_CASE("the span ids of a generator do not repeat") {
  std::uint64_t state = 42;
  std::set<std::array<std::uint8_t, 8>> seen;
  for (int i = 0; i < 20'000; ++i) {
    const SpanId id = next_span_id({}, state);
    REQUIRE(id.is_valid());
    REQUIRE(seen.insert(id.bytes).second);
  }
}

struct OwnIds {
  TraceId trace_id;
  SpanId span_id;
  int trace_calls = 0;
  int span_calls = 0;

  IdGenerator generator(bool random) {
    return {.trace_id = [](void* self) -> TraceId {
              ++static_cast<OwnIds*>(self)->trace_calls;
              return static_cast<OwnIds*>(self)->trace_id;
            },
            .span_id = [](void* self) -> SpanId {
              ++static_cast<OwnIds*>(self)->span_calls;
              return static_cast<OwnIds*>(self)->span_id;
            },
            .context = this,
            .random = random};
  }
};

TEST_CASE("the program's generator makes the ids, and says whether they are random") {
  for (const bool random : {false, true}) {
    OwnIds own{.trace_id = {{1}}, .span_id = {{2}}};
    Recording r({.id_generator = own.generator(random)});
    Span root = r.telemetry.start_span("a");
    CHECK(root.context().trace_id == own.trace_id);
    CHECK(root.context().span_id == own.span_id);
    CHECK(root.context().trace_flags == (random ? kSampledFlag | kRandomFlag : kSampledFlag));
    own.span_id = {{3}};
    Span child = root.start_child("b");
    CHECK(child.context().span_id == own.span_id);
    CHECK(own.trace_calls == 1);
    CHECK(own.span_calls == 2);
  }
}

TEST_CASE("a trace that goes on keeps its id and its random flag, whatever the generator says") {
  OwnIds own{.trace_id = {{1}}, .span_id = {{2}}};
  Recording r({.id_generator = own.generator(true)});
  for (const std::uint8_t flags : {std::uint8_t{0x01}, std::uint8_t{0x03}, std::uint8_t{0xFD}}) {
    const SpanContext parent{.trace_id = {{7}}, .span_id = {{8}}, .trace_flags = flags};
    const Span root = r.telemetry.start_span("a", {.parent = RemoteParent(parent)});
    CHECK(root.context().trace_id == parent.trace_id);
    CHECK(root.context().trace_flags == (flags & 0x03U));
  }
  CHECK(own.trace_calls == 0);
}

TEST_CASE("invalid ids of the program are replaced by valid ones") {
  OwnIds own;
  Recording r({.id_generator = own.generator(true)});
  const Span root = r.telemetry.start_span("a");
  CHECK(root.context().is_valid());
  CHECK(own.trace_calls == 1);
  CHECK(root.context().trace_flags == (kSampledFlag | kRandomFlag));  // the seed is random
}

TEST_CASE("a child without a record has an id that no span of its trace has") {
  Recording r;
  Span root = r.telemetry.start_span("a");
  const SpanContext context = root.context();
  root.end();
  Span lost = root.start_child("late");
  CHECK(lost.context().trace_id == context.trace_id);
  CHECK(lost.context().span_id.is_valid());
  CHECK_FALSE(lost.context().span_id == context.span_id);
}

}  // namespace
