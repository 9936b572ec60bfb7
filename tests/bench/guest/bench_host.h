#pragma once

// The backend of the bench: the port with as little behind it as possible, so that the SDK's cost
// is what is seen. Its clock is a counter and its random bytes count too, unless the real ones are
// asked for; nothing is sent.

#include <cstddef>
#include <cstdint>
#include <span>

namespace afterglow::bench {

/// Read the real clock and random source from now on, or the fake ones.
void use_real_host(bool real);

/// Whether the environment says OTEL_SDK_DISABLED.
void disable_by_environment(bool disabled);

/// Forget what was counted.
void forget_calls();
/// Clock reads since then; of the fake clock only.
std::uint32_t clock_reads();
/// Calls of the port that a real host would see, clock reads included.
std::uint32_t host_calls();
/// One more of them: a body was sent.
void count_call();

/// A call of the host that does nothing.
void call_host();

// What is behind the real host: one file for each target.
std::uint64_t real_wall_clock();
std::uint64_t real_monotonic_clock();
void real_random(std::span<std::byte> out);

}  // namespace afterglow::bench
