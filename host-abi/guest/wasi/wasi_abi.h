#pragma once

// What a module on plain WASI imports, under the platform's own names: preview 1, nothing else. The
// functions are imported by attribute, not through libc, whose stdio would drag file-system imports
// along and whose getenv allocates.

#include <stdint.h>

#ifdef __wasm__
#define AFTERGLOW_WASI(name) \
  __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))
#else  // a native test defines them
#define AFTERGLOW_WASI(name)
#endif

constexpr int32_t kWasiRealtime = 0;
constexpr int32_t kWasiMonotonic = 1;
constexpr int32_t kWasiStdout = 1;
constexpr int32_t kWasiStderr = 2;

// The errno values of preview 1 that have a name in `afterglow::host::Status`.
constexpr int32_t kWasiSuccess = 0;
constexpr int32_t kWasiAcces = 2;
constexpr int32_t kWasiAgain = 6;
constexpr int32_t kWasiBadf = 8;
constexpr int32_t kWasiFault = 21;
constexpr int32_t kWasiFbig = 22;
constexpr int32_t kWasiIntr = 27;
constexpr int32_t kWasiInval = 28;
constexpr int32_t kWasiIo = 29;
constexpr int32_t kWasiNospc = 51;
constexpr int32_t kWasiNosys = 52;
constexpr int32_t kWasiNotsup = 58;
constexpr int32_t kWasiOverflow = 61;
constexpr int32_t kWasiPerm = 63;
constexpr int32_t kWasiPipe = 64;
constexpr int32_t kWasiTimedout = 73;
constexpr int32_t kWasiNotcapable = 76;

/// One piece of a gathered write; 8 bytes on wasm32.
struct AfterglowWasiCiovec {
  const char* data;
  uint32_t size;
};

extern "C" {
/// `*time_ns` of clock `id`. Returns an errno, as all of these do.
AFTERGLOW_WASI("clock_time_get")
int32_t afterglow_wasi_clock_time_get(int32_t id, uint64_t precision_ns, uint64_t* time_ns);

/// Fill `buf` with unpredictable bytes.
AFTERGLOW_WASI("random_get")
int32_t afterglow_wasi_random_get(void* buf, uint32_t size);

/// How many variables there are, and the bytes of all of them as "NAME=value\0".
AFTERGLOW_WASI("environ_sizes_get")
int32_t afterglow_wasi_environ_sizes_get(uint32_t* count, uint32_t* size);

/// Write the variables to `text` and a pointer to each of them to `pointers`.
AFTERGLOW_WASI("environ_get")
int32_t afterglow_wasi_environ_get(char** pointers, char* text);

/// Write to a file descriptor; may write less than asked.
AFTERGLOW_WASI("fd_write")
int32_t afterglow_wasi_fd_write(int32_t fd, const AfterglowWasiCiovec* pieces, uint32_t count,
                                uint32_t* written);
}
