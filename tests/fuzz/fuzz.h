#pragma once

// What every fuzz target uses. A target defines LLVMFuzzerTestOneInput, calls the SDK with the
// input and states with FUZZ_REQUIRE what must hold whatever the input was.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

/// Ends the run with a crash when `condition` is false, so that libFuzzer keeps the input.
#define FUZZ_REQUIRE(condition)                                                           \
  do {                                                                                    \
    if (!(condition)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                       \
    }                                                                                     \
  } while (false)

namespace fuzz {

using Texts = std::vector<std::string>;

/// The input as lines. A header has no line feed, so one is free to separate them.
inline Texts lines_of(const std::uint8_t* data, std::size_t size) {
  Texts lines(1);
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == '\n')
      lines.emplace_back();
    else
      lines.back() += static_cast<char>(data[i]);
  }
  return lines;
}

/// Remove and return the first line; empty when there is none.
inline std::string take_first(Texts& lines) {
  if (lines.empty())
    return "";
  std::string first = lines.front();
  lines.erase(lines.begin());
  return first;
}

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
