#pragma once

// SHA-256 (FIPS 180-4), streaming, in 112 bytes. Small rather than fast: it hashes values of
// attributes.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow::redact {

inline constexpr std::size_t kSha256Bytes = 32;
inline constexpr std::size_t kSha256BlockBytes = 64;

/// The state between blocks.
struct Sha256State {
  std::uint32_t words[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                            0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
};

class Sha256 {
 public:
  Sha256() = default;
  /// Continue after `blocks` whole blocks that led to `state`.
  Sha256(const Sha256State& state, std::uint64_t blocks)
      : state_(state), bytes_(blocks * kSha256BlockBytes) {}
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  /// Add message bytes. Linear; counts modulo 2^64 bits.
  void update(std::span<const std::byte> message);

  /// Write the digest, and wipe the object: it cannot be used again.
  void finish(std::span<std::byte, kSha256Bytes> digest);

  /// The state after whole blocks only; wipes the object. What is in an unfinished block is lost.
  Sha256State finish_block();

 private:
  void add(std::uint8_t byte);
  void compress();

  Sha256State state_;
  std::uint32_t block_[16] = {};  // the message's words, then the schedule, in place
  std::uint64_t bytes_ = 0;
};

/// The bytes of a text.
inline std::span<const std::byte> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace afterglow::redact
