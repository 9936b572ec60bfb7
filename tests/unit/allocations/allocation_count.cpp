#include "allocation_count.h"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

constinit std::uint64_t count = 0;

}  // namespace

// The linker sends calls of malloc here, and calls of __real_malloc to malloc.
extern "C" {
void* __real_malloc(std::size_t bytes);                                // NOLINT
void* __real_calloc(std::size_t items, std::size_t bytes);             // NOLINT
void* __real_realloc(void* memory, std::size_t bytes);                 // NOLINT
void* __real_aligned_alloc(std::size_t alignment, std::size_t bytes);  // NOLINT

void* __wrap_malloc(std::size_t bytes) {  // NOLINT
  ++count;
  return __real_malloc(bytes);
}

void* __wrap_calloc(std::size_t items, std::size_t bytes) {  // NOLINT
  ++count;
  return __real_calloc(items, bytes);
}

void* __wrap_realloc(void* memory, std::size_t bytes) {  // NOLINT
  ++count;
  return __real_realloc(memory, bytes);
}

void* __wrap_aligned_alloc(std::size_t alignment, std::size_t bytes) {  // NOLINT
  ++count;
  return __real_aligned_alloc(alignment, bytes);
}
}

// The arrays' forms are here because those of a sanitizer's library would not call these.
void* operator new(std::size_t bytes) {
  void* const memory = std::malloc(bytes);
  if (memory == nullptr) {
    std::abort();
  }
  return memory;
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  void* const memory = std::aligned_alloc(step, (bytes + step - 1) / step * step);
  if (memory == nullptr) {
    std::abort();
  }
  return memory;
}
void* operator new[](std::size_t bytes) {
  return ::operator new(bytes);
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return ::operator new(bytes, alignment);
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace afterglow::test {

std::uint64_t allocation_count() {
  return count;
}

}  // namespace afterglow::test
