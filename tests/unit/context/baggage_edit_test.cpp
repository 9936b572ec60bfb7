// Changing `baggage`: adding and removing members in place, and between plain text and wire form.

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "context/baggage.h"

namespace {

using namespace std::string_literals;
using namespace afterglow::context;

constexpr std::size_t kRoom = 64;

/// The text after adding, or "refused"; checks that a refusal changes nothing.
std::string append(const std::string& text, const std::string& key, const std::string& value,
                   const std::string& properties = "", std::size_t room = kRoom) {
  std::vector<char> memory(text.begin(), text.end());
  memory.resize(text.size() + room);
  const std::size_t length = append_member(memory, text.size(), key, value, properties);
  REQUIRE(length <= memory.size());
  CHECK(std::string(memory.data(), text.size()) == text);
  return length == 0 ? "refused" : std::string(memory.data(), length);
}

std::string remove(const std::string& text, std::string_view key) {
  std::vector<char> memory(text.begin(), text.end());
  const std::size_t length = remove_member(memory, memory.size(), key);
  REQUIRE(length <= text.size());
  return std::string(memory.data(), length);
}

std::string decode(std::string_view encoded) {
  std::vector<char> out(3 * encoded.size() + 1, '!');
  const std::size_t length = decode_value(encoded, out);
  REQUIRE(length < out.size());
  CHECK(out[length] == '!');
  return std::string(out.data(), length);
}

struct DecodeCase {
  int line;
  std::string encoded;
  std::string decoded;
};

}  // namespace

TEST_CASE("a member is added behind the others, its value percent-encoded") {
  CHECK(append("", "a", "1") == "a=1");
  CHECK(append("a=1", "b", "") == "a=1,b=");
  CHECK(append("a=1", "a", "2") == "a=1,a=2");
  CHECK(append("", "a", "x y,z;\"\\%") == "a=x%20y%2Cz%3B%22%5C%25");
  CHECK(append("", "a", "=+:/@") == "a==+:/@");
  CHECK(append("", "a", "\xc3\xa4\0\xff"s) == "a=%C3%A4%00%FF");
  CHECK(append("", "a", "1", "p") == "a=1;p");
  CHECK(append("", "a", "1", " p ; q = %20 ") == "a=1;p;q=%20");
}

TEST_CASE(
    "a member with an invalid key or properties is refused, and so is one that does not fit") {
  for (const std::string& key : {""s, "a b"s, "a=b"s, "a,b"s, "\xc3\xa4"s, "a\0"s}) {
    CAPTURE(key);
    CHECK(append("x=0", key, "1") == "refused");
  }
  for (const std::string& properties : {";"s, "p;"s, "p q"s, "p,b=2"s, "=1"s, "p=\""s, "\0"s}) {
    CAPTURE(properties);
    CHECK(append("x=0", "a", "1", properties) == "refused");
  }
  CHECK(append("x=0", "a", "1", "", 4) == "x=0,a=1");
  CHECK(append("x=0", "a", "1", "", 3) == "refused");
  CHECK(append("", "a", "1", "", 3) == "a=1");
  CHECK(append("", "a", "1", "", 2) == "refused");
  CHECK(append("", "a", ",", "", 4) == "refused");
  CHECK(append("", "a", "1", "p", 4) == "refused");
  CHECK(append("", "a", std::string(1'000'000, ','), "", kRoom) == "refused");
  CHECK(append("x=0", "a", "1", "", 0) == "refused");
}

TEST_CASE("no more is added than may be passed on, however much memory there is") {
  const std::string text = "x=" + std::string(8186, 'v');
  CHECK(append(text, "a", "1") == text + ",a=1");
  CHECK(append(text, "a", "12") == "refused");
  CHECK(append(text + "12345", "a", "1") == "refused");
}

TEST_CASE("a member may be added from parts of the text it is added to") {
  std::vector<char> memory(kRoom);
  const std::string_view text = "a=1;p";
  std::copy(text.begin(), text.end(), memory.begin());
  BaggageMember member;
  REQUIRE(find_member({memory.data(), text.size()}, "a", member));
  const std::size_t length =
      append_member(memory, text.size(), member.key, member.value, member.properties);
  CHECK(std::string(memory.data(), length) == "a=1;p,a=1;p");
}

TEST_CASE("all members of a key are removed, the others keep their order") {
  CHECK(remove("", "a") == "");
  CHECK(remove("a=1", "a") == "");
  CHECK(remove("a=1,b=2,c=3", "a") == "b=2,c=3");
  CHECK(remove("a=1,b=2,c=3", "b") == "a=1,c=3");
  CHECK(remove("a=1,b=2,c=3", "c") == "a=1,b=2");
  CHECK(remove("a=1;p=a,b=2,a=3,a=", "a") == "b=2");
  CHECK(remove("a=1,ab=2,A=3,b=a", "a") == "ab=2,A=3,b=a");
  for (const std::string_view key : {"", "x", "1", "a=1", "p"}) {
    CHECK(remove("a=1;p,b=2", key) == "a=1;p,b=2");
  }
  std::string many;
  for (int i = 0; i < 10'000; ++i) {
    many += "a=1,b=2,";
  }
  many.pop_back();
  CHECK(remove(many, "a").size() == 4 * 10'000 - 1);
}

TEST_CASE("the length of an encoded value is told beforehand") {
  CHECK(encoded_length("") == 0);
  CHECK(encoded_length("abc=") == 4);
  CHECK(encoded_length("a b") == 5);
  CHECK(encoded_length("%") == 3);
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const std::string value(1, static_cast<char>(byte));
    const std::string text = append("", "k", value);
    CHECK(text.size() == 2 + encoded_length(value));
    CHECK(decode(std::string_view(text).substr(2)) == (byte < 0x80 ? value : "\xEF\xBF\xBD"));
  }
}

TEST_CASE("a value is decoded; what is no UTF-8 becomes U+FFFD") {
  const std::string bad = "\xEF\xBF\xBD";
  const DecodeCase rows[] = {
      {__LINE__, "", ""},
      {__LINE__, "plain+text", "plain+text"},
      {__LINE__, "DF%2028", "DF 28"},
      {__LINE__, "%c3%A4%e2%82%ac%F0%9F%98%80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
      {__LINE__, "%2525", "%25"},
      {__LINE__, "%00", "\0"s},
      // A percent sign that begins no escape is itself.
      {__LINE__, "%", "%"},
      {__LINE__, "%4", "%4"},
      {__LINE__, "%zz%41", "%zzA"},
      {__LINE__, "%%41", "%A"},
      {__LINE__, "100%", "100%"},
      // One U+FFFD for the longest part that could have begun a code point.
      {__LINE__, "%ff", bad},
      {__LINE__, "a%80%80b", "a" + bad + bad + "b"},
      {__LINE__, "%e2%82", bad},
      {__LINE__, "%e2%82x", bad + "x"},
      {__LINE__, "%e2%82%41", bad + "A"},
      {__LINE__, "%f0%9f%98%c3%a4", bad + "\xc3\xa4"},
      {__LINE__, "%c0%af", bad + bad},
      {__LINE__, "%ed%a0%80", bad + bad + bad},
      {__LINE__, "\xff", bad},
      {__LINE__, "\xc3%a4", "\xc3\xa4"},
  };
  for (const DecodeCase& row : rows) {
    CAPTURE(row.line);
    CHECK(decode(row.encoded) == row.decoded);
  }
}

TEST_CASE("a value that does not fit is cut between code points, and its whole length is told") {
  const std::string_view encoded = "a%c3%a4b%ff";  // 1, 2, 1 and 3 bytes
  const std::string whole = "a\xc3\xa4"s + "b\xEF\xBF\xBD";
  const std::size_t kept[] = {0, 1, 1, 3, 4, 4, 4, 7};
  for (std::size_t room = 0; room < std::size(kept); ++room) {
    CAPTURE(room);
    std::vector<char> out(room, '!');
    CHECK(decode_value(encoded, out) == 7);
    CHECK(std::string(out.data(), room) ==
          whole.substr(0, kept[room]) + std::string(room - kept[room], '!'));
  }
  // What is behind a code point that did not fit is left out, even if it would fit.
  std::vector<char> out(2, '!');
  CHECK(decode_value("a%c3%a4b", out) == 4);
  CHECK(std::string(out.data(), 2) == "a!");
}

TEST_CASE("a megabyte of escapes is decoded in linear time") {
  std::string encoded;
  for (int i = 0; i < 350'000; ++i) {
    encoded += "%e2%82";
  }
  CHECK(decode_value(encoded, {}) == 3 * 350'000);
}
