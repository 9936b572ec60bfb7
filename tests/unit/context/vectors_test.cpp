// Every row of tests/vectors through the pure functions of this room, put together as the default
// settings put them together.

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "context/b3.h"
#include "context/baggage.h"
#include "context/traceparent.h"
#include "context/tracestate.h"
#include "vectors/vector_file.h"

namespace {

using namespace afterglow::context;
using afterglow::SpanContext;
using afterglow::SpanId;
using afterglow::TraceId;
using vectors::VectorRow;

std::string lower(std::string text) {
  for (char& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return text;
}

std::vector<std::string> lines_of(const VectorRow& row, std::string_view name) {
  std::vector<std::string> lines;
  for (const vectors::HeaderLine& line : row.in) {
    if (lower(line.name) == name)
      lines.push_back(line.value);
  }
  return lines;
}

template <class Id>
std::string hex(const Id& id) {
  std::string digits(2 * id.bytes.size(), '?');
  id.to_hex(std::span<char, 2 * sizeof(id.bytes)>(digits.data(), digits.size()));
  return digits;
}

/// What a row comes to.
struct Result {
  SpanContext context;  ///< The caller; invalid when a new trace begins.
  bool debug = false;
  std::string tracestate;
  std::string baggage;
  std::map<std::string, unsigned> counts;

  void count(const char* name) { ++counts[name]; }
};

void read_tracecontext(const VectorRow& row, Result& result) {
  const std::vector<std::string> lines = lines_of(row, "traceparent");
  Traceparent traceparent;
  if (lines.size() != 1 || !parse_traceparent(lines[0], traceparent)) {
    if (!lines.empty())
      result.count(lines.size() == 1 ? "TraceparentInvalid" : "TraceparentDuplicated");
    return;
  }
  result.context = {traceparent.trace_id, traceparent.parent_id, traceparent.flags, true, {}};
  std::vector<char> memory(kTracestateCapacity);
  TracestateCollector collector(memory);
  for (const std::string& line : lines_of(row, "tracestate")) {
    collector.add_line(line);
  }
  result.tracestate = collector.text();
  if (collector.discarded())
    result.count("TracestateDiscarded");
  if (collector.truncated())
    result.count("TracestateTruncated");
}

void read_baggage(const VectorRow& row, Result& result) {
  std::vector<char> memory(kBaggageCapacity);
  BaggageCollector collector(memory);
  for (const std::string& line : lines_of(row, "baggage")) {
    collector.add_line(line);
  }
  result.baggage = collector.text();
  if (collector.invalid() != 0)
    result.count("BaggageInvalid");
  if (collector.dropped() != 0)
    result.count("BaggageTruncated");
}

B3Outcome read_b3_multi(const VectorRow& row, B3& b3) {
  B3Multi multi;
  for (const std::string& line : lines_of(row, "x-b3-traceid"))
    multi.add(B3Header::TraceId, line);
  for (const std::string& line : lines_of(row, "x-b3-spanid"))
    multi.add(B3Header::SpanId, line);
  for (const std::string& line : lines_of(row, "x-b3-sampled"))
    multi.add(B3Header::Sampled, line);
  for (const std::string& line : lines_of(row, "x-b3-flags"))
    multi.add(B3Header::Flags, line);
  return multi.outcome(b3);
}

void read_b3(const VectorRow& row, Result& result) {
  const std::vector<std::string> lines = lines_of(row, "b3");
  B3 b3;
  const B3Outcome single = lines.empty() ? B3Outcome::Absent : parse_b3_single(lines[0], b3);
  const B3Outcome multi = single == B3Outcome::Valid ? B3Outcome::Absent : read_b3_multi(row, b3);
  if (single == B3Outcome::Invalid || multi == B3Outcome::Invalid)
    result.count("B3Invalid");
  if (single == B3Outcome::Valid || multi == B3Outcome::Valid) {
    const std::uint8_t flags = b3.sampled ? afterglow::kSampledFlag : 0;
    result.context = {b3.trace_id, b3.span_id, flags, true, {}};
    result.debug = b3.debug;
    result.tracestate.clear();
  }
}

bool has(const VectorRow& row, std::string_view propagator) {
  return ("," + row.propagators + ",").find("," + std::string(propagator) + ",") !=
         std::string::npos;
}

/// The formats in their order; of two that find a caller the later one wins.
Result extract(const VectorRow& row) {
  Result result;
  std::string rest = row.propagators + ",";
  while (!rest.empty()) {
    const std::string propagator = rest.substr(0, rest.find(','));
    rest.erase(0, propagator.size() + 1);
    if (propagator == "tracecontext")
      read_tracecontext(row, result);
    else if (propagator == "baggage")
      read_baggage(row, result);
    else if (propagator != "none")
      read_b3(row, result);
  }
  return result;
}

/// `value`, or the name of nothing, as both sides of a comparison.
std::string shown(const vectors::Expected& value) {
  return value.value_or("(absent)");
}

std::string shown(bool is_there, const std::string& value) {
  return is_there ? value : "(absent)";
}

void check_field(const VectorRow& row, std::string_view field, const std::string& actual) {
  if (const vectors::Expected* const expected = row.expected(field)) {
    CAPTURE(field);
    CHECK(shown(*expected) == actual);
  }
}

void check_trace(const VectorRow& row, const Result& result) {
  const bool is_known = result.context.is_valid();
  check_field(row, "trace_id", is_known ? hex(result.context.trace_id) : "new");
  check_field(row, "parent_span_id", shown(is_known, hex(result.context.span_id)));
  if (is_known) {
    std::string written(kTraceparentLength, '?');
    write_traceparent(result.context, std::span<char, kTraceparentLength>(written.data(), 55));
    check_field(row, "flags", written.substr(53));
    CHECK(written.substr(0, 3) == "00-");
  }
  if (row.rule != "2.34")  // the own member is another function's job
    check_field(row, "tracestate", shown(!result.tracestate.empty(), result.tracestate));
}

void check_b3(const VectorRow& row, const Result& result) {
  const bool sampled = !result.context.is_valid() || result.context.is_sampled();
  SpanContext written = result.context;
  written.trace_flags = sampled ? afterglow::kSampledFlag : 0;
  std::string single(kB3SingleLength, '?');
  write_b3_single(written, result.debug, std::span<char, kB3SingleLength>(single.data(), 51));
  check_field(row, "b3", shown(has(row, "b3"), single.substr(50)));
  const bool is_multi = has(row, "b3multi");
  check_field(row, "x_b3_sampled", shown(is_multi && !result.debug, sampled ? "1" : "0"));
  check_field(row, "x_b3_flags", shown(is_multi && result.debug, "1"));
}

void check_row(const VectorRow& row) {
  CAPTURE(row.id);
  const Result result = extract(row);
  check_trace(row, result);
  check_b3(row, result);
  check_field(row, "baggage", shown(!result.baggage.empty(), result.baggage));
  if (row.counts) {
    CHECK(result.counts == *row.counts);
  }
}

void check_file(std::string_view name, std::size_t least_rows) {
  const std::vector<VectorRow> rows = vectors::load_vectors(name);
  CHECK(rows.size() >= least_rows);
  for (const VectorRow& row : rows) {
    check_row(row);
  }
}

}  // namespace

TEST_CASE("the rows of traceparent come out as they must") {
  check_file("traceparent", 90);
}

TEST_CASE("the rows of tracestate come out as they must") {
  check_file("tracestate", 70);
}

TEST_CASE("the rows of baggage come out as they must") {
  check_file("baggage", 70);
}

TEST_CASE("the rows of B3 come out as they must") {
  check_file("b3", 90);
}

TEST_CASE("repetitions are expanded, and a value is bytes") {
  for (const VectorRow& row : vectors::load_vectors("traceparent")) {
    if (row.id == "traceparent-megabyte-behind-version-00") {
      REQUIRE(row.in.size() == 1);
      CHECK(row.in[0].value.size() == 1'000'056);
      CHECK_FALSE(row.http);
    }
    if (row.id == "traceparent-invalid-utf-8")
      CHECK(row.in[0].value == "\xff\xfe\xc3(");
    if (row.id == "traceparent-nul-behind")
      CHECK(row.in[0].value.size() == 56);
  }
  CHECK(vectors::load_vectors("no such file").empty());
}
