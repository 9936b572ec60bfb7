#pragma once

// What telemetry asks of WASI preview 1, on a module's memory: the clocks and the random source.
// Nothing in here knows the engine. Results are WASI's errno numbers.

#include <cstdint>

#include "guest_memory.h"

namespace afterglow::embed {

enum WasiErrno : std::int32_t {
  WasiOk = 0,
  WasiFault = 21,
  WasiInvalid = 28,
  WasiIo = 29,
  WasiNotSupported = 58,
};

/// Nanoseconds of the system's clock (`clock` 0) or of the one that never goes back (1), a u64 at
/// `out`. Others are not served.
WasiErrno clock_time_get(GuestMemory memory, std::uint32_t clock, std::uint32_t out);

/// `length` bytes that nobody can guess. Few are cut from what the thread has in store, so that an
/// id costs no system call.
WasiErrno random_get(GuestMemory memory, std::uint32_t buffer, std::uint32_t length);

}  // namespace afterglow::embed
