// The rules of `traceparent` (W3C Trace Context Level 2), one row for each way to keep or break
// them, and the mistakes that other implementations are known for.

#include "context/traceparent.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::string_view_literals;
using afterglow::SpanContext;
using afterglow::SpanId;
using afterglow::TraceId;
using afterglow::context::kTraceparentLength;
using afterglow::context::parse_traceparent;
using afterglow::context::Traceparent;
using afterglow::context::write_traceparent;

constexpr TraceId kTraceId{{0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21,
                            0x1c, 0x80, 0x31, 0x9c}};
constexpr SpanId kParentId{{0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31}};

#define IDS "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"

struct ValidCase {
  int line;
  std::string_view header;
  std::uint8_t flags;
};

constexpr ValidCase kValid[] = {
    // Version 00 (rules 2, 15, 16).
    {__LINE__, "00-" IDS "-00", 0},
    {__LINE__, "00-" IDS "-01", 1},
    {__LINE__, "00-" IDS "-02", 2},
    {__LINE__, "00-" IDS "-03", 3},
    {__LINE__, "00-" IDS "-fc", 0},
    {__LINE__, "00-" IDS "-ff", 3},
    {__LINE__, "00-" IDS "-09", 1},
    // Higher versions: same places, more may follow, only the sampled bit counts (rule 5).
    {__LINE__, "01-" IDS "-01", 1},
    {__LINE__, "01-" IDS "-02", 0},
    {__LINE__, "cc-" IDS "-01", 1},
    {__LINE__, "cc-" IDS "-ff", 1},
    {__LINE__, "cc-" IDS "-01-", 1},
    {__LINE__, "cc-" IDS "-01-what-the-future-will-be-like", 1},
    {__LINE__, "fe-" IDS "-00-x", 0},
    {__LINE__, "cc-" IDS "-01-\0\xff"sv, 1},
    // White space around the value (rule 11).
    {__LINE__, " 00-" IDS "-01", 1},
    {__LINE__, "00-" IDS "-01\t", 1},
    {__LINE__, "\t 00-" IDS "-01 \t", 1},
};

constexpr std::string_view kZeroTraceId = "00000000000000000000000000000000";

struct InvalidCase {
  int line;
  std::string_view header;
};

constexpr InvalidCase kInvalid[] = {
    {__LINE__, ""},
    {__LINE__, " \t "},
    {__LINE__, "-"},
    {__LINE__, "00"},
    // Version (rules 3 and 6).
    {__LINE__, "ff-" IDS "-01"},
    {__LINE__, "ff-" IDS "-01-x"},
    {__LINE__, "0-" IDS "-01"},
    {__LINE__, "000-" IDS "-01"},
    {__LINE__, ".0-" IDS "-01"},
    {__LINE__, "0.-" IDS "-01"},
    {__LINE__, "-" IDS "-01"},
    {__LINE__, "CC-" IDS "-01"},
    // Length and what follows the flags (rules 4 and 5).
    {__LINE__, "00-" IDS "-01-"},
    {__LINE__, "00-" IDS "-01-x"},
    {__LINE__, "00-" IDS "-01."},
    {__LINE__, "cc-" IDS "-01."},
    {__LINE__, "cc-" IDS "-01.what-the-future-will-be-like"},
    {__LINE__, "cc-" IDS "-010"},
    {__LINE__, "00-" IDS},
    {__LINE__, "00-" IDS "-"},
    // Trace id (rule 7).
    {__LINE__, "00-00000000000000000000000000000000-b7ad6b7169203331-01"},
    {__LINE__, "00-.af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
    {__LINE__, "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01"},
    {__LINE__, "00-0af7651916cd43dd8448eb211c80319c0-b7ad6b7169203331-01"},
    {__LINE__, "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01"},
    {__LINE__, "00--b7ad6b7169203331-01"},
    // Parent id (rule 8).
    {__LINE__, "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"},
    {__LINE__, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333-01"},
    {__LINE__, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b71692033310-01"},
    {__LINE__, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333.-01"},
    {__LINE__, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333 -01"},
    {__LINE__, "00-0af7651916cd43dd8448eb211c80319c--01"},
    // Flags (rule 9).
    {__LINE__, "00-" IDS "-1"},
    {__LINE__, "00-" IDS "-001"},
    {__LINE__, "00-" IDS "-0ff"},
    {__LINE__, "00-" IDS "-.0"},
    {__LINE__, "00-" IDS "-0."},
    {__LINE__, "00-" IDS "- 1"},
    // Upper case (rule 10).
    {__LINE__, "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"},
    {__LINE__, "00-0af7651916cd43dd8448eb211c80319C-b7ad6b7169203331-01"},
    {__LINE__, "00-0af7651916cd43dd8448eb211c80319c-B7ad6b7169203331-01"},
    {__LINE__, "00-" IDS "-0A"},
    {__LINE__, "0A-" IDS "-01"},
    // Separators.
    {__LINE__, "00_" IDS "-01"},
    {__LINE__, "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01"},
    {__LINE__, "00-" IDS "_01"},
    // Neighbours of the digits in ASCII.
    {__LINE__, "00-" IDS "-0/"},
    {__LINE__, "00-" IDS "-0:"},
    {__LINE__, "00-" IDS "-0`"},
    // White space other than space and tab, or inside the value; two values in one line.
    {__LINE__, "\n00-" IDS "-01"},
    {__LINE__, "00-" IDS "-01\r\n"},
    {__LINE__, "00 -" IDS "-01"},
    {__LINE__, "00-" IDS "-01,00-" IDS "-01"},
    {__LINE__, "cc-" IDS "-01,cc-" IDS "-01"},
    // Bytes that end a C string, and bytes above ASCII.
    {__LINE__,
     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv},
    {__LINE__, "00-" IDS "-0\0"sv},
    {__LINE__, "00-" IDS "-01\0"sv},
    {__LINE__, "00-\0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"sv},
    {__LINE__, "00-" IDS "-0\xb1"sv},
};

Traceparent sentinel() {
  Traceparent value;
  value.trace_id.bytes.fill(0x77);
  value.parent_id.bytes.fill(0x88);
  value.flags = 0x99;
  return value;
}

bool is_rejected_untouched(std::string_view header) {
  Traceparent out = sentinel();
  const bool accepted = parse_traceparent(header, out);
  return !accepted && out.trace_id == sentinel().trace_id &&
         out.parent_id == sentinel().parent_id && out.flags == sentinel().flags;
}

std::string written(std::uint8_t flags) {
  SpanContext context;
  context.trace_id = kTraceId;
  context.span_id = kParentId;
  context.trace_flags = flags;
  char out[kTraceparentLength + 2];
  out[0] = out[kTraceparentLength + 1] = '!';
  write_traceparent(context, std::span<char, kTraceparentLength>(out + 1, kTraceparentLength));
  REQUIRE(out[0] == '!');
  REQUIRE(out[kTraceparentLength + 1] == '!');
  return std::string(out + 1, kTraceparentLength);
}

}  // namespace

TEST_CASE("a valid traceparent is read") {
  for (const ValidCase& row : kValid) {
    CAPTURE(row.line);
    Traceparent out = sentinel();
    REQUIRE(parse_traceparent(row.header, out));
    CHECK(out.trace_id == kTraceId);
    CHECK(out.parent_id == kParentId);
    CHECK(out.flags == row.flags);
  }
}

TEST_CASE("an invalid traceparent is rejected and leaves nothing behind") {
  for (const InvalidCase& row : kInvalid) {
    CAPTURE(row.line);
    CHECK(is_rejected_untouched(row.header));
  }
}

TEST_CASE("ids of zeros but for one digit are valid, wherever the digit is") {
  for (std::size_t i = 0; i < 32; ++i) {
    CAPTURE(i);
    std::string trace_id(kZeroTraceId);
    trace_id[i] = '1';
    std::string parent_id(16, '0');
    parent_id[i / 2] = '1';
    Traceparent out;
    const std::string header = std::string("00-").append(trace_id) + "-" + parent_id + "-00";
    CHECK(parse_traceparent(header, out));
    CHECK(out.trace_id.bytes[i / 2] == (i % 2 == 0 ? 0x10 : 0x01));
  }
}

TEST_CASE("no byte but a lower-case digit is accepted at any place") {
  const std::string good = "00-" IDS "-01";
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string header = good;
      header[at] = static_cast<char>(byte);
      const bool is_digit = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
      const bool is_separator = good[at] == '-';
      // 'f' at the second place makes version 0f, never ff: one byte is changed at a time.
      const bool expected = is_separator ? byte == '-' : is_digit;
      Traceparent out;
      CAPTURE(at);
      CAPTURE(byte);
      CHECK(parse_traceparent(header, out) == expected);
    }
  }
}

TEST_CASE("a prefix of a traceparent is never accepted") {
  const std::string good = "00-" IDS "-01";
  for (std::size_t length = 0; length < good.size(); ++length) {
    CAPTURE(length);
    // The missing digits stand right behind the view: a read too far would accept them.
    CHECK(is_rejected_untouched(std::string_view(good.data(), length)));
    // And from memory of exactly this length, where the address sanitizer would see it.
    const std::vector<char> exact(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length));
    CHECK(is_rejected_untouched({exact.data(), exact.size()}));
  }
}

TEST_CASE("values of hostile length are read or rejected without harm") {
  CHECK(is_rejected_untouched(std::string(100'000, 'a')));
  CHECK(is_rejected_untouched(std::string(100'000, '0')));
  CHECK(is_rejected_untouched(std::string(1'000'000, '-')));
  CHECK(is_rejected_untouched(std::string(1'000'000, ' ')));
  CHECK(is_rejected_untouched(std::string(1'000'000, '\0')));
  CHECK(is_rejected_untouched("00-" IDS "-01-" + std::string(100'000, 'a')));
  Traceparent out;
  CHECK(parse_traceparent("cc-" IDS "-01-" + std::string(1'000'000, 'a'), out));
  const std::string blanks(500'000, ' ');
  CHECK(parse_traceparent(blanks + "00-" IDS "-01" + blanks, out));
  CHECK(out.trace_id == kTraceId);
}

TEST_CASE("a traceparent is written as version 00, in lower case, with known flags only") {
  CHECK(written(0x00) == "00-" IDS "-00");
  CHECK(written(0x01) == "00-" IDS "-01");
  CHECK(written(0x02) == "00-" IDS "-02");
  CHECK(written(0x03) == "00-" IDS "-03");
  CHECK(written(0xfc) == "00-" IDS "-00");
  CHECK(written(0xff) == "00-" IDS "-03");
}

TEST_CASE("what is written is read as the same") {
  for (int flags = 0; flags < 256; ++flags) {
    CAPTURE(flags);
    Traceparent out;
    REQUIRE(parse_traceparent(written(static_cast<std::uint8_t>(flags)), out));
    CHECK(out.trace_id == kTraceId);
    CHECK(out.parent_id == kParentId);
    CHECK(out.flags == (flags & 0x03));
  }
}
