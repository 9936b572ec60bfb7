// The actions Hash and KeyedHash. In a file of their own: a policy without them links none of it.

#include "redact/pass.h"
#include "redact/sink.h"

namespace afterglow {
namespace {

constexpr std::size_t kRecordedBytes = 16;

void write_hex(std::span<const std::byte, redact::kSha256Bytes> digest, redact::Sink& out) {
  char text[2 * kRecordedBytes];
  for (std::size_t i = 0; i < sizeof text; ++i) {
    const auto byte = static_cast<unsigned>(digest[i / 2]);
    text[i] = "0123456789abcdef"[i % 2 == 0 ? byte >> 4U : byte & 0xfU];
  }
  out.add({text, sizeof text});
}

}  // namespace

void detail::write_hash(const redact::HmacKey& /*key*/, std::string_view value, redact::Sink& out) {
  std::byte digest[redact::kSha256Bytes] = {};
  if (!out.measures()) {
    redact::Sha256 hash;
    hash.update(redact::bytes_of(value));
    hash.finish(digest);
  }
  write_hex(digest, out);
}

void detail::write_keyed_hash(const redact::HmacKey& key, std::string_view value,
                              redact::Sink& out) {
  std::byte digest[redact::kSha256Bytes] = {};
  if (!out.measures()) {
    redact::hmac(key, redact::bytes_of(value), digest);
  }
  write_hex(digest, out);
}

void detail::set_hash_key(redact::HmacKey& key, std::span<const std::byte> secret) {
  redact::set_key(key, secret);
}

}  // namespace afterglow
