// Writing one member of `tracestate` (W3C Trace Context Level 2).

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "context/tracestate.h"

namespace {

using namespace std::string_literals;
using afterglow::context::kTracestateCapacity;
using afterglow::context::set_member;

std::string set(const std::string& list, const std::string& key, const std::string& value,
                std::size_t capacity = kTracestateCapacity) {
  std::vector<char> out(capacity);
  const std::size_t length = set_member(list, key, value, out);
  REQUIRE(length <= capacity);
  return std::string(out.data(), length);
}

std::string numbered(int first, int last) {
  std::string list;
  for (int i = first; i <= last; ++i) {
    list += (i == first ? "k" : ",k") + std::to_string(i) + "=v";
  }
  return list;
}

struct SetCase {
  int line;
  std::string list;
  std::string key;
  std::string value;
  std::string result;
};

}  // namespace

TEST_CASE("a member that is set comes first, once, and the others keep their order") {
  const SetCase rows[] = {
      {__LINE__, "", "ot", "th:8", "ot=th:8"},
      {__LINE__, "a=1", "ot", "th:8", "ot=th:8,a=1"},
      {__LINE__, "a=1,b=2,c=3", "ot", "th:8", "ot=th:8,a=1,b=2,c=3"},
      // An update moves left and the key is not there twice.
      {__LINE__, "ot=th:8", "ot", "th:c", "ot=th:c"},
      {__LINE__, "ot=th:8,a=1", "ot", "th:c", "ot=th:c,a=1"},
      {__LINE__, "a=1,ot=th:8,b=2", "ot", "th:c", "ot=th:c,a=1,b=2"},
      {__LINE__, "a=1,b=2,ot=th:8", "ot", "th:c", "ot=th:c,a=1,b=2"},
      {__LINE__, "ot=1,a=1,ot=2,b=2,ot=3", "ot", "th:c", "ot=th:c,a=1,b=2"},
      // A key is a whole key, and no value.
      {__LINE__, "o=1,ott=2,xot=3,a=ot", "ot", "v", "ot=v,o=1,ott=2,xot=3,a=ot"},
      {__LINE__, "ott=2", "o", "v", "o=v,ott=2"},
      // The list is normalised on the way.
      {__LINE__, " a=1 ,, b=2\t,", "ot", "v", "ot=v,a=1,b=2"},
      {__LINE__, "a=1", "ot", " v", "ot= v,a=1"},
  };
  for (const SetCase& row : rows) {
    CAPTURE(row.line);
    CHECK(set(row.list, row.key, row.value) == row.result);
  }
}

TEST_CASE("a full list drops its last member") {
  CHECK(set(numbered(1, 31), "ot", "v") == "ot=v," + numbered(1, 31));
  CHECK(set(numbered(1, 32), "ot", "v") == "ot=v," + numbered(1, 31));
  // No need to, when the key is there already.
  CHECK(set(numbered(1, 32), "k32", "w") == "k32=w," + numbered(1, 31));
  CHECK(set(numbered(1, 32), "k1", "w") == "k1=w," + numbered(2, 32));
}

TEST_CASE("an invalid key or value leaves the list as it is") {
  const std::string key257(257, 'k');
  const std::string value257(257, 'v');
  const SetCase rows[] = {
      {__LINE__, "a=1,b=2", "", "v", ""},        {__LINE__, "a=1,b=2", "OT", "v", ""},
      {__LINE__, "a=1,b=2", "@ot", "v", ""},     {__LINE__, "a=1,b=2", "o t", "v", ""},
      {__LINE__, "a=1,b=2", "a=1,b", "v", ""},   {__LINE__, "a=1,b=2", "ot=", "v", ""},
      {__LINE__, "a=1,b=2", key257, "v", ""},    {__LINE__, "a=1,b=2", "ot\0"s, "v", ""},
      {__LINE__, "a=1,b=2", "ot", "", ""},       {__LINE__, "a=1,b=2", "ot", "v ", ""},
      {__LINE__, "a=1,b=2", "ot", "a,b", ""},    {__LINE__, "a=1,b=2", "ot", "a=b", ""},
      {__LINE__, "a=1,b=2", "ot", value257, ""}, {__LINE__, "a=1,b=2", "ot", "a\r\nb", ""},
      {__LINE__, "a=1,b=2", "ot", "\0"s, ""},    {__LINE__, "a=1,b=2", "ot", "\xc3\xb6", ""},
  };
  for (const SetCase& row : rows) {
    CAPTURE(row.line);
    CHECK(set(row.list, row.key, row.value) == row.list);
    CHECK(set("", row.key, row.value) == "");
    CHECK(set(numbered(1, 32), row.key, row.value) == numbered(1, 32));
  }
}

TEST_CASE("an invalid list counts as empty") {
  CHECK(set("a=1,BAD=2", "ot", "v") == "ot=v");
  CHECK(set("=1,a=1", "ot", "v") == "ot=v");
  CHECK(set(numbered(1, 33), "ot", "v") == "ot=v");
  CHECK(set(numbered(1, 32) + ",BAD=1", "ot", "v") == "ot=v");
  CHECK(set("a=1,=x", "", "v") == "");
  CHECK(set("a=1\r\nx-evil: 1", "ot", "v") == "ot=v");
  CHECK(set(std::string(1'000'000, 'a'), "ot", "v") == "ot=v");
  CHECK(set(std::string(1'000'000, ',') + "a=1", "ot", "v") == "ot=v,a=1");
}

TEST_CASE("a list that grows too long loses whole members, the large ones first") {
  const std::string a100 = "a=" + std::string(98, 'v');
  const std::string b200 = "b=" + std::string(198, 'v');
  const std::string c200 = "c=" + std::string(198, 'v');
  REQUIRE((a100 + "," + b200 + "," + c200).size() == 502);
  const std::string list = a100 + "," + b200 + "," + c200;
  CHECK(set(list, "ot", "123456") == "ot=123456," + list);
  CHECK(set(list, "ot", "1234567") == "ot=1234567," + a100 + "," + b200);
  CHECK(set(b200 + "," + c200 + "," + a100, "ot", "1234567") == "ot=1234567," + b200 + "," + a100);
  // Also the own member, when it is the large one.
  CHECK(set(a100, "ot", std::string(200, 'v'), 256) == a100);
}

TEST_CASE("the longest key and value fit") {
  const std::string key(256, 'k');
  const std::string value(256, 'v');
  CHECK(set("a=1", key, value, 517) == key + "=" + value + ",a=1");
  CHECK(set("a=1", key, value) == "a=1");
  CHECK(set("a=1", "ot", "v", 0) == "");
}
