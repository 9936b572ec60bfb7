#pragma once

// Overwrites what must not stay in memory, so that no optimiser takes it for a dead store.

#include <cstddef>

namespace afterglow::redact {

inline void wipe(void* memory, std::size_t bytes) {
  auto* at = static_cast<volatile unsigned char*>(memory);
  for (std::size_t i = 0; i < bytes; ++i) {
    at[i] = 0;
  }
}

}  // namespace afterglow::redact
