#include "redact/hmac.h"

#include "base/wipe.h"

namespace afterglow::redact {
namespace {

Sha256State state_after(std::span<const std::byte, kSha256BlockBytes> key, std::byte pad) {
  Sha256 hash;
  for (const std::byte byte : key) {
    const std::byte padded = byte ^ pad;
    hash.update({&padded, 1});
  }
  return hash.finish_block();
}

}  // namespace

void set_key(HmacKey& key, std::span<const std::byte> secret) {
  std::byte block[kSha256BlockBytes] = {};
  if (secret.size() > sizeof block) {
    Sha256 hash;
    hash.update(secret);
    hash.finish(std::span<std::byte, kSha256Bytes>(block, kSha256Bytes));
  } else {
    for (std::size_t i = 0; i < secret.size(); ++i) {
      block[i] = secret[i];
    }
  }
  key.inner = state_after(block, std::byte{0x36});
  key.outer = state_after(block, std::byte{0x5c});
  key.is_set = !secret.empty();
  base::wipe(block, sizeof block);
}

void hmac(const HmacKey& key, std::span<const std::byte> message,
          std::span<std::byte, kSha256Bytes> code) {
  Sha256 inner(key.inner, 1);
  inner.update(message);
  inner.finish(code);
  Sha256 outer(key.outer, 1);
  outer.update(code);
  outer.finish(code);
}

}  // namespace afterglow::redact
