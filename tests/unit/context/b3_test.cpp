// The B3 headers, single and several: what is read, what is refused, what is written.

#include "context/b3.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::string_view_literals;
using namespace afterglow::context;
using afterglow::SpanId;
using afterglow::TraceId;

#define TRACE_ID "80f198ee56343ba864fe8b2a57d3eff7"
#define SPAN_ID "e457b5a2e4d86bd1"
#define PARENT_ID "05e3ac9a4f6e3b90"

constexpr TraceId kTraceId{{0x80, 0xf1, 0x98, 0xee, 0x56, 0x34, 0x3b, 0xa8, 0x64, 0xfe, 0x8b, 0x2a,
                            0x57, 0xd3, 0xef, 0xf7}};
constexpr TraceId kShortTraceId{
    {0, 0, 0, 0, 0, 0, 0, 0, 0x64, 0xfe, 0x8b, 0x2a, 0x57, 0xd3, 0xef, 0xf7}};
constexpr SpanId kSpanId{{0xe4, 0x57, 0xb5, 0xa2, 0xe4, 0xd8, 0x6b, 0xd1}};

B3 sentinel() {
  B3 value;
  value.trace_id.bytes.fill(0x77);
  value.span_id.bytes.fill(0x88);
  value.sampled = value.debug = true;
  return value;
}

bool is_sentinel(const B3& value) {
  return value.trace_id == sentinel().trace_id && value.span_id == sentinel().span_id &&
         value.sampled && value.debug;
}

struct ValidCase {
  int line;
  std::string_view header;
  TraceId trace_id;
  bool sampled;
  bool debug;
};

constexpr ValidCase kValid[] = {
    {__LINE__, TRACE_ID "-" SPAN_ID, kTraceId, false, false},
    {__LINE__, TRACE_ID "-" SPAN_ID "-0", kTraceId, false, false},
    {__LINE__, TRACE_ID "-" SPAN_ID "-1", kTraceId, true, false},
    {__LINE__, TRACE_ID "-" SPAN_ID "-d", kTraceId, true, true},
    {__LINE__, TRACE_ID "-" SPAN_ID "-0-" PARENT_ID, kTraceId, false, false},
    {__LINE__, TRACE_ID "-" SPAN_ID "-1-" PARENT_ID, kTraceId, true, false},
    {__LINE__, TRACE_ID "-" SPAN_ID "-d-" PARENT_ID, kTraceId, true, true},
    {__LINE__, TRACE_ID "-" SPAN_ID "-" PARENT_ID, kTraceId, false, false},
    {__LINE__, "64fe8b2a57d3eff7-" SPAN_ID "-1", kShortTraceId, true, false},
    {__LINE__, "\t " TRACE_ID "-" SPAN_ID "-1 \t", kTraceId, true, false},
};

constexpr std::string_view kInvalid[] = {
    "2",
    "true",
    "D",
    "-",
    "----",
    "0-",
    "-1",
    TRACE_ID,
    TRACE_ID "-",
    TRACE_ID SPAN_ID,
    TRACE_ID "_" SPAN_ID "_1",
    TRACE_ID "-1",
    TRACE_ID "-" SPAN_ID "-",
    TRACE_ID "-" SPAN_ID "-2",
    TRACE_ID "-" SPAN_ID "-D",
    TRACE_ID "-" SPAN_ID "-11",
    TRACE_ID "-" SPAN_ID "- 1",
    TRACE_ID "-" SPAN_ID "-1-",
    TRACE_ID "-" SPAN_ID "-1-0",
    TRACE_ID "-" SPAN_ID "--" PARENT_ID,
    TRACE_ID "-" SPAN_ID "-" PARENT_ID "-1",
    TRACE_ID "-" SPAN_ID "-1-" PARENT_ID "-",
    TRACE_ID "-" SPAN_ID "-1-" PARENT_ID "-x",
    TRACE_ID "-" SPAN_ID "-1-05E3ac9a4f6e3b90",
    TRACE_ID "-" SPAN_ID "-1-05e3ac9a4f6e3b9",
    TRACE_ID "-" SPAN_ID "-1-0000000000000000",
    TRACE_ID "0-" SPAN_ID "-1",
    "80f198ee56343ba864fe8b2a57d3eff-" SPAN_ID "-1",
    "4fe8b2a57d3eff7-" SPAN_ID "-1",
    "64fe8b2a57d3eff70-" SPAN_ID "-1",
    "80F198ee56343ba864fe8b2a57d3eff7-" SPAN_ID "-1",
    "80f198ee56343ba864fe8b2a57d3efg7-" SPAN_ID "-1",
    "00000000000000000000000000000000-" SPAN_ID "-1",
    "0000000000000000-" SPAN_ID "-1",
    TRACE_ID "-e457b5a2e4d86bd-1",
    TRACE_ID "-e457b5a2e4d86bd10-1",
    TRACE_ID "-E457b5a2e4d86bd1-1",
    TRACE_ID "-0000000000000000-1",
    TRACE_ID "-" SPAN_ID "-1\0"sv,
    "\0" SPAN_ID "-1"sv,
    TRACE_ID "-" SPAN_ID "-1,0",
};

enum class Kind { TraceId, SpanId, Sampled, Flags };
struct Line {
  Kind kind;
  std::string value;
};

B3Outcome read(const std::vector<Line>& lines, B3& out) {
  B3Multi multi;
  for (const Line& line : lines) {
    // From memory of its own that ends with the call.
    const std::vector<char> copy(line.value.begin(), line.value.end());
    const std::string_view value(copy.data(), copy.size());
    line.kind == Kind::TraceId   ? multi.add(B3Header::TraceId, value)
    : line.kind == Kind::SpanId  ? multi.add(B3Header::SpanId, value)
    : line.kind == Kind::Sampled ? multi.add(B3Header::Sampled, value)
                                 : multi.add(B3Header::Flags, value);
  }
  return multi.outcome(out);
}

bool is_refused(const std::vector<Line>& lines, B3Outcome outcome) {
  B3 out = sentinel();
  return read(lines, out) == outcome && is_sentinel(out);
}

Line id_line() {
  return {Kind::TraceId, TRACE_ID};
}

Line span_line() {
  return {Kind::SpanId, SPAN_ID};
}

struct DecisionCase {
  int line;
  std::vector<Line> lines;
  bool sampled;
  bool debug;
};

}  // namespace

TEST_CASE("a valid single header is read") {
  for (const ValidCase& row : kValid) {
    CAPTURE(row.line);
    B3 out = sentinel();
    REQUIRE(parse_b3_single(row.header, out) == B3Outcome::Valid);
    CHECK(out.trace_id == row.trace_id);
    CHECK(out.span_id == kSpanId);
    CHECK(out.sampled == row.sampled);
    CHECK(out.debug == row.debug);
  }
}

TEST_CASE("an invalid single header is refused and leaves nothing behind") {
  for (const std::string_view header : kInvalid) {
    CAPTURE(header);
    B3 out = sentinel();
    CHECK(parse_b3_single(header, out) == B3Outcome::Invalid);
    CHECK(is_sentinel(out));
  }
}

TEST_CASE("a decision without ids, or nothing, is nobody's child") {
  for (const std::string_view header : {"0", "1", "d", " 0\t", "", " \t"}) {
    CAPTURE(header);
    B3 out = sentinel();
    CHECK(parse_b3_single(header, out) == B3Outcome::Absent);
    CHECK(is_sentinel(out));
  }
}

TEST_CASE("a prefix of a single header is never read too far") {
  const std::string good = TRACE_ID "-" SPAN_ID "-1-" PARENT_ID;
  for (std::size_t length = 0; length < good.size(); ++length) {
    CAPTURE(length);
    const std::vector<char> exact(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length));
    B3 out = sentinel();
    const B3Outcome outcome = parse_b3_single({exact.data(), exact.size()}, out);
    const bool is_whole = length == 49 || length == 51;  // behind the span id, behind the decision
    CHECK((outcome == B3Outcome::Valid) == is_whole);
  }
}

TEST_CASE("single headers of hostile length are refused without harm") {
  B3 out = sentinel();
  CHECK(parse_b3_single(std::string(1'000'000, '0'), out) == B3Outcome::Invalid);
  CHECK(parse_b3_single(std::string(1'000'000, '-'), out) == B3Outcome::Invalid);
  CHECK(parse_b3_single(std::string(1'000'000, '\0'), out) == B3Outcome::Invalid);
  CHECK(parse_b3_single(std::string(1'000'000, ' '), out) == B3Outcome::Absent);
  const std::string tail(1'000'000, 'a');
  CHECK(parse_b3_single(TRACE_ID "-" SPAN_ID "-1-" + tail, out) == B3Outcome::Invalid);
  CHECK(is_sentinel(out));
}

TEST_CASE("several headers are read in any order") {
  for (const std::vector<Line>& lines :
       {std::vector<Line>{id_line(), span_line(), {Kind::Sampled, "1"}},
        {{Kind::Sampled, " 1"}, span_line(), id_line()}}) {
    B3 out = sentinel();
    REQUIRE(read(lines, out) == B3Outcome::Valid);
    CHECK(out.trace_id == kTraceId);
    CHECK(out.span_id == kSpanId);
    CHECK(out.sampled);
    CHECK_FALSE(out.debug);
  }
  B3 out;
  REQUIRE(read({{Kind::TraceId, "\t64fe8b2a57d3eff7 "}, span_line()}, out) == B3Outcome::Valid);
  CHECK(out.trace_id == kShortTraceId);
}

TEST_CASE("several headers say sampled by x-b3-sampled and debug by x-b3-flags") {
  const DecisionCase rows[] = {
      {__LINE__, {}, false, false},
      {__LINE__, {{Kind::Sampled, "0"}}, false, false},
      {__LINE__, {{Kind::Sampled, "1"}}, true, false},
      {__LINE__, {{Kind::Sampled, "true"}}, true, false},
      {__LINE__, {{Kind::Sampled, "false"}}, false, false},
      {__LINE__, {{Kind::Flags, "1"}}, true, true},
      {__LINE__, {{Kind::Flags, "1"}, {Kind::Sampled, "0"}}, true, true},
      {__LINE__, {{Kind::Sampled, "0"}, {Kind::Flags, "1"}}, true, true},
      {__LINE__, {{Kind::Flags, "0"}}, false, false},
      {__LINE__, {{Kind::Flags, "11"}, {Kind::Sampled, "1"}}, true, false},
      {__LINE__, {{Kind::Flags, " "}, {Kind::Sampled, ""}}, false, false},
      // Of several lines the first counts, whatever the others are.
      {__LINE__, {{Kind::Sampled, "1"}, {Kind::Sampled, "0"}}, true, false},
      {__LINE__, {{Kind::Sampled, ""}, {Kind::Sampled, "1"}, {Kind::Sampled, "x"}}, true, false},
      {__LINE__, {{Kind::Flags, "0"}, {Kind::Flags, "1"}}, false, false},
      {__LINE__, {id_line(), {Kind::TraceId, "x"}, span_line(), {Kind::SpanId, "y"}}, false, false},
  };
  for (const DecisionCase& row : rows) {
    CAPTURE(row.line);
    std::vector<Line> lines = row.lines;
    lines.insert(lines.end(), {id_line(), span_line()});
    B3 out = sentinel();
    REQUIRE(read(lines, out) == B3Outcome::Valid);
    CHECK(out.sampled == row.sampled);
    CHECK(out.debug == row.debug);
  }
}

TEST_CASE("one wrong line spoils all") {
  const Line wrong[] = {
      {Kind::TraceId, "0"},
      {Kind::TraceId, "00000000000000000000000000000000"},
      {Kind::SpanId, "0000000000000000"},
      {Kind::SpanId, "E457b5a2e4d86bd1"},
      {Kind::Sampled, "d"},
      {Kind::Sampled, "2"},
      {Kind::Sampled, "True"},
      {Kind::Sampled, "10"},
      {Kind::TraceId, std::string(1'000'000, '0')},
  };
  for (const Line& line : wrong) {
    CAPTURE(line.value);
    CHECK(is_refused({line, id_line(), span_line()}, B3Outcome::Invalid));
  }
  CHECK(is_refused({id_line(), span_line(), {Kind::Sampled, "2"}}, B3Outcome::Invalid));
  // A right line after a wrong one of the same header does not heal it.
  CHECK(is_refused({{Kind::SpanId, "x"}, {Kind::SpanId, "y"}, span_line(), id_line()},
                   B3Outcome::Invalid));
}

TEST_CASE("ids come in pairs, or there is no caller") {
  CHECK(is_refused({}, B3Outcome::Absent));
  CHECK(is_refused({{Kind::Sampled, "1"}, {Kind::Flags, "1"}}, B3Outcome::Absent));
  CHECK(is_refused({{Kind::TraceId, ""}, {Kind::SpanId, " "}}, B3Outcome::Absent));
  CHECK(is_refused({id_line()}, B3Outcome::Invalid));
  CHECK(is_refused({span_line()}, B3Outcome::Invalid));
  CHECK(is_refused({id_line(), {Kind::SpanId, ""}}, B3Outcome::Invalid));
  CHECK(is_refused({{Kind::Sampled, "x"}}, B3Outcome::Invalid));
}

TEST_CASE("a single header is written with its decision, and without a parent") {
  struct Written {
    std::uint8_t flags;
    bool debug;
    std::string_view text;
  };
  for (const Written& row : {Written{0, false, TRACE_ID "-" SPAN_ID "-0"},
                             {1, false, TRACE_ID "-" SPAN_ID "-1"},
                             {2, false, TRACE_ID "-" SPAN_ID "-0"},
                             {3, false, TRACE_ID "-" SPAN_ID "-1"},
                             {1, true, TRACE_ID "-" SPAN_ID "-d"}}) {
    CAPTURE(row.text);
    char out[kB3SingleLength + 2];
    out[0] = out[kB3SingleLength + 1] = '!';
    write_b3_single({kTraceId, kSpanId, row.flags, true, {}}, row.debug,
                    std::span<char, kB3SingleLength>(out + 1, kB3SingleLength));
    CHECK(std::string_view(out, sizeof(out)) == "!" + std::string(row.text) + "!");
  }
}
