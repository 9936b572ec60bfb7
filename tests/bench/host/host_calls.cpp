// A module that does nothing but call the host, for what a call costs through embed/wasmtime.

#include <afterglow/host.h>

#include <cstdint>

#include "custom_abi.h"

#define BENCH_EXPORT(name) extern "C" __attribute__((export_name(#name)))

// The least of the ABI's calls: a key that is not there.
BENCH_EXPORT(call_config) void call_config(std::uint32_t times) {
  char value[16];
  std::uint32_t needed = 0;
  for (std::uint32_t i = 0; i < times; ++i) {
    (void)afterglow_host_config_get("X", 1, value, sizeof value, &needed);
  }
}

BENCH_EXPORT(call_clock) void call_clock(std::uint32_t times) {
  std::uint64_t nanoseconds = 0;
  for (std::uint32_t i = 0; i < times; ++i) {
    (void)afterglow_wasi_clock_time_get(kWasiMonotonic, 1, &nanoseconds);
  }
}

// As many bytes as a trace id has.
BENCH_EXPORT(call_random) void call_random(std::uint32_t times) {
  char id[16];
  for (std::uint32_t i = 0; i < times; ++i) {
    (void)afterglow_wasi_random_get(id, sizeof id);
  }
}

// Links the marker that makes this a module of the ABI.
BENCH_EXPORT(attach) void attach() {
  (void)afterglow::host::attach({});
}
