// The JSON writer: every byte, every alignment, every capacity.

#include "encode/json_writer.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace {

using afterglow::encode::JsonWriter;

template <class Write>
std::string written(Write write) {
  std::vector<char> memory(64 * 1024);
  JsonWriter out(memory);
  write(out);
  CHECK_FALSE(out.failed());
  return std::string(out.text());
}

std::string quoted(std::string_view text) {
  return written([&](JsonWriter& out) { out.string(text); });
}

// The form of one byte that stands alone in a string, written down independently of the writer.
std::string form_of(unsigned byte) {
  switch (byte) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  if (byte < 0x20) {
    const char* const digits = "0123456789abcdef";
    return std::string("\\u00") + digits[byte / 16] + digits[byte % 16];
  }
  return byte < 0x80 ? std::string(1, static_cast<char>(byte)) : std::string("\xEF\xBF\xBD");
}

TEST_CASE("every byte value, at every place among others") {
  for (unsigned byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    for (std::size_t before = 0; before <= 17; ++before) {
      for (const std::size_t after : {0U, 1U, 7U, 9U}) {
        const std::string left(before, 'l');
        const std::string right(after, 'r');
        const std::string text = left + static_cast<char>(byte) + right;
        std::string expected = "\"";
        expected += left;
        expected += form_of(byte);
        expected += right;
        expected += '"';
        REQUIRE(quoted(text) == expected);
      }
    }
  }
}

TEST_CASE("pairs of special bytes inside one word") {
  constexpr unsigned char kSpecial[] = {0x00, 0x1F, '"', '\\', 0x7F, 0x80, 0xFF, ' ', '#', ']'};
  for (const unsigned char first : kSpecial) {
    for (const unsigned char second : kSpecial) {
      for (std::size_t gap = 0; gap < 9; ++gap) {
        std::string text = "ab";
        text += static_cast<char>(first);
        text += std::string(gap, 'x');
        text += static_cast<char>(second);
        text += "0123456789";
        std::string expected = "\"ab" + form_of(first);
        expected += std::string(gap, 'x') + form_of(second) + "0123456789\"";
        REQUIRE(quoted(text) == expected);
      }
    }
  }
}

TEST_CASE("valid UTF-8 stands as it is") {
  for (const std::string_view text :
       {"é", "ß€", "\xF0\x9F\x8C\x99", "\xEF\xBF\xBD", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF",
        "\xF4\x8F\xBF\xBF", "a\x7F"}) {
    CHECK(quoted(text) == "\"" + std::string(text) + "\"");
  }
}

TEST_CASE("of invalid UTF-8 each maximal part becomes one U+FFFD") {
  const struct {
    const char* text;
    int replacements;
  } cases[] = {{"\x80", 1},
               {"\xC0\x80", 2},
               {"\xC2", 1},
               {"\xE2\x82", 1},
               {"\xF0\x9F\x8C", 1},
               {"\xED\xA0\x80", 3},
               {"\xF4\x90\x80\x80", 4},
               {"\xE0\x80\x80", 3},
               {"\xFF\xFE", 2},
               {"\xF0\x9F\x8C\xF0\x9F\x8C", 2}};
  for (const auto& one : cases) {
    CAPTURE(one.text);
    std::string expected = "\"a";
    for (int i = 0; i < one.replacements; ++i) {
      expected += "\xEF\xBF\xBD";
    }
    CHECK(quoted("a" + std::string(one.text) + "b") == expected + "b\"");
    CHECK(quoted("a" + std::string(one.text)) == expected + "\"");
  }
  CHECK(quoted("\xE2\x82\"") == "\"\xEF\xBF\xBD\\\"\"");  // the quote is not eaten
}

TEST_CASE("whole numbers") {
  const auto number = [](std::uint64_t value) {
    return written([&](JsonWriter& out) { out.number(value); });
  };
  CHECK(number(0) == "0");
  CHECK(number(9) == "9");
  CHECK(number(10) == "10");
  CHECK(number(UINT32_MAX) == "4294967295");
  CHECK(number(UINT64_MAX) == "18446744073709551615");
  const auto text = [](auto value) { return written([&](JsonWriter& out) { out.quoted(value); }); };
  CHECK(text(std::uint64_t{0}) == "\"0\"");
  CHECK(text(UINT64_MAX) == "\"18446744073709551615\"");
  CHECK(text(std::int64_t{-1}) == "\"-1\"");
  CHECK(text(INT64_MAX) == "\"9223372036854775807\"");
  CHECK(text(INT64_MIN) == "\"-9223372036854775808\"");
  for (std::uint64_t power = 1, digits = 1; digits <= 19; power *= 10, ++digits) {
    CHECK(text(power) == "\"" + std::to_string(power) + "\"");
    CHECK(text(power - 1) == "\"" + std::to_string(power - 1) + "\"");
  }
}

TEST_CASE("hexadecimal digits in lower case") {
  const std::uint8_t bytes[] = {0x00, 0x0f, 0xf0, 0xAB, 0xff};
  CHECK(written([&](JsonWriter& out) { out.hex(bytes); }) == "\"000ff0abff\"");
}

TEST_CASE("base64 with padding") {
  const auto base64 = [](std::string_view text) {
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    return written([&](JsonWriter& out) { out.base64(bytes); });
  };
  CHECK(base64("") == "\"\"");
  CHECK(base64("f") == "\"Zg==\"");
  CHECK(base64("fo") == "\"Zm8=\"");
  CHECK(base64("foo") == "\"Zm9v\"");
  CHECK(base64("foob") == "\"Zm9vYg==\"");
  CHECK(base64("\xFB\xFF\xBF") == "\"+/+/\"");
  CHECK(base64(std::string_view("\0\0\0\0", 4)) == "\"AAAAAA==\"");
}

void write_all(JsonWriter& out) {
  const std::uint8_t bytes[] = {1, 2, 3, 0xFE};
  out.raw("{").string("plain and long enough for words, \"quoted\" \x01 \xFF é").raw(":");
  out.number(1234567890).quoted(INT64_MIN).hex(bytes).base64(bytes).raw("}");
}

TEST_CASE("at every capacity: all of it, or a failure that sticks and nothing beyond the end") {
  const std::string whole = written(write_all);
  for (std::size_t capacity = 0; capacity <= whole.size() + 2; ++capacity) {
    CAPTURE(capacity);
    std::vector<char> memory(capacity + 16, '~');
    JsonWriter out({memory.data(), capacity});
    write_all(out);
    REQUIRE(out.failed() == (capacity < whole.size()));
    REQUIRE(out.size() <= capacity);
    REQUIRE(whole.starts_with(out.text()));
    for (std::size_t i = out.size(); i < memory.size(); ++i) {
      REQUIRE(memory[i] == '~');
    }
    if (out.failed()) {
      const std::size_t size = out.size();
      out.raw("x").number(1).string("");
      REQUIRE(out.failed());
      REQUIRE(out.size() == size);
    }
  }
}

TEST_CASE("rewind forgets what came after, and the failure") {
  char memory[8];
  JsonWriter out(memory);
  out.raw("1234");
  out.raw("567890");
  CHECK(out.failed());
  out.rewind(2);
  CHECK_FALSE(out.failed());
  out.raw("abcdef");
  CHECK_FALSE(out.failed());
  CHECK(out.text() == "12abcdef");
}

TEST_CASE("what is reserved is out of reach until it is given back") {
  char memory[6];
  JsonWriter out(memory);
  out.reserve(2);
  out.raw("1234");
  CHECK_FALSE(out.failed());
  out.raw("5");
  CHECK(out.failed());
  out.rewind(4);
  out.give_back(2);
  out.raw("]}");
  CHECK_FALSE(out.failed());
  CHECK(out.text() == "1234]}");
}

TEST_CASE("reserving more than is left fails at once") {
  char memory[4];
  JsonWriter out(memory);
  out.raw("123");
  out.reserve(2);
  CHECK(out.failed());
}

}  // namespace
