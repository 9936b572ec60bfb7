#pragma once

// Numbers that are the same on every machine (SplitMix64).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace redact_test {

class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed) {}

  std::size_t below(std::size_t limit) {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return static_cast<std::size_t>((mixed ^ (mixed >> 31U)) % limit);
  }
  bool one_in(std::size_t count) { return below(count) == 0; }
  char of(std::string_view choices) { return choices[below(choices.size())]; }
  std::string text(std::string_view alphabet, std::size_t length) {
    std::string result;
    for (; length != 0; --length) {
      result += of(alphabet);
    }
    return result;
  }

 private:
  std::uint64_t state_;
};

}  // namespace redact_test
