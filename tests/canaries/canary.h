#pragma once

// A canary: a secret made for one use, with a mark that nothing else has. It exists only while it
// is used: its marks are kept xor-ed, and its text is overwritten afterwards, so that whoever finds
// a mark in a memory has found what the SDK kept.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace canaries {

/// What a secret looks like.
enum class Shape : std::uint8_t {
  Text,   ///< Nothing to recognise it by: only its place tells.
  Hex,    ///< A long key.
  Email,  ///< An address.
  Token,  ///< Three parts, as of a JSON Web Token.
  Card,   ///< A payment card.
};
inline constexpr std::size_t kShapes = 5;

class Canary {
 public:
  /// Distinct for each `number` below 100,000.
  Canary(Shape shape, std::uint32_t number);
  ~Canary() { wipe(); }
  Canary(const Canary&) = delete;
  Canary& operator=(const Canary&) = delete;

  [[nodiscard]] std::string_view text() const { return {text_, length_}; }
  void wipe();

 private:
  void add(std::string_view piece);
  void add_mark(Shape shape);
  void add_digits(std::uint32_t number);
  void add_check_digit();

  char text_[96] = {};
  std::size_t length_ = 0;
};

/// How many marks of canaries are in `memory`.
std::size_t count_marks(std::span<const char> memory);

}  // namespace canaries
