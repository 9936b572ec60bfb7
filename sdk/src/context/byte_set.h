#pragma once

// A set of bytes, as the grammars of headers name them: 32 bytes of constants.

#include <cstdint>
#include <string_view>

namespace afterglow::context {

class ByteSet {
 public:
  consteval explicit ByteSet(std::string_view bytes) {
    for (const char c : bytes) {
      const auto byte = static_cast<std::uint8_t>(c);
      rows_[byte / 32] |= std::uint32_t{1} << byte % 32;
    }
  }
  [[nodiscard]] constexpr bool has(char c) const {
    const auto byte = static_cast<std::uint8_t>(c);
    return (rows_[byte / 32] >> byte % 32 & 1U) != 0;
  }

 private:
  std::uint32_t rows_[8] = {};
};

}  // namespace afterglow::context
