// Percent-encoding: which escapes count, and that a wrong one leaves everything as it was.

#include "base/percent.h"

#include <doctest/doctest.h>

#include <cctype>
#include <string>
#include <string_view>

namespace {

using namespace std::string_literals;
using afterglow::text::percent_decode_strict;
using afterglow::text::percent_escape;

constexpr std::size_t kUntouched = 4711;

struct DecodeCase {
  int line;
  std::string encoded;
  std::string decoded;
};

}  // namespace

TEST_CASE("an escape is a percent sign and two hexadecimal digits, of either case") {
  for (int value = 0; value < 256; ++value) {
    const char* const lower = "0123456789abcdef";
    std::string escape{'%', lower[value / 16], lower[value % 16]};
    CHECK(percent_escape(escape) == value);
    CHECK(percent_escape(escape + "0") == value);
    escape[1] = static_cast<char>(std::toupper(escape[1]));
    escape[2] = static_cast<char>(std::toupper(escape[2]));
    CHECK(percent_escape(escape) == value);
  }
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const char c = static_cast<char>(byte);
    const int digit = std::isxdigit(byte) != 0 ? 1 : 0;
    CHECK((percent_escape({"%" + std::string(1, c) + "0"}) >= 0) == (digit == 1));
    CHECK((percent_escape({"%0" + std::string(1, c)}) >= 0) == (digit == 1));
    CHECK((percent_escape({std::string(1, c) + "00"}) >= 0) == (c == '%'));
  }
  CHECK(percent_escape("") == -1);
  CHECK(percent_escape("%") == -1);
  CHECK(percent_escape(std::string_view("%20", 2)) == -1);
}

TEST_CASE("strict decoding replaces every escape, once") {
  const DecodeCase rows[] = {
      {__LINE__, "", ""},
      {__LINE__, "plain text+plus", "plain text+plus"},
      {__LINE__, "%2C%3b%3D", ",;="},
      {__LINE__, "a%20b", "a b"},
      {__LINE__, "%2525", "%25"},
      {__LINE__, "%00", "\0"s},
      {__LINE__, "%ff%c3%A9", "\xff\xc3\xa9"},
      {__LINE__, "\xc3\xa9\0%41"s, "\xc3\xa9\0A"s},
  };
  for (const DecodeCase& row : rows) {
    CAPTURE(row.line);
    std::string text = row.encoded;
    std::size_t length = kUntouched;
    REQUIRE(percent_decode_strict(text, length));
    CHECK(text.substr(0, length) == row.decoded);
  }
}

TEST_CASE("strict decoding refuses a wrong escape and changes nothing") {
  for (const std::string wrong : {"%", "%4", "%41%", "a%4gb", "%%41", "%-1", "%41% 41", "%4"}) {
    CAPTURE(wrong);
    std::string text = wrong;
    std::size_t length = kUntouched;
    CHECK_FALSE(percent_decode_strict(text, length));
    CHECK(text == wrong);
    CHECK(length == kUntouched);
  }
}

TEST_CASE("a megabyte of escapes is decoded, or refused for its last one") {
  std::string text;
  for (int i = 0; i < 350'000; ++i) {
    text += "%61";
  }
  std::string cut = text;
  cut.pop_back();
  std::size_t length = kUntouched;
  CHECK_FALSE(percent_decode_strict(cut, length));
  REQUIRE(percent_decode_strict(text, length));
  CHECK(text.substr(0, length) == std::string(350'000, 'a'));
}
