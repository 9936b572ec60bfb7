// UTF-8: what is valid, how much of an invalid sequence is one mistake, and where a text is cut.

#include "base/utf8.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::string_literals;
using afterglow::text::CodePoint;
using afterglow::text::is_valid;
using afterglow::text::next_code_point;
using afterglow::text::truncate;

/// One letter for each step: the length of a valid code point, or 'A', 'B', 'C' for an invalid part
/// of one, two, three bytes.
std::string steps(const std::string& text) {
  std::string result;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const CodePoint point = next_code_point(at, end);
    REQUIRE(point.length >= 1);
    REQUIRE(point.length <= static_cast<std::size_t>(end - at));
    result += static_cast<char>((point.valid ? '0' : '@') + static_cast<int>(point.length));
    at += point.length;
  }
  return result;
}

std::string encoded(std::uint32_t value) {
  const auto tail = [value](unsigned shift) {
    return static_cast<char>(0x80U | ((value >> shift) & 0x3fU));
  };
  if (value < 0x80)
    return {static_cast<char>(value)};
  if (value < 0x800)
    return {static_cast<char>(0xc0U | (value >> 6U)), tail(0)};
  if (value < 0x10000)
    return {static_cast<char>(0xe0U | (value >> 12U)), tail(6), tail(0)};
  return {static_cast<char>(0xf0U | (value >> 18U)), tail(12), tail(6), tail(0)};
}

/// All sequences that begin a code point without completing it, made from the code points.
class Prefixes {
 public:
  Prefixes() : known_(1U << 24U) {
    for (std::uint32_t value = 0x80; value <= 0x10ffff; ++value) {
      if (value >= 0xd800 && value <= 0xdfff)
        continue;
      const std::string bytes = encoded(value);
      for (std::size_t length = 1; length < bytes.size(); ++length) {
        known_[packed(bytes.data(), length)] = true;
      }
    }
  }
  bool contain(const char* at, std::size_t length) const { return known_[packed(at, length)]; }

 private:
  // No proper prefix begins with a zero byte, so that different lengths never pack alike.
  static std::uint32_t packed(const char* at, std::size_t length) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < length; ++i) {
      value = value << 8U | static_cast<unsigned char>(at[i]);
    }
    return value;
  }
  std::vector<bool> known_;
};

struct StepsCase {
  int line;
  std::string text;
  std::string steps;
};

struct TruncateCase {
  int line;
  std::string text;
  std::size_t max_characters;
  std::size_t bytes;
};

}  // namespace

TEST_CASE("every code point is valid and has its length, no surrogate is") {
  std::size_t wrong = 0;
  for (std::uint32_t value = 0; value <= 0x10ffff; ++value) {
    const std::string bytes = encoded(value);
    const CodePoint point = next_code_point(bytes.data(), bytes.data() + bytes.size());
    const bool is_surrogate = value >= 0xd800 && value <= 0xdfff;
    wrong += point.valid == is_surrogate || point.length != (is_surrogate ? 1 : bytes.size());
  }
  CHECK(wrong == 0);
}

TEST_CASE("an invalid sequence is as long as the longest beginning of a code point in it") {
  const Prefixes prefixes;
  const unsigned char kThird[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0xbf, 0xc0, 0xe0, 0xff};
  std::size_t wrong = 0;
  for (int first = 0x80; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      for (const unsigned char third : kThird) {
        // Three bytes: nothing of four can be valid here, and everything shorter can.
        const char bytes[3] = {static_cast<char>(first), static_cast<char>(second),
                               static_cast<char>(third)};
        const CodePoint point = next_code_point(bytes, bytes + 3);
        std::uint32_t longest = 1;
        while (longest < 3 && prefixes.contain(bytes, longest + 1)) {
          ++longest;
        }
        if (point.valid) {
          wrong += point.length < 2 || !prefixes.contain(bytes, point.length - 1) ? 1U : 0U;
        } else {
          wrong += point.length != longest ? 1U : 0U;
        }
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("invalid sequences are replaced as Unicode recommends") {
  const StepsCase rows[] = {
      {__LINE__, "", ""},
      {__LINE__, "a\xc3\xb6\xe2\x82\xac\xf0\x9f\x99\x82", "1234"},
      {__LINE__, "\0a\0"s, "111"},
      // The four examples of the Unicode Standard, section 3.9.
      {__LINE__, "\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41", "AAAAAAAA1"},
      {__LINE__, "\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41", "AAAAAAAA1"},
      {__LINE__, "\xf4\x91\x92\x93\xff\x41\x80\xbf\x42", "AAAAA1AA1"},
      {__LINE__, "\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", "BACB1"},
      // Cut short by the end of the text.
      {__LINE__, "\xc3", "A"},
      {__LINE__, "\xe2\x82", "B"},
      {__LINE__, "\xf0\x9f\x99", "C"},
      // Cut short by the next code point, which stays.
      {__LINE__, "\xf0\x9f\x99\xc3\xb6", "C2"},
      {__LINE__, "\xe2\x82z", "B1"},
      {__LINE__, "\xc3\0"s, "A1"},
      // Overlong forms, a value above U+10FFFF, bytes that never occur.
      {__LINE__, "\xc1\xbf", "AA"},
      {__LINE__, "\xe0\x9f\xbf", "AAA"},
      {__LINE__, "\xf0\x8f\xbf\xbf", "AAAA"},
      {__LINE__, "\xf4\x90\x80\x80", "AAAA"},
      {__LINE__, "\xf5\xf8\xfc\xfe\xff\x80", "AAAAAA"},
  };
  for (const StepsCase& row : rows) {
    CAPTURE(row.line);
    CHECK(steps(row.text) == row.steps);
    CHECK(is_valid(row.text) == (row.steps.find_first_of("ABC") == std::string::npos));
  }
}

TEST_CASE("truncation counts characters and cuts none") {
  const std::string mixed = "a\xc3\xb6\xe2\x82\xac\xf0\x9f\x99\x82z";
  const TruncateCase rows[] = {
      {__LINE__, "", 0, 0},
      {__LINE__, "", 5, 0},
      {__LINE__, "abc", 0, 0},
      {__LINE__, "abc", 2, 2},
      {__LINE__, "abc", 3, 3},
      {__LINE__, "abc", 4, 3},
      {__LINE__, "abc", static_cast<std::size_t>(-1), 3},
      {__LINE__, mixed, 1, 1},
      {__LINE__, mixed, 2, 3},
      {__LINE__, mixed, 3, 6},
      {__LINE__, mixed, 4, 10},
      {__LINE__, mixed, 5, 11},
      {__LINE__, mixed, 6, 11},
      {__LINE__, "\0\0\0"s, 2, 2},
      // Each invalid byte is one character.
      {__LINE__, "\xff\xff\xff", 2, 2},
      {__LINE__, "\xf0\x9f\x99zz", 3, 3},
      {__LINE__, "\xf0\x9f\x99zz", 4, 4},
      {__LINE__, "\xf0\x9f\x99\xe2\x82\xac", 4, 6},
      {__LINE__, "z\xe2\x82", 2, 2},
  };
  for (const TruncateCase& row : rows) {
    CAPTURE(row.line);
    CHECK(truncate(row.text, row.max_characters) == row.bytes);
  }
}

TEST_CASE("long texts are walked to their end") {
  std::string euros;
  for (int i = 0; i < 300'000; ++i) {
    euros += "\xe2\x82\xac";
  }
  CHECK(is_valid(euros));
  CHECK(truncate(euros, 299'999) == 899'997);
  CHECK(truncate(euros, 300'000) == 900'000);
  CHECK_FALSE(is_valid(euros + "\xe2"));
  CHECK(truncate(std::string(1'000'000, '\xff'), 999'999) == 999'999);
}
