// Counts allocations. The SDK makes none: nothing refers to these, and they are not linked.

#include "allocations.h"

#include <cstddef>
#include <cstdint>

namespace {
constinit std::uint32_t count = 0;
}

extern "C" {
void* malloc(std::size_t) {
  ++count;
  return nullptr;
}
void* calloc(std::size_t, std::size_t) {
  ++count;
  return nullptr;
}
void* realloc(void*, std::size_t) {
  ++count;
  return nullptr;
}
void* aligned_alloc(std::size_t, std::size_t) {
  ++count;
  return nullptr;
}
int posix_memalign(void**, std::size_t, std::size_t) {
  ++count;
  return 12;  // ENOMEM
}
void free(void*) {}
}

namespace afterglow::bench {

std::uint32_t allocations() {
  return count;
}

}  // namespace afterglow::bench
