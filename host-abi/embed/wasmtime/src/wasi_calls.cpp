#include "wasi_calls.h"

#include <pthread.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

namespace afterglow::embed {
namespace {

constexpr std::size_t kMostAtOnce = 256;  // what the system gives whole

/// How often this process came into being by `fork`: a child must not go on with its parent's
/// store.
unsigned forks() {
  static std::atomic<unsigned> count = 0;
  static const int registered = pthread_atfork(nullptr, nullptr, [] { ++count; });
  static_cast<void>(registered);
  return count.load(std::memory_order_relaxed);
}

class RandomStore {
 public:
  /// Cut `out.size()` bytes off, at most `kMostAtOnce`. They are given once and forgotten.
  bool take(std::span<std::uint8_t> out) {
    const unsigned now = forks();
    if (left_ < out.size() || forks_ != now) {
      left_ = getentropy(bytes_.data(), bytes_.size()) == 0 ? bytes_.size() : 0;
      forks_ = now;
    }
    if (left_ < out.size())
      return false;
    left_ -= out.size();
    std::uint8_t* const given = bytes_.data() + left_;
    std::memcpy(out.data(), given, out.size());
    std::memset(given, 0, out.size());
    return true;
  }

 private:
  std::array<std::uint8_t, kMostAtOnce> bytes_{};
  std::size_t left_ = 0;
  unsigned forks_ = 0;
};

}  // namespace

WasiErrno clock_time_get(GuestMemory memory, std::uint32_t clock, std::uint32_t out) {
  constexpr std::uint64_t kNanosPerSecond = 1'000'000'000;
  const auto bytes = memory.range(out, sizeof(std::uint64_t));
  if (!bytes)
    return WasiFault;
  if (clock > 1)
    return WasiInvalid;
  timespec now{};
  if (clock_gettime(clock == 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now) != 0)
    return WasiIo;
  const std::uint64_t nanos = static_cast<std::uint64_t>(now.tv_sec) * kNanosPerSecond +
                              static_cast<std::uint64_t>(now.tv_nsec);
  std::memcpy(bytes->data(), &nanos, sizeof nanos);
  return WasiOk;
}

WasiErrno random_get(GuestMemory memory, std::uint32_t buffer, std::uint32_t length) {
  thread_local RandomStore store;
  const auto bytes = memory.range(buffer, length);
  if (!bytes)
    return WasiFault;
  for (std::span<std::uint8_t> rest = *bytes; !rest.empty();) {
    const auto part = rest.first(std::min(rest.size(), kMostAtOnce));
    if (!store.take(part))
      return WasiIo;
    rest = rest.subspan(part.size());
  }
  return WasiOk;
}

}  // namespace afterglow::embed
