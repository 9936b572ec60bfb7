// The real host of the bench as a native program: the system's clock and random source, and a
// function that does nothing.

#include <sys/random.h>

#include <ctime>

#include "bench_host.h"

namespace afterglow::bench {
namespace {

std::uint64_t read_clock(clockid_t id) {
  timespec time{};
  (void)clock_gettime(id, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace

std::uint64_t real_wall_clock() {
  return read_clock(CLOCK_REALTIME);
}

std::uint64_t real_monotonic_clock() {
  return read_clock(CLOCK_MONOTONIC);
}

void real_random(std::span<std::byte> out) {
  (void)!getrandom(out.data(), out.size(), 0);
}

[[gnu::noinline]] void call_host() {
  asm volatile("" : : : "memory");
}

}  // namespace afterglow::bench
