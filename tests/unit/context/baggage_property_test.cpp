// Random baggage, good and bad, from a fixed seed: the collector and the edits must say what the
// oracle says, and what they write must stay as it is when it is read again.

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "baggage_oracle.h"
#include "context/baggage.h"
#include "numbers.h"

namespace {

using namespace afterglow::context;
namespace oracle = baggage_oracle;

constexpr int kRounds = 20'000;

std::string random_text(Numbers& numbers, std::string_view choices, std::size_t longest) {
  std::string text;
  for (std::size_t left = numbers.below(longest + 1); left != 0; --left) {
    text += numbers.of(choices);
  }
  return text;
}

std::string blank(Numbers& numbers) {
  return numbers.one_in(4) ? random_text(numbers, " \t", 2) : "";
}

std::string random_pair(Numbers& numbers) {
  const std::string key = numbers.of("abcXY") + random_text(numbers, "ab!#~", 2);
  if (numbers.one_in(3))
    return blank(numbers) + key + blank(numbers);
  return blank(numbers) + key + blank(numbers) + "=" + blank(numbers) +
         random_text(numbers, "abz019%2=:/", 12) + blank(numbers);
}

/// Mostly a valid member, sometimes with one byte spoilt.
std::string random_member(Numbers& numbers) {
  std::string member = random_pair(numbers) + (numbers.one_in(4) ? "" : "=1");
  while (numbers.one_in(3)) {
    member += ";" + random_pair(numbers);
  }
  if (numbers.one_in(8))
    member[numbers.below(member.size())] = static_cast<char>(numbers.below(256));
  return numbers.one_in(10) ? blank(numbers) : member;
}

oracle::Texts random_lines(Numbers& numbers) {
  oracle::Texts lines(1 + numbers.below(3));
  for (std::string& line : lines) {
    for (std::size_t left = numbers.below(6); left != 0; --left) {
      line += (line.empty() ? "" : ",") + random_member(numbers);
    }
  }
  return lines;
}

oracle::Collected collect(const oracle::Texts& lines, std::size_t capacity) {
  std::vector<char> memory(capacity);
  BaggageCollector collector(memory);
  for (const std::string& line : lines) {
    collector.add_line(line);
  }
  return {std::string(collector.text()), collector.invalid(), collector.dropped()};
}

}  // namespace

TEST_CASE("the baggage collector agrees with the oracle, and its output is stable") {
  Numbers numbers(3);
  int kept = 0;
  int invalid = 0;
  int dropped = 0;
  for (int round = 0; round < kRounds; ++round) {
    const oracle::Texts lines = random_lines(numbers);
    const std::size_t capacity = numbers.one_in(3) ? numbers.below(100) : kBaggageCapacity;
    CAPTURE(round);
    const oracle::Collected expected = oracle::collect(lines, capacity);
    const oracle::Collected actual = collect(lines, capacity);
    REQUIRE(actual.text == expected.text);
    REQUIRE(actual.invalid == expected.invalid);
    REQUIRE(actual.dropped == expected.dropped);
    REQUIRE(collect({actual.text}, capacity).text == actual.text);
    kept += actual.text.empty() ? 0 : 1;
    invalid += actual.invalid != 0 ? 1 : 0;
    dropped += actual.dropped != 0 ? 1 : 0;
  }
  CHECK(kept > kRounds / 2);  // the inputs are worth the name
  CHECK(invalid > kRounds / 4);
  CHECK(dropped > kRounds / 20);
}

TEST_CASE("members that are added are found, and removed they are gone") {
  Numbers numbers(4);
  for (int round = 0; round < kRounds; ++round) {
    const std::string text = collect(random_lines(numbers), kBaggageCapacity).text;
    const std::string key(1, numbers.of("abc"));
    const std::string value = random_text(numbers, "ab %,;=\"\\\x7f\xc3\xa4", 8);
    CAPTURE(round);
    std::vector<char> memory(text.begin(), text.end());
    memory.resize(text.size() + 64);
    std::size_t length = append_member(memory, text.size(), key, value, "");
    const std::string longer(memory.data(), length);
    REQUIRE(longer == text + (text.empty() ? "" : ",") + key + "=" + oracle::encode(value));
    REQUIRE(collect({longer}, kBaggageCapacity).text == longer);
    BaggageMember found;
    REQUIRE(find_member(longer, key, found));
    REQUIRE(found.value == oracle::encode(value));
    length = remove_member(memory, length, key);
    REQUIRE(std::string(memory.data(), length) == oracle::remove(longer, key));
    REQUIRE_FALSE(find_member({memory.data(), length}, key, found));
  }
}
