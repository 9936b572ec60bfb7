// `tracestate`: the first line of the input says how much memory there is, the second and the third
// are a key and a value to set, the others are header lines. What is collected and what is set must
// be what the oracle says: a valid list, which stays as it is when it is read again.

#include <string>

#include "context/tracestate.h"
#include "fuzz.h"
#include "tracestate_oracle.h"

namespace {

using afterglow::context::kTracestateCapacity;
using afterglow::context::set_member;
using afterglow::context::TracestateCollector;

std::string joined(const fuzz::Texts& lines) {
  std::string list;
  for (const std::string& line : lines) {
    list += (list.empty() ? "" : ",") + line;
  }
  return list;
}

std::string collected(const fuzz::Texts& lines, std::size_t capacity) {
  std::vector<char> memory(capacity);
  TracestateCollector collector(memory);
  for (const std::string& line : lines) {
    collector.add_line(line);
  }
  FUZZ_REQUIRE(!collector.discarded() || collector.text().empty());
  return std::string(collector.text());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Texts lines = fuzz::lines_of(data, size);
  const std::string first = fuzz::take_first(lines);
  const std::size_t capacity =
      first.empty() ? kTracestateCapacity : static_cast<unsigned char>(first[0]) * 3U;
  const std::string key = fuzz::take_first(lines);
  const std::string value = fuzz::take_first(lines);
  const std::string list = joined(lines);

  const std::string text = collected(lines, capacity);
  FUZZ_REQUIRE(text == oracle::collect(list, capacity));
  FUZZ_REQUIRE(oracle::is_list(oracle::split(text)));
  FUZZ_REQUIRE(collected({text}, capacity) == text);

  std::vector<char> out(capacity);
  const std::string set(out.data(), set_member(list, key, value, out));
  FUZZ_REQUIRE(set == oracle::set(list, key, value, capacity));
  FUZZ_REQUIRE(oracle::is_list(oracle::split(set)));
  FUZZ_REQUIRE(collected({set}, capacity) == set);
  return 0;
}
