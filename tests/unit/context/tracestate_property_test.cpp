// Random lists, good and bad, from a fixed seed: the collector and `set_member` must say what the
// oracle says, and what they write must be a list that stays as it is when it is read again.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "context/tracestate.h"
#include "numbers.h"
#include "tracestate_oracle.h"

namespace {

using afterglow::context::kTracestateCapacity;
using afterglow::context::set_member;
using afterglow::context::TracestateCollector;

constexpr int kRounds = 20'000;

/// Lengths near the limits are as likely as short ones.
std::size_t random_length(Numbers& numbers) {
  switch (numbers.below(8)) {
    case 0:
      return 100 + numbers.below(60);
    case 1:
      return 254 + numbers.below(4);
    default:
      return 1 + numbers.below(20);
  }
}

std::string random_member(Numbers& numbers) {
  const std::string_view values = "abzABZ019 !~:;@/-_";
  std::string member(1, numbers.of(oracle::kKeyFirst.substr(0, 4)));
  if (numbers.one_in(3)) {
    member += std::string(random_length(numbers) - 1, numbers.of(oracle::kKeyOther));
  }
  member += '=';
  for (std::size_t left = random_length(numbers); left != 0; --left) {
    member += numbers.of(values);
  }
  member.back() = 'x';
  return member;
}

/// Mostly a valid list, sometimes with one byte spoilt.
std::string random_list(Numbers& numbers) {
  const std::string_view blanks = " \t,";
  std::string list;
  const std::size_t count = numbers.one_in(4) ? 28 + numbers.below(8) : numbers.below(10);
  for (std::size_t i = 0; i < count; ++i) {
    list += i == 0 ? "" : ",";
    list += numbers.one_in(4) ? std::string(1, numbers.of(blanks)) : "";
    list += random_member(numbers);
    list += numbers.one_in(4) ? std::string(1, numbers.of(blanks)) : "";
  }
  if (!list.empty() && numbers.one_in(5)) {
    list[numbers.below(list.size())] = static_cast<char>(numbers.below(256));
  }
  return list;
}

std::string random_bytes(Numbers& numbers) {
  constexpr std::string_view kChoices{"ab0=,=, \t@A\0\x7f\xc3", 14};
  std::string text;
  for (std::size_t left = numbers.below(12); left != 0; --left) {
    text += numbers.of(kChoices);
  }
  return text;
}

std::string random_input(Numbers& numbers) {
  return numbers.one_in(4) ? random_bytes(numbers) : random_list(numbers);
}

/// Collect `text` as several header lines, cut at some of its commas.
std::string collect_in_lines(const std::string& text, std::size_t capacity, Numbers& numbers) {
  std::vector<char> memory(capacity);
  TracestateCollector collector(memory);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',' && numbers.one_in(3)) {
      collector.add_line(std::string(text, begin, i - begin));
      begin = i + 1;
    }
  }
  collector.add_line(std::string(text, begin));
  return std::string(collector.text());
}

std::size_t random_capacity(Numbers& numbers) {
  return numbers.one_in(3) ? numbers.below(700) : kTracestateCapacity;
}

}  // namespace

TEST_CASE("the collector agrees with the oracle, and its output is stable and valid") {
  Numbers numbers(1);
  int kept = 0;
  int shortened = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string input = random_input(numbers);
    const std::size_t capacity = random_capacity(numbers);
    CAPTURE(round);
    CAPTURE(input);
    const std::string text = collect_in_lines(input, capacity, numbers);
    REQUIRE(text == oracle::collect(input, capacity));
    REQUIRE(oracle::is_list(oracle::split(text)));
    REQUIRE(collect_in_lines(text, capacity, numbers) == text);
    kept += text.empty() ? 0 : 1;
    shortened += !text.empty() && text != oracle::collect(input, input.size()) ? 1 : 0;
  }
  CHECK(kept > kRounds / 4);  // the inputs are worth the name
  CHECK(shortened > kRounds / 20);
}

TEST_CASE("setting a member agrees with the oracle, and its output is stable and valid") {
  Numbers numbers(2);
  for (int round = 0; round < kRounds; ++round) {
    const std::string input = random_input(numbers);
    const std::size_t capacity = random_capacity(numbers);
    const std::string key =
        numbers.one_in(8) ? random_bytes(numbers) : std::string(1, numbers.of("abcd"));
    const std::string value =
        numbers.one_in(8) ? random_bytes(numbers) : std::string(random_length(numbers), 'v');
    CAPTURE(round);
    CAPTURE(input);
    CAPTURE(key);
    CAPTURE(value);
    std::vector<char> out(capacity);
    const std::string text(out.data(), set_member(input, key, value, out));
    REQUIRE(text == oracle::set(input, key, value, capacity));
    REQUIRE(oracle::is_list(oracle::split(text)));
    REQUIRE(collect_in_lines(text, capacity, numbers) == text);
  }
}
