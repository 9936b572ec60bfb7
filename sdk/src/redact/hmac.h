#pragma once

// HMAC-SHA-256 (RFC 2104, FIPS 198-1). What is kept of a key are the two states it leads to, not
// the key: enough to hash with, and no secret of the host stays in the memory.

#include "redact/sha256.h"

namespace afterglow::redact {

/// A key, ready for use; unset until `set_key`.
struct HmacKey {
  Sha256State inner;
  Sha256State outer;
  bool is_set = false;
};

/// Take over `secret`, of any length; an empty one unsets the key. The caller wipes its copy.
void set_key(HmacKey& key, std::span<const std::byte> secret);

/// Write the code of `message`. Linear, in constant memory, which it wipes.
void hmac(const HmacKey& key, std::span<const std::byte> message,
          std::span<std::byte, kSha256Bytes> code);

}  // namespace afterglow::redact
