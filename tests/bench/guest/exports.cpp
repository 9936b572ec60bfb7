// The door between the runners and the scenarios: a scenario is named by its place in the table.
// Texts are NUL-terminated and live as long as the module.

#include "allocations.h"
#include "bench_host.h"
#include "scenario.h"
#include "stage.h"

#define BENCH_TEXT_(x) #x
#define BENCH_TEXT(x) BENCH_TEXT_(x)
#define BENCH_EXPORT(name) extern "C" __attribute__((export_name(#name)))

using afterglow::bench::scenario;

BENCH_EXPORT(bench_compiler) const char* bench_compiler() {
  return "clang " BENCH_TEXT(__clang_major__) "." BENCH_TEXT(__clang_minor__) "." BENCH_TEXT(
      __clang_patchlevel__);
}

BENCH_EXPORT(bench_optimisation) const char* bench_optimisation() {
  return AFTERGLOW_BENCH_OPTIMISATION;
}

BENCH_EXPORT(bench_scenario_count) std::uint32_t bench_scenario_count() {
  return afterglow::bench::scenario_count();
}

BENCH_EXPORT(bench_name) const char* bench_name(std::uint32_t index) {
  return scenario(index).name;
}

// Null where a scenario has no floor.
BENCH_EXPORT(bench_floor_name) const char* bench_floor_name(std::uint32_t index) {
  return scenario(index).floor.name;
}

// Of one run.
BENCH_EXPORT(bench_operations) std::uint32_t bench_operations(std::uint32_t index) {
  return scenario(index).operations;
}

BENCH_EXPORT(bench_is_fresh) std::uint32_t bench_is_fresh(std::uint32_t index) {
  return scenario(index).fresh ? 1 : 0;
}

BENCH_EXPORT(bench_use_real_host) void bench_use_real_host(std::uint32_t real) {
  afterglow::bench::use_real_host(real != 0);
}

BENCH_EXPORT(bench_prepare) void bench_prepare(std::uint32_t index) {
  scenario(index).prepare();
  afterglow::bench::mark();
}

BENCH_EXPORT(bench_run) void bench_run(std::uint32_t index) {
  scenario(index).run();
}

BENCH_EXPORT(bench_run_floor) void bench_run_floor(std::uint32_t index) {
  scenario(index).floor.run();
}

BENCH_EXPORT(bench_holds) std::uint32_t bench_holds(std::uint32_t index) {
  return scenario(index).holds() ? 1 : 0;
}

// What the last run did.

// Lent memory that it took and still holds.
BENCH_EXPORT(bench_buffer_bytes) std::uint32_t bench_buffer_bytes() {
  return static_cast<std::uint32_t>(afterglow::bench::bytes_of_pages_since_mark());
}

BENCH_EXPORT(bench_body_bytes) std::uint32_t bench_body_bytes() {
  return static_cast<std::uint32_t>(afterglow::bench::encoded_bytes());
}

// With the fake host only.
BENCH_EXPORT(bench_clock_reads) std::uint32_t bench_clock_reads() {
  return afterglow::bench::clock_reads();
}

BENCH_EXPORT(bench_host_calls) std::uint32_t bench_host_calls() {
  return afterglow::bench::host_calls();
}

BENCH_EXPORT(bench_allocations) std::uint32_t bench_allocations() {
  return afterglow::bench::allocations();
}

BENCH_EXPORT(bench_state_bytes) std::uint32_t bench_state_bytes() {
  return afterglow::bench::state_bytes();
}
