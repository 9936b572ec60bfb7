#pragma once

// Counts every allocation of the program: operator new in all its forms, malloc, calloc, realloc
// and aligned_alloc. The last four need the linker's --wrap.

#include <cstdint>

namespace afterglow::test {

/// Allocations since the program started.
std::uint64_t allocation_count();

/// How many allocations `f` makes.
template <class F>
std::uint64_t allocations_of(F&& f) {
  const std::uint64_t before = allocation_count();
  f();
  return allocation_count() - before;
}

}  // namespace afterglow::test
