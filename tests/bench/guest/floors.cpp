// What the goals are measured in: the cheapest things a program can do on this host.

#include <afterglow/host.h>

#include "bench_host.h"
#include "scenario.h"
#include "stage.h"

namespace afterglow::bench {
namespace {

constinit char text[530] = {};

void nothing() {}

bool always() {
  return true;
}

void copy_530_bytes() {
  repeat([] { copy({text, sizeof text}); });
}

void two_clock_reads() {
  repeat([] {
    host::monotonic_clock();
    host::monotonic_clock();
  });
}

void random_read() {
  repeat([] {
    std::byte seed[16];
    (void)host::random(seed);
    asm volatile("" : : "r"(seed) : "memory");
  });
}

void call_host_often() {
  repeat([] { call_host(); });
}

// What a host charges for memory that an instance has not touched before: two pages, and the stack.
constinit std::byte untouched[3 * 4096] = {};

void touch_3_pages() {
  for (std::size_t page = 0; page < 2; ++page) {
    untouched[page * 4096] = std::byte{1};
  }
  asm volatile("" : : "r"(untouched) : "memory");
}

constexpr Scenario kScenarios[] = {
    {"floor_call_of_the_module", nothing, nothing, always, {}, 1},
    {"floor_memcpy_530_bytes", nothing, copy_530_bytes, always},
    {"floor_empty_host_call", nothing, call_host_often, always},
    {"floor_two_clock_reads", nothing, two_clock_reads, always},
    {"floor_random_read", nothing, random_read, always},
    {"floor_touch_3_pages", nullptr, touch_3_pages, always, {}, 1, true},
};

}  // namespace

std::span<const Scenario> floor_scenarios() {
  return kScenarios;
}

}  // namespace afterglow::bench
