#pragma once

// Counts steps over a value, in the tests that prove the work to be linear; nothing elsewhere.

#include <cstdint>

namespace afterglow::redact {

#if defined(AFTERGLOW_COUNT_STEPS)
extern std::uint64_t steps_counted;
inline void count_step() {
  ++steps_counted;
}
#else
inline void count_step() {}
#endif

}  // namespace afterglow::redact
