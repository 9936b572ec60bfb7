// HMAC-SHA-256 against RFC 4231, and what is kept of the key.

#include "redact/hmac.h"

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace afterglow::redact;

std::string code_of(std::string_view secret, std::string_view message) {
  HmacKey key;
  set_key(key, bytes_of(secret));
  std::byte code[kSha256Bytes];
  hmac(key, bytes_of(message), code);
  std::string text;
  for (const std::byte byte : code) {
    text += "0123456789abcdef"[static_cast<unsigned>(byte) / 16];
    text += "0123456789abcdef"[static_cast<unsigned>(byte) % 16];
  }
  return text;
}

std::string ascending(char first, char last) {
  std::string text;
  for (char c = first; c <= last; ++c) {
    text += c;
  }
  return text;
}

}  // namespace

TEST_CASE("HMAC-SHA-256: RFC 4231") {
  CHECK(code_of(std::string(20, '\x0b'), "Hi There") ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(code_of("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(code_of(std::string(20, '\xaa'), std::string(50, '\xdd')) ==
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  CHECK(code_of(ascending(1, 25), std::string(50, '\xcd')) ==
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  CHECK(code_of(std::string(20, '\x0c'), "Test With Truncation") ==
        "a3b6167473100ee06e0c796c2955552bfa6f7c0a6a8aef8b93f860aab0cd20c5");
  CHECK(
      code_of(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(code_of(std::string(131, '\xaa'),
                "This is a test using a larger than block-size key and a larger than block-size "
                "data. The key needs to be hashed before being used by the HMAC algorithm.") ==
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST_CASE("HMAC: a key of exactly one block is not hashed, and one byte more is") {
  CHECK(code_of(std::string(64, 'k'), "m") != code_of(std::string(65, 'k'), "m"));
  CHECK(code_of(std::string(63, 'k'), "m") == code_of(std::string(63, 'k') + '\0', "m"));
}

TEST_CASE("HMAC: what is kept of a key is not the key") {
  HmacKey key;
  CHECK_FALSE(key.is_set);
  const std::string secret = "0123456789abcdefghijklmnopqrstuv";
  set_key(key, bytes_of(secret));
  CHECK(key.is_set);
  const std::string kept(reinterpret_cast<const char*>(&key), sizeof key);
  for (std::size_t at = 0; at + 4 <= secret.size(); ++at) {
    CHECK(kept.find(secret.substr(at, 4)) == std::string::npos);
  }
  set_key(key, {});
  CHECK_FALSE(key.is_set);
}
