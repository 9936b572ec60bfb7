// The real host of the bench as WebAssembly: WASI's clock and random source, and one import that
// does nothing.

#include "bench_host.h"

#define BENCH_WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))

extern "C" {
BENCH_WASI("clock_time_get")
std::uint16_t wasi_clock_time_get(std::uint32_t id, std::uint64_t precision, std::uint64_t* time);
BENCH_WASI("random_get")
std::uint16_t wasi_random_get(std::byte* out, std::size_t size);
__attribute__((import_module("bench_host_v1"), import_name("nothing"))) void bench_nothing(
    std::uint32_t argument);
}

namespace afterglow::bench {
namespace {

constexpr std::uint32_t kRealtime = 0;
constexpr std::uint32_t kMonotonic = 1;

std::uint64_t read_clock(std::uint32_t id) {
  std::uint64_t time = 0;
  (void)wasi_clock_time_get(id, 1, &time);
  return time;
}

}  // namespace

std::uint64_t real_wall_clock() {
  return read_clock(kRealtime);
}

std::uint64_t real_monotonic_clock() {
  return read_clock(kMonotonic);
}

void real_random(std::span<std::byte> out) {
  (void)wasi_random_get(out.data(), out.size());
}

void call_host() {
  bench_nothing(1);
}

}  // namespace afterglow::bench
