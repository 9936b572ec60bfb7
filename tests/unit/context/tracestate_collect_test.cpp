// Reading `tracestate` (W3C Trace Context Level 2): what a member is, what discards the list, and
// what is dropped when the list is too long.

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "context/tracestate.h"

namespace {

using namespace std::string_literals;
using afterglow::context::kTracestateCapacity;
using afterglow::context::TracestateCollector;

struct Collected {
  std::string text;
  bool discarded;
  bool truncated;
};

Collected collect(const std::vector<std::string>& lines,
                  std::size_t capacity = kTracestateCapacity) {
  std::vector<char> memory(capacity);  // exactly sized, so that the address sanitizer can tell
  TracestateCollector collector(memory);
  for (const std::string& line : lines) {
    collector.add_line(line);
  }
  return {std::string(collector.text()), collector.discarded(), collector.truncated()};
}

std::string repeated(char c, std::size_t count) {
  return std::string(count, c);
}

/// A member of exactly `length` characters.
std::string member_of_length(const std::string& key, std::size_t length) {
  return key + "=" + repeated('v', length - key.size() - 1);
}

/// `count` members "k0=v,k1=v,…", with `separator` between them.
std::string numbered(int count, const std::string& separator = ",") {
  std::string line;
  for (int i = 0; i < count; ++i) {
    line += (i == 0 ? "" : separator) + "k" + std::to_string(i) + "=v";
  }
  return line;
}

struct KeptCase {
  int line;
  std::vector<std::string> headers;
  std::string text;
};

struct DiscardedCase {
  int line;
  std::vector<std::string> headers;
};

}  // namespace

TEST_CASE("valid members are kept in order, normalised") {
  const std::string key256 = repeated('k', 256);
  const std::string value256 = repeated('v', 256);
  const KeptCase rows[] = {
      {__LINE__, {}, ""},
      {__LINE__, {"foo=1"}, "foo=1"},
      {__LINE__, {"foo=1,bar=2"}, "foo=1,bar=2"},
      // Several lines are one list (rule 23).
      {__LINE__, {"foo=1", "bar=2"}, "foo=1,bar=2"},
      {__LINE__, {"foo=1,bar=2", "rojo=1,congo=2", "baz=3"}, "foo=1,bar=2,rojo=1,congo=2,baz=3"},
      // Empty lines and members (rule 24).
      {__LINE__, {""}, ""},
      {__LINE__, {"", "", "foo=1"}, "foo=1"},
      {__LINE__, {"foo=1", ""}, "foo=1"},
      {__LINE__, {"foo=1,,bar=2"}, "foo=1,bar=2"},
      {__LINE__, {",foo=1, ,\t,bar=2,"}, "foo=1,bar=2"},
      {__LINE__, {","}, ""},
      {__LINE__, {" \t ,\t"}, ""},
      {__LINE__, {numbered(32, ",,")}, numbered(32)},
      // White space (rule 25).
      {__LINE__, {"foo=1 \t , \t bar=2, \t baz=3"}, "foo=1,bar=2,baz=3"},
      {__LINE__, {" foo=1", "\tbar=2\t"}, "foo=1,bar=2"},
      {__LINE__, {"foo= 1"}, "foo= 1"},
      {__LINE__, {"foo=a b  c , bar=2"}, "foo=a b  c,bar=2"},
      // Number of members (rule 26).
      {__LINE__, {numbered(32)}, numbered(32)},
      // Keys (rule 27).
      {__LINE__, {"z=1"}, "z=1"},
      {__LINE__, {"0=1,9=1"}, "0=1,9=1"},
      {__LINE__, {"a_-*/@b=1"}, "a_-*/@b=1"},
      {__LINE__, {"fw529a3039@dt=FfzzAA"}, "fw529a3039@dt=FfzzAA"},
      {__LINE__, {"a@b@c=1,d@=1,e@@=1"}, "a@b@c=1,d@=1,e@@=1"},
      {__LINE__, {key256 + "=1"}, key256 + "=1"},
      // Values (rule 29).
      {__LINE__, {"foo=" + value256}, "foo=" + value256},
      {__LINE__, {"foo=!\"#$%&'()*+-./:;<>?@[\\]^_`{|}~"}, "foo=!\"#$%&'()*+-./:;<>?@[\\]^_`{|}~"},
      // Duplicate keys stay (rule 30).
      {__LINE__, {"foo=1,foo=1"}, "foo=1,foo=1"},
      {__LINE__, {"foo=1,foo=2", "foo=3"}, "foo=1,foo=2,foo=3"},
  };
  for (const KeptCase& row : rows) {
    CAPTURE(row.line);
    const Collected result = collect(row.headers);
    CHECK(result.text == row.text);
    CHECK_FALSE(result.discarded);
    CHECK_FALSE(result.truncated);
  }
}

TEST_CASE("one invalid member discards the list") {
  const DiscardedCase rows[] = {
      // Number of members (rule 26): not 32 of them, not 33.
      {__LINE__, {numbered(33)}},
      {__LINE__, {numbered(32), "k32=v"}},
      {__LINE__, {numbered(16), numbered(17)}},
      // Keys (rules 27 and 28).
      {__LINE__, {repeated('k', 257) + "=1"}},
      {__LINE__, {"foo=1," + repeated('k', 257) + "=1"}},
      {__LINE__, {"=1"}},
      {__LINE__, {"foo"}},
      {__LINE__, {"foo=1,bar"}},
      {__LINE__, {"Foo=1"}},
      {__LINE__, {"fOo=1"}},
      {__LINE__, {"@foo=1"}},
      {__LINE__, {"_foo=1"}},
      {__LINE__, {"-foo=1"}},
      {__LINE__, {"*foo=1"}},
      {__LINE__, {"/foo=1"}},
      {__LINE__, {"foo =1"}},
      {__LINE__, {"foo\t=1"}},
      {__LINE__, {"foo bar=1"}},
      {__LINE__, {"foo.bar=1"}},
      {__LINE__, {"foo$=1"}},
      {__LINE__, {"fo\xc3\xb6=1"}},
      {__LINE__, {"foo\0=1"s}},
      // Values (rule 29).
      {__LINE__, {"foo=" + repeated('v', 257)}},
      {__LINE__, {"foo="}},
      {__LINE__, {"foo=  "}},
      {__LINE__, {"foo=bar=baz"}},
      {__LINE__, {"foo=,bar=3"}},
      {__LINE__, {"foo=a\tb"}},
      {__LINE__, {"foo=a\x7f"}},
      {__LINE__, {"foo=a\x1f"}},
      {__LINE__, {"foo=\xc3\xb6"}},
      {__LINE__, {"foo=\0"s}},
      {__LINE__, {"foo=a\0b"s}},
      {__LINE__, {"foo=1\r\nx-evil: 1"}},
      // The whole list goes, whatever is valid around it, in the same line or another.
      {__LINE__, {"foo=1,BAD=2,bar=3"}},
      {__LINE__, {"foo=1", "BAD=2", "bar=3"}},
      {__LINE__, {"BAD=2", numbered(32)}},
  };
  for (const DiscardedCase& row : rows) {
    CAPTURE(row.line);
    const Collected result = collect(row.headers);
    CHECK(result.text == "");
    CHECK(result.discarded);
  }
}

TEST_CASE("every byte is judged at every kind of place") {
  const std::string first = "abcdefghijklmnopqrstuvwxyz0123456789";
  const std::string other = first + "_-*/@";
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool is_printable = i >= 0x21 && i <= 0x7e && c != '=' && c != ',';
    const bool is_inner_blank = c == ' ';
    CAPTURE(i);
    // Two bytes of a kind do not make a key or a separator: "a<c>b=1" keeps its one '='.
    CHECK(collect({"x=1,"s + c + "a=1"}).discarded ==
          (first.find(c) == std::string::npos && c != ' ' && c != '\t' && c != ','));
    CHECK(collect({"a"s + c + "b=1"}).discarded == (other.find(c) == std::string::npos));
    CHECK(collect({"a=x"s + c + "y"}).discarded == !(is_printable || is_inner_blank));
  }
}

TEST_CASE("a list that fits to the byte is kept, one byte more drops a member") {
  const std::string exact = member_of_length("a", 128) + "," + member_of_length("b", 128) + "," +
                            member_of_length("c", 128) + "," + member_of_length("d", 125);
  REQUIRE(exact.size() == 512);
  CHECK(collect({exact}).text == exact);
  CHECK_FALSE(collect({exact}).truncated);

  const Collected longer = collect({exact + "v"});
  CHECK(longer.text == exact.substr(0, exact.rfind(',')));
  CHECK(longer.truncated);
  CHECK_FALSE(longer.discarded);
}

TEST_CASE("members above 128 characters are the first to go") {
  const std::string a200 = member_of_length("a", 200);
  const std::string b200 = member_of_length("b", 200);
  const std::string c128 = member_of_length("c", 128);
  const std::string d129 = member_of_length("d", 129);
  const std::string e100 = member_of_length("e", 100);
  const std::string f200 = member_of_length("f", 200);

  // A large newcomer that does not fit goes, and what follows it can stay.
  CHECK(collect({a200 + "," + b200 + "," + f200 + "," + e100}).text ==
        a200 + "," + b200 + "," + e100);
  // A small newcomer takes the place of the last large member: first, in the middle, at the end.
  CHECK(collect({a200 + "," + b200 + "," + c128}).text == a200 + "," + c128);
  CHECK(collect({b200 + "," + c128 + "," + e100 + "," + member_of_length("g", 100)}).text ==
        c128 + "," + e100 + "," + member_of_length("g", 100));
  CHECK(collect({c128 + "," + b200 + "," + e100 + "," + member_of_length("g", 100)}).text ==
        c128 + "," + e100 + "," + member_of_length("g", 100));
  // 129 is large, 128 is not.
  const std::string others =
      e100 + "," + member_of_length("g", 100) + "," + member_of_length("h", 100);
  CHECK(collect({d129 + "," + others + "," + member_of_length("i", 100)}).text ==
        others + "," + member_of_length("i", 100));
  CHECK(collect({c128 + "," + others + "," + member_of_length("i", 100)}).text ==
        c128 + "," + others);
  // From the end: nothing behind a dropped member overtakes it.
  CHECK(collect({c128 + "," + others + "," + member_of_length("i", 100) + ",j=1"}).text ==
        c128 + "," + others);
  CHECK(collect({a200 + "," + b200 + "," + f200 + "," + d129 + ",j=1"}).text ==
        a200 + "," + b200 + ",j=1");
}

TEST_CASE("a member that was dropped for size still counts and can still be invalid") {
  const std::string large = member_of_length("a", 513);
  REQUIRE(large.size() == 513);
  CHECK(collect({repeated('a', 256) + "=" + repeated('v', 256)}).truncated);
  CHECK_FALSE(collect({repeated('a', 256) + "=" + repeated('v', 256)}).discarded);

  std::string list;
  for (int i = 0; i < 32; ++i) {
    list += member_of_length("a", 200) + ",";
  }
  CHECK_FALSE(collect({list}).discarded);
  CHECK(collect({list}).text == member_of_length("a", 200) + "," + member_of_length("a", 200));
  CHECK(collect({list, "b=1"}).discarded);
  CHECK(collect({list}, 100).truncated);
  CHECK(collect({list}, 100).text == "");
}

TEST_CASE("hostile lines end quickly and leave nothing") {
  CHECK(collect({numbered(10'000)}).discarded);
  CHECK(collect({repeated('a', 100'000)}).discarded);
  CHECK(collect({"a=" + repeated('b', 1'000'000)}).discarded);
  CHECK(collect({repeated('=', 1'000'000)}).discarded);
  CHECK(collect({repeated('\0', 1'000'000)}).discarded);
  CHECK(collect({repeated(' ', 1'000'000)}).text == "");
  CHECK(collect({repeated(',', 1'000'000) + "a=1"}).text == "a=1");
  const std::string blanks = repeated(' ', 500'000);
  CHECK(collect({blanks + "a=1" + blanks, "b=1"}).text == "a=1,b=1");
  CHECK(collect({"a=1" + blanks + "x"}).discarded);
  CHECK(collect(std::vector<std::string>(10'000, "a=1")).discarded);
  CHECK(collect(std::vector<std::string>(10'000, "")).text == "");
}

TEST_CASE("no memory keeps nothing and harms nothing") {
  CHECK(collect({"foo=1,bar=2"}, 0).text == "");
  CHECK(collect({"foo=1,bar=2"}, 0).truncated);
  CHECK(collect({"foo=1,bar=2"}, 5).text == "foo=1");
  CHECK(collect({"BAD=1"}, 0).discarded);
}
