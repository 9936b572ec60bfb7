#pragma once

// Copies and comparisons of short text. Most of what is recorded and written is shorter than a
// line, and engines make a bulk copy of WebAssembly a call into the host: a few plain stores are
// faster.

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace afterglow::base {

/// Copy `size` bytes that do not overlap.
void copy(char* to, const char* from, std::size_t size);

/// Whether `size` bytes are the same.
[[nodiscard]] bool equal(const char* a, const char* b, std::size_t size);

/// Where unaligned bytes are read and written as one number.
template <class T>
[[nodiscard]] inline T load(const char* from) {
  T value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}
template <class T>
inline void store(char* to, T value) {
  __builtin_memcpy(to, &value, sizeof value);
}

/// Make a record that consists of numbers all zero, by a store for each eight bytes.
template <class T>
inline void clear(T& record) {
  static_assert(sizeof(T) % sizeof(std::uint64_t) == 0 && std::is_trivially_copyable_v<T>);
  std::uint64_t zero = 0;
  asm("" : "+r"(zero));  // known to be zero, the stores would become a bulk fill
  auto* const bytes = reinterpret_cast<char*>(&record);
  [&]<std::size_t... I>(std::index_sequence<I...> /*words*/) {
    (store(bytes + I * sizeof zero, zero), ...);
  }(std::make_index_sequence<sizeof(T) / sizeof(std::uint64_t)>{});
}

}  // namespace afterglow::base
