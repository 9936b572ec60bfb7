#pragma once

// Everything a module on a custom host imports, under the platform's own names: the five functions
// of afterglow_host_v1 and two of WASI preview 1. They are imported by attribute, not through libc,
// because libc's stdio would drag file-system imports along.

#include <stdint.h>

#include "../../afterglow_host_v1.h"

#define AFTERGLOW_WASI_IMPORT(name) \
  __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))

enum : int32_t { kWasiRealtime = 0, kWasiMonotonic = 1 };

extern "C" {
/// `*time_ns` of clock `id`; returns a WASI errno, 0 for success.
AFTERGLOW_WASI_IMPORT("clock_time_get")
int32_t afterglow_wasi_clock_time_get(int32_t id, uint64_t precision_ns, uint64_t* time_ns);

/// Fill `buf`; returns a WASI errno, 0 for success.
AFTERGLOW_WASI_IMPORT("random_get")
int32_t afterglow_wasi_random_get(void* buf, uint32_t len);
}
