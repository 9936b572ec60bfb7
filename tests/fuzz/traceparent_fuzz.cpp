// One `traceparent` value: it is accepted exactly when a second reading of the rules accepts it,
// and what is written from it is version 00 and is read as the same.

#include <cctype>
#include <string>

#include "context/traceparent.h"
#include "fuzz.h"

namespace {

using afterglow::context::kTraceparentLength;
using afterglow::context::parse_traceparent;
using afterglow::context::Traceparent;
using afterglow::context::write_traceparent;

bool is_id(const std::string& digits, std::size_t length) {
  return digits.size() == length &&
         digits.find_first_not_of("0123456789abcdef") == std::string::npos &&
         digits.find_first_not_of('0') != std::string::npos;
}

bool is_pair(const std::string& digits) {
  return is_id("1" + digits, 3);
}

bool is_valid(std::string value) {
  value.erase(0, value.find_first_not_of(" \t"));
  value.erase(value.find_last_not_of(" \t") + 1);
  if (value.size() < 55 || value[2] != '-' || value[35] != '-' || value[52] != '-')
    return false;
  const std::string version = value.substr(0, 2);
  const bool may_go_on = version != "00" && version != "ff";
  const bool ends = value.size() == 55 || (may_go_on && value[55] == '-');
  return is_pair(version) && version != "ff" && is_id(value.substr(3, 32), 32) &&
         is_id(value.substr(36, 16), 16) && is_pair(value.substr(53, 2)) && ends;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  Traceparent read;
  const bool accepted = parse_traceparent(input, read);
  FUZZ_REQUIRE(accepted == is_valid(input));
  if (!accepted)
    return 0;
  std::string written(kTraceparentLength, '?');
  write_traceparent({read.trace_id, read.parent_id, read.flags, true, {}},
                    std::span<char, kTraceparentLength>(written.data(), written.size()));
  FUZZ_REQUIRE(is_valid(written));
  FUZZ_REQUIRE(written.substr(0, 4) == "00-" + input.substr(input.find('-') + 1, 1));
  FUZZ_REQUIRE(written[53] == '0' && written[54] >= '0' && written[54] <= '3');
  Traceparent again;
  FUZZ_REQUIRE(parse_traceparent(written, again));
  FUZZ_REQUIRE(again.trace_id == read.trace_id && again.parent_id == read.parent_id);
  FUZZ_REQUIRE(again.flags == read.flags);
  return 0;
}
