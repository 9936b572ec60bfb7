// SHA-256 against the published vectors (FIPS 180-4, NIST's short messages), every length around
// the block borders, every way to cut a message, and its wiping of itself.

#include "redact/sha256.h"

#include <doctest/doctest.h>

#include <cstring>
#include <new>
#include <string>

namespace {

using namespace afterglow::redact;

std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned>(byte) / 16];
    text += "0123456789abcdef"[static_cast<unsigned>(byte) % 16];
  }
  return text;
}

std::string digest_of(std::string_view message) {
  Sha256 hash;
  hash.update(bytes_of(message));
  std::byte digest[kSha256Bytes];
  hash.finish(digest);
  return hex(digest);
}

struct Vector {
  std::string_view message;
  std::string_view digest;
};

constexpr Vector kVectors[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnop"
     "qr"
     "smnopqrstnopqrstu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    {"\xd3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"},
    {"\x11\xaf", "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"},
    {"\xb4\x19\x0e", "dff2e73091f6c05e528896c4c831b9448653dc2ff043528f6769437bc7b975c2"},
    {"\x74\xba\x25\x21", "b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e"},
};

}  // namespace

TEST_CASE("SHA-256: the published vectors") {
  for (const Vector& vector : kVectors) {
    CHECK(digest_of(vector.message) == vector.digest);
  }
  CHECK(digest_of(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256: every length from 0 to 299") {
  Sha256 all;  // of all digests; the expected one comes from another implementation
  for (unsigned length = 0; length < 300; ++length) {
    std::string message;
    for (unsigned i = 0; i < length; ++i) {
      message += static_cast<char>(i * 7 + length);
    }
    Sha256 hash;
    hash.update(bytes_of(message));
    std::byte digest[kSha256Bytes];
    hash.finish(digest);
    all.update(digest);
  }
  std::byte digest[kSha256Bytes];
  all.finish(digest);
  CHECK(hex(digest) == "d5238871a46ac4a1a75ac3fb19d645b0b3b9e5f35f5f720e2b240d605c6b694e");
}

TEST_CASE("SHA-256: a message may come in pieces") {
  const std::string message(200, 'm');
  const std::string expected = digest_of(message);
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    Sha256 hash;
    hash.update(bytes_of(message.substr(0, cut)));
    hash.update(bytes_of(message.substr(cut)));
    std::byte digest[kSha256Bytes];
    hash.finish(digest);
    CHECK(hex(digest) == expected);
  }
}

TEST_CASE("SHA-256: nothing of the message stays in the object") {
  alignas(Sha256) unsigned char memory[sizeof(Sha256)];
  auto* hash = new (memory) Sha256;
  hash->update(bytes_of("a secret that must not stay in memory"));
  std::byte digest[kSha256Bytes];
  hash->finish(digest);
  for (const unsigned char byte : memory) {
    CHECK(byte == 0);
  }
  hash = new (memory) Sha256;
  hash->update(bytes_of(std::string(64, 'k')));
  (void)hash->finish_block();
  for (const unsigned char byte : memory) {
    CHECK(byte == 0);
  }
}
