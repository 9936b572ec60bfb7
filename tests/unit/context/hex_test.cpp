// Ids in hexadecimal digits: eight digits are judged at once, so every byte is tried in every
// place, beside every other byte.

#include "context/hex.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

namespace {

using namespace afterglow::context;

bool is_digit(unsigned byte) {
  return lower_hex_value(static_cast<char>(byte)) >= 0;
}

/// Whether `digits`, 16 of them, are read, and as what they say.
bool reads_as_said(const std::string& digits, bool& read) {
  std::uint8_t bytes[8];
  read = read_id(digits.data(), bytes, sizeof bytes);
  for (std::size_t i = 0; read && i < sizeof bytes; ++i) {
    if (bytes[i] != lower_hex_value(digits[2 * i]) * 16 + lower_hex_value(digits[2 * i + 1])) {
      return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("an id is read if and only if each of its bytes is a lower-case digit") {
  for (std::size_t at = 0; at + 1 < 16; ++at) {
    std::string digits = "0123456789abcdef";
    std::uint32_t wrong = 0;
    for (unsigned pair = 0; pair < 0x10000; ++pair) {
      digits[at] = static_cast<char>(pair & 0xFFU);
      digits[at + 1] = static_cast<char>(pair >> 8U);
      bool read = false;
      const bool as_said = reads_as_said(digits, read);
      wrong += as_said && read == (is_digit(pair & 0xFFU) && is_digit(pair >> 8U)) ? 0U : 1U;
    }
    CAPTURE(at);
    CHECK(wrong == 0);
  }
}

TEST_CASE("an id of zeros is none, and a single bit anywhere makes it one") {
  std::uint8_t bytes[16];
  for (const std::size_t count : {8U, 16U}) {
    std::string digits(2 * count, '0');
    CHECK_FALSE(read_id(digits.data(), bytes, count));
    for (char& digit : digits) {
      digit = '1';
      CHECK(read_id(digits.data(), bytes, count));
      digit = '0';
    }
  }
}

TEST_CASE("what is wrong in either half of a long id makes it none") {
  const std::string valid = "0af7651916cd43dd8448eb211c80319c";
  std::uint8_t bytes[16];
  REQUIRE(read_id(valid.data(), bytes, sizeof bytes));
  for (std::size_t at = 0; at < valid.size(); ++at) {
    std::string digits = valid;
    digits[at] = 'A';
    CAPTURE(at);
    CHECK_FALSE(read_id(digits.data(), bytes, sizeof bytes));
  }
}

TEST_CASE("an id is written as it was read, and nothing behind it") {
  const std::string digits = "0af7651916cd43dd8448eb211c80319c";
  std::uint8_t bytes[16];
  REQUIRE(read_id(digits.data(), bytes, sizeof bytes));
  std::string written(34, '?');
  write_id(bytes, written.data(), sizeof bytes);
  CHECK(written == digits + "??");
}

TEST_CASE("a digit has its value, and no other byte has one") {
  const std::string digits = "0123456789abcdef";
  for (unsigned byte = 0; byte < 0x100; ++byte) {
    const std::size_t at = digits.find(static_cast<char>(byte));
    CHECK(lower_hex_value(static_cast<char>(byte)) ==
          (at == std::string::npos ? -1 : static_cast<int>(at)));
  }
}
