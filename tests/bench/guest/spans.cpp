#include <afterglow/host.h>

#include "bench_host.h"
#include "scenario.h"
#include "stage.h"

namespace afterglow::bench {
namespace {

void two_clock_reads() {
  repeat([] {
    host::monotonic_clock();
    host::monotonic_clock();
  });
}

void three_clock_reads() {
  repeat([] {
    host::monotonic_clock();
    host::monotonic_clock();
    host::monotonic_clock();
  });
}

void three_clock_reads_and_a_random_read() {
  repeat([] {
    host::wall_clock();
    host::monotonic_clock();
    host::monotonic_clock();
    std::byte seed[16];
    (void)host::random(seed);
    asm volatile("" : : "r"(seed) : "memory");
  });
}

void open_root() {
  root() = start_over().start_span("GET /cart", {.kind = SpanKind::Server});
}

void open_unsampled_root() {
  Config config = plain_config();
  config.sampler = kAlwaysOff;
  root() = start_over(config).start_span("GET /cart", {.kind = SpanKind::Server});
}

void open_disabled_root() {
  disable_by_environment(true);
  root() = start_over().start_span("GET /cart", {.kind = SpanKind::Server});
  disable_by_environment(false);
}

// A local root takes a page of its own.
void make_room_for_roots() {
  start_over(plain_config(), Room::Thousands).start_span("GET /cart").end();
}

bool all_recorded() {
  const SignalReport books = telemetry().report().traces;
  return books.recorded == kOperations + 1 && books.waiting == kOperations && books.open == 1;
}

bool all_roots_recorded() {
  return telemetry().report().traces.waiting == kOperations + 1;
}

bool nothing_recorded() {
  return telemetry().report().traces.recorded == 0 && root().context().is_valid();
}

bool nothing_held() {
  return telemetry().report().traces.exported == 0 && telemetry().report().traces.waiting == 0;
}

void span_bare() {
  repeat([] { root().start_child("render").end(); });
}

void span_root() {
  repeat([] { telemetry().start_span("GET /cart", {.kind = SpanKind::Server}).end(); });
}

void span_5_attributes_1_event() {
  repeat([] {
    Span span = start_child_with_5_attributes();
    span.add_event("cache.miss", {{"cart.items", 3}});
    span.end();
  });
}

constexpr Floor kTwoClockReads{"two clock reads", two_clock_reads};
constexpr Floor kThreeClockReads{"three clock reads", three_clock_reads};
constexpr Floor kRootFloor{"three clock reads, a random read", three_clock_reads_and_a_random_read};

constexpr Scenario kScenarios[] = {
    {"span_bare", open_root, span_bare, all_recorded, kTwoClockReads},
    {"span_root", make_room_for_roots, span_root, all_roots_recorded, kRootFloor},
    {"span_5_attributes_1_event", open_root, span_5_attributes_1_event, all_recorded,
     kThreeClockReads},
    {"span_unsampled", open_unsampled_root, span_root, nothing_recorded},
    {"child_under_unsampled", open_unsampled_root, span_bare, nothing_recorded},
    {"span_disabled", open_disabled_root, span_bare, nothing_held},
    {"span_root_disabled", open_disabled_root, span_root, nothing_held},
};

}  // namespace

std::span<const Scenario> span_scenarios() {
  return kScenarios;
}

}  // namespace afterglow::bench
