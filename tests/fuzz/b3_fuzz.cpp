// B3: each line of the input is a header line; its first character names the header: b for the
// single one, t, s, d and f for trace id, span id, sampled and flags. What is read must be what a
// second reading of the rules says, and what is written from it is read as the same.

#include <string>

#include "context/b3.h"
#include "fuzz.h"

namespace {

using namespace afterglow::context;

std::string trim(std::string text) {
  text.erase(0, text.find_first_not_of(" \t"));
  text.erase(text.find_last_not_of(" \t") + 1);
  return text;
}

bool is_id(const std::string& digits) {
  return digits.find_first_not_of("0123456789abcdef") == std::string::npos &&
         digits.find_first_not_of('0') != std::string::npos;
}

bool is_span_id(const std::string& digits) {
  return digits.size() == 16 && is_id(digits);
}

bool is_trace_id(const std::string& digits) {
  return (digits.size() == 16 || digits.size() == 32) && is_id(digits);
}

bool is_decision(const std::string& text) {
  return text == "0" || text == "1" || text == "d";
}

B3Outcome outcome_of_single(const std::string& line) {
  const std::string value = trim(line);
  if (value.empty() || is_decision(value))
    return B3Outcome::Absent;
  const std::size_t dash = value.find('-');
  if (dash == std::string::npos || !is_trace_id(value.substr(0, dash)) ||
      !is_span_id(value.substr(dash + 1, 16)))
    return B3Outcome::Invalid;
  std::string rest = value.substr(dash + 17);
  if (rest.size() >= 2 && rest[0] == '-' && is_decision(rest.substr(1, 1)) &&
      (rest.size() == 2 || rest[2] == '-'))
    rest.erase(0, 2);
  const bool ends = rest.empty() || (rest[0] == '-' && is_span_id(rest.substr(1)));
  return ends ? B3Outcome::Valid : B3Outcome::Invalid;
}

/// What the lines of the several headers say together.
struct Lines {
  std::string of_header[4];  // t s d f: of several lines the first counts

  void add(std::size_t header, const std::string& value) {
    if (of_header[header].empty())
      of_header[header] = value;
  }
  B3Outcome outcome() const {
    const bool has_trace_id = !of_header[0].empty();
    const bool has_span_id = !of_header[1].empty();
    const std::string& sampled = of_header[2];
    if (has_trace_id != has_span_id || (!sampled.empty() && sampled != "0" && sampled != "1" &&
                                        sampled != "true" && sampled != "false"))
      return B3Outcome::Invalid;
    if (!has_trace_id)
      return B3Outcome::Absent;
    return is_trace_id(of_header[0]) && is_span_id(of_header[1]) ? B3Outcome::Valid
                                                                 : B3Outcome::Invalid;
  }
};

void check_written(const B3& read) {
  FUZZ_REQUIRE(read.trace_id.is_valid() && read.span_id.is_valid());
  FUZZ_REQUIRE(read.sampled || !read.debug);
  const std::uint8_t flags = read.sampled ? afterglow::kSampledFlag : 0;
  std::string written(kB3SingleLength, '?');
  write_b3_single({read.trace_id, read.span_id, flags, true, {}}, read.debug,
                  std::span<char, kB3SingleLength>(written.data(), written.size()));
  FUZZ_REQUIRE(outcome_of_single(written) == B3Outcome::Valid);
  B3 again;
  FUZZ_REQUIRE(parse_b3_single(written, again) == B3Outcome::Valid);
  FUZZ_REQUIRE(again.trace_id == read.trace_id && again.span_id == read.span_id);
  FUZZ_REQUIRE(again.sampled == read.sampled && again.debug == read.debug);
}

void check_single(const std::string& line) {
  B3 read;
  const B3Outcome outcome = parse_b3_single(line, read);
  FUZZ_REQUIRE(outcome == outcome_of_single(line));
  if (outcome == B3Outcome::Valid)
    check_written(read);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  B3Multi multi;
  Lines lines;
  for (const std::string& line : fuzz::lines_of(data, size)) {
    const std::size_t header = std::string("tsdf").find(line.empty() ? 'b' : line[0]);
    const std::string value = line.empty() ? line : line.substr(1);
    switch (header) {
      case 0:
        multi.add(B3Header::TraceId, value);
        break;
      case 1:
        multi.add(B3Header::SpanId, value);
        break;
      case 2:
        multi.add(B3Header::Sampled, value);
        break;
      case 3:
        multi.add(B3Header::Flags, value);
        break;
      default:
        check_single(value);
        continue;
    }
    lines.add(header, trim(value));
  }
  B3 read;
  const B3Outcome outcome = multi.outcome(read);
  FUZZ_REQUIRE(outcome == lines.outcome());
  if (outcome == B3Outcome::Valid)
    check_written(read);
  return 0;
}
