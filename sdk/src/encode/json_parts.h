#pragma once

// What `JsonWriter::put` writes one after another: literals, single characters, and the parts
// below. Each knows its size, so that the writer checks once for all of them, and writes without
// looking.

#include <afterglow/context.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/copy.h"

namespace afterglow::encode {

/// Text that is JSON already.
struct Verbatim {
  std::string_view text;
};

/// A number in decimal digits.
class Decimal {
 public:
  explicit Decimal(std::uint64_t value) : value_(value), size_(count(value)) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  char* write(char* out) const;

 private:
  static std::size_t count(std::uint64_t value);

  std::uint64_t value_;
  std::size_t size_;
};

/// Bytes as two lower-case hexadecimal digits each.
template <std::size_t N>
struct Hex {
  explicit Hex(const std::uint8_t (&array)[N]) : bytes(array) {}
  explicit Hex(const std::array<std::uint8_t, N>& array) : bytes(array.data()) {}
  const std::uint8_t* bytes;
};

template <std::size_t N>
constexpr std::size_t part_size(const char (& /*literal*/)[N]) {
  return N - 1;
}
constexpr std::size_t part_size(char /*character*/) {
  return 1;
}
inline std::size_t part_size(const Verbatim& part) {
  return part.text.size();
}
inline std::size_t part_size(const Decimal& part) {
  return part.size();
}
template <std::size_t N>
constexpr std::size_t part_size(const Hex<N>& /*part*/) {
  return 2 * N;
}

/// In pieces that become one store each, the last of them over a part of the one before.
template <std::size_t N>
[[gnu::always_inline]] inline char* write_part(char* out, const char (&literal)[N]) {
  constexpr std::size_t kSize = N - 1;
  constexpr std::size_t kPiece = kSize >= 8 ? 8 : kSize >= 4 ? 4 : kSize >= 2 ? 2 : 1;
  [&]<std::size_t... I>(std::index_sequence<I...> /*pieces*/) {
    (__builtin_memcpy(out + I * kPiece, literal + I * kPiece, kPiece), ...);
  }(std::make_index_sequence<(kSize - 1) / kPiece>{});
  __builtin_memcpy(out + kSize - kPiece, literal + kSize - kPiece, kPiece);
  return out + kSize;
}
inline char* write_part(char* out, char character) {
  *out = character;
  return out + 1;
}
inline char* write_part(char* out, const Verbatim& part) {
  base::copy(out, part.text.data(), part.text.size());
  return out + part.text.size();
}
inline char* write_part(char* out, const Decimal& part) {
  return part.write(out);
}
template <std::size_t N>
inline char* write_part(char* out, const Hex<N>& part) {
  constexpr std::size_t kFours = N / 4 * 4;
  for (std::size_t at = 0; at < kFours; at += 4) {
    const auto* const four = reinterpret_cast<const char*>(part.bytes + at);
    base::store(out + 2 * at, detail::hex_of(base::load<std::uint32_t>(four)));
  }
  for (std::size_t at = kFours; at < N; ++at) {
    base::store(out + 2 * at, static_cast<std::uint16_t>(detail::hex_of(part.bytes[at])));
  }
  return out + 2 * N;
}

}  // namespace afterglow::encode
