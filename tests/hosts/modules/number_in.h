#pragma once

// How tests tell modules what to measure: by a number in the target of the request.

#include <cstdint>
#include <string_view>

/// All digits of `target`, as one number.
inline std::int64_t number_in(std::string_view target) {
  std::int64_t number = 0;
  for (const char c : target) {
    number = c >= '0' && c <= '9' ? number * 10 + (c - '0') : number;
  }
  return number;
}
