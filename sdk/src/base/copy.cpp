#include "base/copy.h"

#include <cstdint>
#include <cstring>

namespace afterglow::base {

void copy(char* to, const char* from, std::size_t size) {
  constexpr std::size_t kLong = 96;
  if (size > kLong) {
    std::memcpy(to, from, size);
  } else if (size >= 8) {
    const char* const last = from + size - 8;
    char* const to_last = to + size - 8;
    for (; from < last; from += 8, to += 8) {
      store(to, load<std::uint64_t>(from));
    }
    store(to_last, load<std::uint64_t>(last));  // what is left, with what stands before it
  } else if (size >= 4) {
    const auto first = load<std::uint32_t>(from);
    store(to + size - 4, load<std::uint32_t>(from + size - 4));
    store(to, first);
  } else {
    for (std::size_t i = 0; i < size; ++i) {
      to[i] = from[i];
    }
  }
}

bool equal(const char* a, const char* b, std::size_t size) {
  if (size >= 8) {
    const char* const last = a + size - 8;
    const char* const b_last = b + size - 8;
    for (; a < last; a += 8, b += 8) {
      if (load<std::uint64_t>(a) != load<std::uint64_t>(b)) {
        return false;
      }
    }
    return load<std::uint64_t>(last) == load<std::uint64_t>(b_last);
  }
  for (std::size_t at = 0; at != size; ++at) {
    if (a[at] != b[at]) {
      return false;
    }
  }
  return true;
}

}  // namespace afterglow::base
