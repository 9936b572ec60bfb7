// Reading `baggage` (W3C Baggage): what a member is, what is ignored, what is dropped when there is
// too much of it, and the members of what was kept.

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "context/baggage.h"

namespace {

using namespace std::string_literals;
using namespace afterglow::context;

struct Collected {
  std::string text;
  unsigned invalid;
  unsigned dropped;
};

Collected collect(const std::vector<std::string>& lines, std::size_t capacity = kBaggageCapacity) {
  std::vector<char> memory(capacity);  // exactly sized, so that the address sanitizer can tell
  BaggageCollector collector(memory);
  for (const std::string& line : lines) {
    collector.add_line(line);
  }
  return {std::string(collector.text()), collector.invalid(), collector.dropped()};
}

bool is_kept(const std::string& member) {
  const Collected result = collect({member});
  CHECK(result.dropped == 0);
  CHECK(result.invalid == (result.text.empty() ? 1 : 0));
  return result.text == member;
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string result;
  for (; times != 0; --times) {
    result += text;
  }
  return result;
}

struct CollectCase {
  int line;
  std::vector<std::string> headers;
  std::string text;
  unsigned invalid;
};

}  // namespace

TEST_CASE("a key is made of the characters of a token, a value of those of a value") {
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const char c = static_cast<char>(byte);
    const bool is_graphic = byte > 0x20 && byte < 0x7f;
    const bool in_token = is_graphic && "\"(),/:;<=>?@[\\]{}"s.find(c) == std::string::npos;
    const bool in_value = is_graphic && "\",;\\"s.find(c) == std::string::npos;
    CHECK(is_baggage_key("k"s + c + "k") == in_token);
    CHECK(is_baggage_key(std::string(1, c)) == in_token);
    if (c != ',' && c != '=') {
      CHECK(is_kept("k"s + c + "k=v") == in_token);
    }
    if (c != ',' && c != ';') {
      CHECK(is_kept("k=v"s + c + "v") == in_value);
      CHECK(is_kept("k=v;p=v"s + c + "v") == in_value);
    }
    if (c != ',' && c != ';' && c != '=') {
      CHECK(is_kept("k=v;p"s + c + "p") == in_token);
    }
  }
  CHECK_FALSE(is_baggage_key(""));
}

TEST_CASE("lines are combined, normalised and judged member by member") {
  const CollectCase rows[] = {
      {__LINE__, {}, "", 0},
      {__LINE__, {""}, "", 0},
      {__LINE__, {" \t,, ,"}, "", 0},
      {__LINE__, {"a=1"}, "a=1", 0},
      {__LINE__, {"a=1,b=2", "", "c=3"}, "a=1,b=2,c=3", 0},
      {__LINE__, {" a\t= 1 ; p = x\t;q ,\tb =2 "}, "a=1;p=x;q,b=2", 0},
      {__LINE__, {"a=,b=;p,c=;p="}, "a=,b=;p,c=;p=", 0},
      {__LINE__, {"a==,b=c=d"}, "a==,b=c=d", 0},
      {__LINE__, {"a=1,a=2,b=3,a=4"}, "a=1,a=2,b=3,a=4", 0},
      {__LINE__, {"a=%,b=%4,c=%zz,d=%00%ff"}, "a=%,b=%4,c=%zz,d=%00%ff", 0},
      // Ignored alone, wherever it stands.
      {__LINE__, {"a,b=2,c=3"}, "b=2,c=3", 1},
      {__LINE__, {"b=2,a,c=3"}, "b=2,c=3", 1},
      {__LINE__, {"b=2,c=3,a"}, "b=2,c=3", 1},
      {__LINE__, {"a", "b=2", "=", "c=3", "d e=4"}, "b=2,c=3", 3},
      // Half a member that was written before its mistake was seen leaves nothing.
      {__LINE__, {"a=1;good;b d,b=2"}, "b=2", 1},
      {__LINE__, {"x=0,a=1;good=1;\",b=2"}, "x=0,b=2", 1},
      // A list does not go on behind a line.
      {__LINE__, {"a", "=1"}, "", 2},
      {__LINE__, {"a=1;", "p"}, "", 2},
  };
  for (const CollectCase& row : rows) {
    CAPTURE(row.line);
    const Collected result = collect(row.headers);
    CHECK(result.text == row.text);
    CHECK(result.invalid == row.invalid);
    CHECK(result.dropped == 0);
  }
}

TEST_CASE("beyond the capacity whole members are dropped, with all behind the first") {
  CHECK(collect({"a=1,b=2,c=3"}, 11).text == "a=1,b=2,c=3");
  CHECK(collect({"a=1,b=2,c=3"}, 11).dropped == 0);
  CHECK(collect({"a=1,b=2,c=3"}, 10).text == "a=1,b=2");
  CHECK(collect({"a=1,b=2,c=3"}, 10).dropped == 1);
  CHECK(collect({"a=1,b=2", "c=3"}, 10).text == "a=1,b=2");
  // A later member that would fit is dropped too, an invalid one is not counted among them.
  const Collected result = collect({"a=1,b=long,c=3,bad", "d=4"}, 7);
  CHECK(result.text == "a=1");
  CHECK(result.dropped == 3);
  CHECK(result.invalid == 1);
  // White space does not take room.
  CHECK(collect({"a =  1 ; p ,  b=2"}, 9).text == "a=1;p,b=2");
  CHECK(collect({"a=1,bad"}, 0).dropped == 1);
  CHECK(collect({"a=1,bad"}, 0).invalid == 1);
  CHECK(collect({"a=1"}, 2).text == "");
}

TEST_CASE("the budget is 8,192 bytes, however much memory is lent, and in however many members") {
  const std::string most = "a=" + std::string(8190, 'v');
  CHECK(collect({most}).text == most);
  CHECK(collect({most}, 100'000).text == most);
  CHECK(collect({most + "v"}, 100'000).text == "");
  CHECK(collect({most + "v"}, 100'000).dropped == 1);
  const Collected many = collect({repeated("a=1,", 10'000)}, 100'000);
  CHECK(many.text == repeated("a=1,", 2047) + "a=1");
  CHECK(many.dropped == 10'000 - 2048);
}

TEST_CASE("lines of hostile length are read in linear time, without harm") {
  CHECK(collect({std::string(1'000'000, 'a')}).invalid == 1);
  CHECK(collect({"a=" + std::string(1'000'000, 'a')}).dropped == 1);
  CHECK(collect({std::string(1'000'000, '=')}).invalid == 1);
  CHECK(collect({"a" + std::string(1'000'000, '=')}).dropped == 1);
  CHECK(collect({"a=1" + std::string(1'000'000, ';')}).invalid == 1);
  CHECK(collect({"a=1" + repeated(";p", 500'000)}).dropped == 1);
  CHECK(collect({"a=1" + repeated(";p", 500'000) + ";"}).invalid == 1);
  CHECK(collect({std::string(1'000'000, '\0')}).invalid == 1);
  CHECK(collect({std::string(1'000'000, ' ')}).text == "");
  CHECK(collect({std::string(1'000'000, ',') + "a=1"}).text == "a=1");
  CHECK(collect({repeated("a,", 500'000) + "b=2"}).invalid == 500'000);
  CHECK(collect({repeated(" ", 500'000) + "a" + repeated(" ", 500'000) + "=1"}).text == "a=1");
  CHECK(collect(std::vector<std::string>(10'000, "a")).invalid == 10'000);
}

TEST_CASE("the members of a text are taken one by one, each part as on the wire") {
  std::string_view rest = "a=1,b==%20;p;q=2,c=,d=;p";
  const BaggageMember expected[] = {
      {"a", "1", ""}, {"b", "=%20", "p;q=2"}, {"c", "", ""}, {"d", "", "p"}};
  for (const BaggageMember& member : expected) {
    BaggageMember out{"x", "x", "x"};
    REQUIRE(next_member(rest, out));
    CHECK(out.key == member.key);
    CHECK(out.value == member.value);
    CHECK(out.properties == member.properties);
  }
  BaggageMember out{"x", "y", "z"};
  CHECK_FALSE(next_member(rest, out));
  CHECK(out.key == "x");
}

TEST_CASE("the last member of a key is found") {
  const std::string text = "a=1,b=2;p,a=3,ab=4,c=a";
  BaggageMember out;
  REQUIRE(find_member(text, "a", out));
  CHECK(out.value == "3");
  REQUIRE(find_member(text, "b", out));
  CHECK(out.value == "2");
  CHECK(out.properties == "p");
  REQUIRE(find_member(text, "ab", out));
  CHECK(out.value == "4");
  for (const std::string_view key : {"", "A", "p", "abc", "2", "a=1"}) {
    CAPTURE(key);
    CHECK_FALSE(find_member(text, key, out));
    CHECK(out.value == "4");
  }
  CHECK_FALSE(find_member("", "", out));
}
