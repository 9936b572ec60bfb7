// The door between the runner and the scenarios: a scenario is named by its place in the table.
// Texts are NUL-terminated and live as long as the module.

#include "bench_host.h"
#include "scenario.h"
#include "stage.h"

#define BENCH_TEXT_(x) #x
#define BENCH_TEXT(x) BENCH_TEXT_(x)
#define BENCH_EXPORT(name) extern "C" __attribute__((export_name(#name)))

using afterglow::bench::Scenario;
using afterglow::bench::scenarios;

BENCH_EXPORT(bench_compiler) const char* bench_compiler() {
  return "clang " BENCH_TEXT(__clang_major__) "." BENCH_TEXT(__clang_minor__) "." BENCH_TEXT(
      __clang_patchlevel__);
}

BENCH_EXPORT(bench_optimisation) const char* bench_optimisation() {
  return AFTERGLOW_BENCH_OPTIMISATION;
}

BENCH_EXPORT(bench_scenario_count) std::uint32_t bench_scenario_count() {
  return static_cast<std::uint32_t>(scenarios().size());
}

BENCH_EXPORT(bench_operations) std::uint32_t bench_operations() {
  return afterglow::bench::kOperations;
}

BENCH_EXPORT(bench_name) const char* bench_name(std::uint32_t scenario) {
  return scenarios()[scenario].name;
}

// Null where a scenario has no floor.
BENCH_EXPORT(bench_floor_name) const char* bench_floor_name(std::uint32_t scenario) {
  return scenarios()[scenario].floor.name;
}

BENCH_EXPORT(bench_use_wasi_clock) void bench_use_wasi_clock(std::uint32_t wasi) {
  afterglow::bench::use_wasi_clock(wasi != 0);
}

BENCH_EXPORT(bench_prepare) void bench_prepare(std::uint32_t scenario) {
  scenarios()[scenario].prepare();
  afterglow::bench::mark_pages();
}

BENCH_EXPORT(bench_run) void bench_run(std::uint32_t scenario) {
  scenarios()[scenario].run();
}

BENCH_EXPORT(bench_run_floor) void bench_run_floor(std::uint32_t scenario) {
  scenarios()[scenario].floor.run();
}

BENCH_EXPORT(bench_holds) std::uint32_t bench_holds(std::uint32_t scenario) {
  return scenarios()[scenario].holds() ? 1 : 0;
}

// Lent memory that the last run took and still holds.
BENCH_EXPORT(bench_buffer_bytes) std::uint32_t bench_buffer_bytes() {
  return static_cast<std::uint32_t>(afterglow::bench::bytes_of_pages_since_mark());
}

// Bytes that the last run encoded.
BENCH_EXPORT(bench_body_bytes) std::uint32_t bench_body_bytes() {
  return static_cast<std::uint32_t>(afterglow::bench::encoded().size());
}
