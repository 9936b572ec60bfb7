#include "redact/sha256.h"

#include <bit>

#include "base/wipe.h"
#include "redact/step.h"

namespace afterglow::redact {
namespace {

constexpr std::uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

}  // namespace

void Sha256::compress() {
  std::uint32_t w[8];
  for (unsigned i = 0; i < 8; ++i) {
    w[i] = state_.words[i];
  }
  for (unsigned i = 0; i < 64; ++i) {
    count_step();
    std::uint32_t& word = block_[i % 16];
    if (i >= 16) {
      const std::uint32_t w15 = block_[(i + 1) % 16];
      const std::uint32_t w2 = block_[(i + 14) % 16];
      word += block_[(i + 9) % 16] + (std::rotr(w15, 7) ^ std::rotr(w15, 18) ^ (w15 >> 3)) +
              (std::rotr(w2, 17) ^ std::rotr(w2, 19) ^ (w2 >> 10));
    }
    const std::uint32_t t1 = w[7] +
                             (std::rotr(w[4], 6) ^ std::rotr(w[4], 11) ^ std::rotr(w[4], 25)) +
                             ((w[4] & w[5]) ^ (~w[4] & w[6])) + kRound[i] + word;
    const std::uint32_t t2 = (std::rotr(w[0], 2) ^ std::rotr(w[0], 13) ^ std::rotr(w[0], 22)) +
                             ((w[0] & w[1]) ^ (w[0] & w[2]) ^ (w[1] & w[2]));
    for (unsigned j = 7; j != 0; --j) {
      w[j] = w[j - 1];
    }
    w[4] += t1;
    w[0] = t1 + t2;
  }
  for (unsigned i = 0; i < 8; ++i) {
    state_.words[i] += w[i];
  }
  base::wipe(w, sizeof w);
}

void Sha256::add(std::uint8_t byte) {
  std::uint32_t& word = block_[bytes_ / 4 % 16];
  word = word << 8U | byte;  // older bytes move up and out
  ++bytes_;
  if (bytes_ % kSha256BlockBytes == 0) {
    compress();
  }
}

void Sha256::update(std::span<const std::byte> message) {
  for (const std::byte byte : message) {
    add(static_cast<std::uint8_t>(byte));
  }
}

void Sha256::finish(std::span<std::byte, kSha256Bytes> digest) {
  const std::uint64_t bits = bytes_ * 8;
  add(0x80);
  while (bytes_ % kSha256BlockBytes != kSha256BlockBytes - 8) {
    add(0);
  }
  for (unsigned shift = 64; shift != 0;) {
    shift -= 8;
    add(static_cast<std::uint8_t>(bits >> shift));
  }
  for (std::size_t i = 0; i < kSha256Bytes; ++i) {
    digest[i] = static_cast<std::byte>(state_.words[i / 4] >> (24 - i % 4 * 8));
  }
  base::wipe(this, sizeof *this);
}

Sha256State Sha256::finish_block() {
  const Sha256State state = state_;
  base::wipe(this, sizeof *this);
  return state;
}

}  // namespace afterglow::redact
