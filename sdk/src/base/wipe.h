#pragma once

// Overwrites what must not stay in memory, so that no optimiser takes it for a dead store.

#include <cstddef>
#include <cstring>

namespace afterglow::base {

inline void wipe(void* memory, std::size_t bytes) {
  if (bytes != 0) {
    std::memset(memory, 0, bytes);
    asm volatile("" : : "r"(memory) : "memory");
  }
}

}  // namespace afterglow::base
