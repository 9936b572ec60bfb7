// A module that does nothing but call the host, for what a call costs through embed/wasmtime.

#include <afterglow/host.h>

#include <cstdint>

#define BENCH_EXPORT(name) extern "C" __attribute__((export_name(#name)))

// The least of the ABI's calls: a key that is not there.
BENCH_EXPORT(call_config) void call_config(std::uint32_t times) {
  char value[16];
  for (std::uint32_t i = 0; i < times; ++i) {
    (void)afterglow::host::config("X", value);
  }
}

BENCH_EXPORT(call_clock) void call_clock(std::uint32_t times) {
  for (std::uint32_t i = 0; i < times; ++i) {
    (void)afterglow::host::monotonic_clock();
  }
}

// Links the marker that makes this a module of the ABI.
BENCH_EXPORT(attach) void attach() {
  (void)afterglow::host::attach({});
}
