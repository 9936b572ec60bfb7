// `baggage`: the first line of the input says how much memory there is, then come a key, a value
// and properties to add, the others are header lines. What is collected must be what the oracle
// says and stay as it is when it is read again; what is added is found, and what is removed is
// gone.

#include <string>

#include "baggage_oracle.h"
#include "base/utf8.h"
#include "context/baggage.h"
#include "fuzz.h"

namespace {

using namespace afterglow::context;
namespace oracle = baggage_oracle;

struct Addition {
  std::string key;
  std::string value;
  std::string properties;
};

std::string collected(const fuzz::Texts& lines, std::size_t capacity) {
  std::vector<char> memory(capacity);
  BaggageCollector collector(memory);
  for (const std::string& line : lines) {
    collector.add_line(line);
  }
  const oracle::Collected expected = oracle::collect(lines, capacity);
  FUZZ_REQUIRE(collector.text() == expected.text);
  FUZZ_REQUIRE(collector.invalid() == expected.invalid);
  FUZZ_REQUIRE(collector.dropped() == expected.dropped);
  return expected.text;
}

std::string decoded(std::string_view encoded, std::size_t capacity) {
  std::string out(capacity, '\0');
  const std::size_t length = decode_value(encoded, out);
  out.resize(length < capacity ? length : capacity);
  return out;
}

void check_values(std::string_view text) {
  BaggageMember member;
  while (next_member(text, member)) {
    FUZZ_REQUIRE(oracle::is_key(std::string(member.key)));
    const std::string whole = decoded(member.value, 3 * member.value.size());
    FUZZ_REQUIRE(afterglow::text::is_valid(whole));
    FUZZ_REQUIRE(encoded_length(whole) == oracle::encode(whole).size());
    FUZZ_REQUIRE(decoded(oracle::encode(whole), whole.size()) == whole);
    const std::string part = decoded(member.value, whole.size() / 2);
    // Cut between code points: what is not written stays zero.
    const std::size_t end = part.find_last_not_of('\0') + 1;
    FUZZ_REQUIRE(part.substr(0, end) == whole.substr(0, end));
    FUZZ_REQUIRE(afterglow::text::is_valid(part));
  }
}

std::string removed(const std::string& text, const std::string& key) {
  std::string rest = text;
  rest.resize(remove_member(rest, rest.size(), key));
  FUZZ_REQUIRE(rest == oracle::remove(text, key));
  return rest;
}

void check_append(const std::string& text, const Addition& added, std::size_t capacity) {
  const std::string member = added.key + "=" + oracle::encode(added.value) +
                             (added.properties.empty() ? "" : ";" + added.properties);
  const std::string normal = oracle::is_key(added.key) && member.find(',') == std::string::npos
                                 ? oracle::member(member)
                                 : std::string();
  const std::string longer = text + (text.empty() ? "" : ",") + normal;
  std::string memory = text;
  memory.resize(capacity);
  const std::size_t length =
      append_member(memory, text.size(), added.key, added.value, added.properties);
  const bool fits = longer.size() <= capacity && longer.size() <= kBaggageCapacity;
  FUZZ_REQUIRE(length == (fits && !normal.empty() ? longer.size() : 0));
  FUZZ_REQUIRE(memory.substr(0, text.size()) == text);
  if (length == 0)
    return;
  FUZZ_REQUIRE(memory.substr(0, length) == longer);
  BaggageMember found;
  FUZZ_REQUIRE(find_member(longer, added.key, found));
  FUZZ_REQUIRE(oracle::encode(added.value) == found.value);
  FUZZ_REQUIRE(!find_member(removed(longer, added.key), added.key, found));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Texts lines = fuzz::lines_of(data, size);
  const std::string first = fuzz::take_first(lines);
  const std::size_t capacity =
      first.empty() ? kBaggageCapacity : static_cast<unsigned char>(first[0]) * 4U;
  const std::string key = fuzz::take_first(lines);
  const std::string value = fuzz::take_first(lines);
  const Addition added{key, value, fuzz::take_first(lines)};

  const std::string text = collected(lines, capacity);
  FUZZ_REQUIRE(collected({text}, capacity) == text);
  check_values(text);
  removed(text, added.key);
  check_append(text, added, capacity);
  return 0;
}
