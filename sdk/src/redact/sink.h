#pragma once

// Where a replacement goes, piece by piece: first nowhere, or into room that may be enough, to
// learn its length, then into memory lent for exactly that length. So nothing needs a copy of a
// value that must not be kept.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow::redact {

class Sink {
 public:
  static constexpr std::uint32_t kUnlimited = 0xFFFF'FFFF;

  /// Counts bytes only, those of the first `max_characters` characters.
  explicit Sink(std::uint32_t max_characters = kUnlimited) : characters_(max_characters) {}
  /// The same, and writes those that fit into `room`, which does not overlap what is added.
  Sink(std::span<char> room, std::uint32_t max_characters)
      : out_(room.data()), room_(room.size()), characters_(max_characters) {}
  /// Writes what fits into `out` and takes no more.
  explicit Sink(std::span<char> out) : out_(out.data()), room_(out.size()), most_(out.size()) {}

  /// Take a piece, or as much of it as there is room for. A piece does not end inside a character.
  void add(const char* piece, std::size_t bytes);
  void add(std::string_view piece) { add(piece.data(), piece.size()); }
  void add(char piece) { add(&piece, 1); }

  /// Bytes taken so far.
  [[nodiscard]] std::size_t size() const { return size_; }
  /// More would change nothing.
  [[nodiscard]] bool full() const { return most_ == size_ || characters_ == 0; }
  /// Only the length counts, so a placeholder of the same length and no wider characters will do.
  [[nodiscard]] bool measures() const { return room_ == 0; }

 private:
  char* out_ = nullptr;
  std::size_t room_ = 0;         // bytes that can be written
  std::size_t most_ = SIZE_MAX;  // bytes that are taken
  std::size_t size_ = 0;
  std::uint32_t characters_ = kUnlimited;
};

}  // namespace afterglow::redact
