// The `ot` member of `tracestate`: read, changed, and never harmful.

#include "context/ot_state.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "context/tracestate.h"

namespace {

using namespace afterglow;
using namespace afterglow::context;

constexpr std::uint64_t kWhole = std::uint64_t{1} << 56U;
constexpr ThresholdChange kErase = ThresholdChange::erase();
constexpr ThresholdChange kKeep = ThresholdChange::keep();

ThresholdChange set(std::uint64_t value) {
  return ThresholdChange::set(value);
}

std::string ot(const std::string& old, ThresholdChange change, std::size_t capacity = kOtCapacity) {
  std::vector<char> out(capacity);
  const std::size_t length = write_ot(old, change, out);
  REQUIRE(length <= capacity);
  return {out.data(), length};
}

std::string list(const std::string& old, ThresholdChange change) {
  char out[kTracestateCapacity];
  const std::size_t length = set_threshold(old, change, out);
  REQUIRE(length <= sizeof(out));
  return {out, length};
}

struct ThresholdCase {
  const char* text;
  std::uint64_t value;
};

TEST_CASE("th is up to fourteen digits with the zeros of the right implied") {
  const ThresholdCase rows[] = {
      {"0", 0},
      {"8", kWhole / 2},
      {"c", kWhole / 4 * 3},
      {"e666", 0xe6660000000000},
      {"fd70a", 0xfd70a000000000},
      {"fffff", 0xfffff000000000},
      {"ffffffffffffff", kWhole - 1},
      {"00000000000001", 1},
      {"0123456789abcd", 0x0123456789abcd},
  };
  for (const ThresholdCase& row : rows) {
    CAPTURE(row.text);
    const OtState state = parse_ot(std::string("th:") + row.text);
    CHECK(state.has_threshold);
    CHECK(state.threshold == row.value);
    CHECK_FALSE(state.has_random);
    CHECK(ot("", set(row.value)) == std::string("th:") + row.text);
    CHECK(ot(std::string("th:") + row.text, kKeep) == std::string("th:") + row.text);
  }
  CHECK(parse_ot("th:80").threshold == kWhole / 2);
  CHECK(parse_ot("th:00000000000000").has_threshold);
}

TEST_CASE("a malformed th is none, and any change erases it") {
  for (const char* text :
       {"", "E666", "g", "0x8", "8 8", "-1", "+1", "8.", "000000000000000", "fffffffffffffff"}) {
    CAPTURE(text);
    const std::string value = std::string("a:1;th:") + text + ";b:2";
    CHECK_FALSE(parse_ot(value).has_threshold);
    CHECK(parse_ot(value).threshold == 0);
    CHECK(ot(value, kKeep) == "a:1;b:2");
    CHECK(ot(value, kErase) == "a:1;b:2");
    CHECK(ot(value, set(0)) == "th:0;a:1;b:2");
  }
  CHECK_FALSE(parse_ot("th").has_threshold);
  CHECK_FALSE(parse_ot("th:8;th:8").has_threshold);  // which one?
  CHECK_FALSE(parse_ot("th:8;th:8;th:8").has_threshold);
  CHECK(parse_ot("th:8;th:8").threshold == 0);
  CHECK_FALSE(parse_ot("xth:8").has_threshold);
  CHECK_FALSE(parse_ot("th2:8").has_threshold);
  CHECK(ot("th:8;a:1;th:4", kKeep) == "a:1");
  CHECK(parse_ot("th:8 ").threshold == kWhole / 2);  // white space at the end of a sub-key
}

TEST_CASE("rv is exactly fourteen lower-case digits, and is never written over") {
  const OtState state = parse_ot("rv:0123456789abcd;th:8");
  CHECK((state.has_random && state.has_threshold));
  CHECK(state.random == 0x0123456789abcd);
  CHECK(parse_ot("rv:00000000000000").has_random);
  CHECK(parse_ot("rv:ffffffffffffff").random == kWhole - 1);
  for (const char* text : {"", "0", "0123456789abc", "0123456789abcde", "0123456789abcD",
                           "0123456789abcg", "0123456789ab d", "0123456789abcd0123456789abcd"}) {
    CAPTURE(text);
    const std::string value = std::string("rv:") + text;
    CHECK_FALSE(parse_ot(value).has_random);
    CHECK(parse_ot(value).random == 0);
    CHECK(ot(value, set(0)) == "th:0;" + value);
  }
  CHECK_FALSE(parse_ot("rv:0123456789abcd;rv:0123456789abce").has_random);
  CHECK(parse_ot("rv:0123456789abcd;rv:0123456789abce").random == 0);
  for (const ThresholdChange change : {kKeep, kErase}) {
    CHECK(ot("rv:0123456789abcd", change) == "rv:0123456789abcd");
  }
}

TEST_CASE("th comes first and the others keep their order") {
  CHECK(ot("", kErase).empty());
  CHECK(ot("", kKeep).empty());
  CHECK(ot("th:8", kErase).empty());
  CHECK(ot("a:1;rv:0123456789abcd;b:2", set(kWhole / 2)) == "th:8;a:1;rv:0123456789abcd;b:2");
  CHECK(ot("a:1;th:c;b:2", set(kWhole / 2)) == "th:8;a:1;b:2");
  CHECK(ot("a:1;th:c;b:2", kErase) == "a:1;b:2");
  CHECK(ot("a:1;th:c;b:2", kKeep) == "th:c;a:1;b:2");
  CHECK(ot("garbage;:;=;a:b:c", set(0)) == "th:0;garbage;:;=;a:b:c");
  CHECK(ot(";;a:1;;b:2;", kErase) == "a:1;b:2");
  CHECK(ot("a:1 ;th:8", kErase) == "a:1");  // a member may not end in a space
  CHECK(ot(" ; ;a: 1", kErase) == "a: 1");
  CHECK(ot("th:8;a:1", set(kWhole)) == "a:1");  // 2^56 keeps nothing and cannot travel
  CHECK(ot("th:8;a:1", set(~std::uint64_t{0})) == "a:1");
}

TEST_CASE("beyond 256 characters unknown sub-keys go, from the end") {
  const std::string long_key = "x:" + std::string(200, 'x');
  const std::string exact = "th:8;" + long_key + ";b:" + std::string(256 - 5 - 202 - 3, 'b');
  CHECK(ot(exact, kKeep).size() == 256);
  CHECK(ot(exact, kKeep) == exact);
  CHECK(ot(exact + "b", kKeep, 512) == "th:8;" + long_key);  // however much memory there is
  CHECK(ot(exact + "b", kKeep) == "th:8;" + long_key);
  CHECK(ot(exact + "b;c:1", kKeep) == "th:8;" + long_key);  // not the one in the middle alone
  // The randomness stays, wherever it stands.
  const std::string rv = "rv:0123456789abcd";
  CHECK(ot("x:" + std::string(230, 'x') + ";" + rv, set(0xfd70a000000000)) == "th:fd70a;" + rv);
  CHECK(ot(rv + ";x:" + std::string(230, 'x'), set(0xfd70a000000000)) == "th:fd70a;" + rv);
  const std::string fits = "x:" + std::string(256 - 5 - 2 - 18, 'x') + ";" + rv;
  CHECK(ot(fits, set(kWhole / 2)) == "th:8;" + fits);
  CHECK(ot("x" + fits, set(kWhole / 2)) == "th:8;" + rv);
  const std::string behind = rv + ";x:" + std::string(256 - 5 - 17 - 3, 'x');
  CHECK(ot(behind, set(kWhole / 2)) == "th:8;" + behind);
  CHECK(ot(behind + "x", set(kWhole / 2)) == "th:8;" + rv);
  // A malformed one is like any other.
  CHECK(ot("x:" + std::string(250, 'x') + ";rv:1", set(0)) == "th:0");
  for (std::size_t capacity = 0; capacity < 40; ++capacity) {
    CHECK(ot("a:1;" + rv + ";b:2", set(kWhole - 1), capacity).size() <= capacity);
  }
}

struct ListCase {
  int line;
  std::string before;
  ThresholdChange change;
  std::string after;
};

TEST_CASE("a whole tracestate is changed in its ot member only") {
  const ListCase rows[] = {
      {__LINE__, "", set(0), "ot=th:0"},
      {__LINE__, "a=1,b=2", set(kWhole / 2), "ot=th:8,a=1,b=2"},
      {__LINE__, "a=1,ot=th:8;x:1,b=2", set(0), "ot=th:0;x:1,a=1,b=2"},
      {__LINE__, "a=1,ot=th:8,b=2", kErase, "a=1,b=2"},
      {__LINE__, "ot=th:8", kErase, ""},
      {__LINE__, "a=1,ot=th:8;x:1,b=2", kErase, "ot=x:1,a=1,b=2"},
      // What stays the same stays where it is.
      {__LINE__, "a=1,ot=th:8,b=2", set(kWhole / 2), "a=1,ot=th:8,b=2"},
      {__LINE__, "a=1,ot=x:1,b=2", kErase, "a=1,ot=x:1,b=2"},
      {__LINE__, "a=1,ot=rv:0123456789abcd", kErase, "a=1,ot=rv:0123456789abcd"},
      {__LINE__, "a=1,b=2", kErase, "a=1,b=2"},
      {__LINE__, "a=1,ot=th:c,b=2", kKeep, "a=1,ot=th:c,b=2"},
      {__LINE__, "a=1,ot=th:C,b=2", kKeep, "a=1,b=2"},
      {__LINE__, "", kErase, ""},
      // Other keys and values that look alike.
      {__LINE__, "ott=th:8,xot=th:8,a=ot", kErase, "ott=th:8,xot=th:8,a=ot"},
      // A second member goes, so that no th hides in it.
      {__LINE__, "ot=x:1,a=1,ot=th:8", kErase, "ot=x:1,a=1"},
      {__LINE__, "ot=th:8,ot=th:c", kErase, ""},
      {__LINE__, "ot=th:8,ot=th:c", set(kWhole / 2), "ot=th:8"},
      {__LINE__, "a=1,ot=th:8", set(kWhole), "a=1"},
  };
  for (const ListCase& row : rows) {
    CAPTURE(row.line);
    CHECK(list(row.before, row.change) == row.after);
  }
}

TEST_CASE("reading a whole tracestate") {
  CHECK(read_ot("a=1, ot=th:8 ,b=2").threshold == kWhole / 2);
  CHECK(read_ot("ot=th:8,ot=th:c").threshold == kWhole / 2);
  CHECK_FALSE(read_ot("ott=th:8,a=ot").has_threshold);
  CHECK_FALSE(read_ot("").has_threshold);
  CHECK(find_member("a=1,b=2", "b") == "2");
  CHECK(find_member("a=1,b=2", "c").empty());
  char out[kTracestateCapacity];
  CHECK(std::string(out, remove_member("a=1,b=2,a=3", "a", out)) == "b=2");
  CHECK(remove_member("a=1", "a", out) == 0);
  CHECK(remove_member("a=1,B", "b", out) == 0);  // an invalid list counts as empty
}

TEST_CASE("32 members: setting drops the last, erasing none") {
  std::string full = "m0=v";
  for (int i = 1; i < 32; ++i) {
    full += ",m" + std::to_string(i) + "=v";
  }
  CHECK(list(full, kErase) == full);
  char out[kTracestateCapacity];
  CHECK(std::string(out, remove_member(full, "z", out)) == full);
  const std::string set_list = list(full, set(0));
  CHECK(set_list == "ot=th:0," + full.substr(0, full.rfind(',')));
}

TEST_CASE("whatever came, what goes out is a valid tracestate that says what was asked") {
  constexpr unsigned kSeed = 4711;
  std::mt19937_64 random(kSeed);
  const char* const parts[] = {
      "ot=", "th:", "rv:", "8",       "e666",           ";",    ":",   ",", "=", "a=1,", "x:1",
      " ",   "T",   "\t",  "ot=th:8", "0123456789abcd", "\x7f", "\xc3"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::uint64_t i = random() % 12; i != 0; --i) {
      text += parts[random() % std::size(parts)];
    }
    const std::uint64_t value = random() % kWhole;
    const bool sets = random() % 2 == 0;
    const std::string after = list(text, sets ? set(value) : kErase);
    char memory[kTracestateCapacity];
    TracestateCollector check(memory);
    check.add_line(after);
    CHECK_MESSAGE(!check.discarded(), text);
    CHECK(check.text() == after);
    TracestateCollector before(memory);
    before.add_line(text);
    if (!before.discarded()) {
      CHECK_MESSAGE(read_ot(after).has_threshold == sets, text);
      CHECK_MESSAGE(read_ot(after).threshold == (sets ? value : 0), text);
    }
  }
}

}  // namespace
