#include "context/b3.h"

#include "context/hex.h"
#include "context/ows.h"

namespace afterglow::context {
namespace {

constexpr std::size_t kTraceIdDigits = 32;
constexpr std::size_t kShortTraceIdDigits = 16;
constexpr std::size_t kSpanIdDigits = 16;
constexpr std::size_t kSpanIdAt = kTraceIdDigits + 1;
constexpr std::size_t kDecisionAt = kSpanIdAt + kSpanIdDigits + 1;

// The several headers, as bits of those that were there.
constexpr std::uint8_t kTraceIdSeen = 1;
constexpr std::uint8_t kSpanIdSeen = 2;
constexpr std::uint8_t kSampledSeen = 4;
constexpr std::uint8_t kFlagsSeen = 8;

bool read_trace_id(std::string_view digits, TraceId& out) {
  const std::span<std::uint8_t, 16> bytes(out.bytes);
  if (digits.size() == kShortTraceIdDigits) {
    out = {};
    return read_lower_hex(digits, bytes.last<8>()) && out.is_valid();
  }
  return read_lower_hex(digits, bytes) && out.is_valid();
}

bool read_span_id(std::string_view digits, SpanId& out) {
  return read_lower_hex(digits, out.bytes) && out.is_valid();
}

bool is_decision(std::string_view text) {
  return text == "0" || text == "1" || text == "d";
}

/// The parts of a single header between its dashes.
struct Fields {
  static constexpr std::size_t kMax = 4;

  explicit Fields(std::string_view text) {
    std::size_t dash = 0;
    do {
      if (count == kMax) {
        has_more = true;
        return;
      }
      dash = text.find('-');
      list[count] = text;
      if (dash != std::string_view::npos) {
        list[count].remove_suffix(text.size() - dash);
        text.remove_prefix(dash + 1);
      }
      ++count;
    } while (dash != std::string_view::npos);
  }

  std::string_view list[kMax];
  std::size_t count = 0;
  bool has_more = false;
};

/// What follows the ids: a decision, a parent span id, or both in this order.
bool read_rest(const Fields& fields, B3& out) {
  std::size_t at = 2;
  if (at != fields.count && is_decision(fields.list[at])) {
    out.debug = fields.list[at] == "d";
    out.sampled = fields.list[at] != "0";
    ++at;
  }
  SpanId parent;  // read only to know that it is one
  if (at != fields.count && read_span_id(fields.list[at], parent)) {
    ++at;
  }
  return at == fields.count && !fields.has_more;
}

}  // namespace

B3Outcome parse_b3_single(std::string_view header_value, B3& out) {
  const std::string_view value = trim_ows(header_value);
  if (value.empty() || is_decision(value)) {
    return B3Outcome::Absent;
  }
  const Fields fields(value);
  B3 read;
  if (!read_trace_id(fields.list[0], read.trace_id) ||
      !read_span_id(fields.list[1], read.span_id) || !read_rest(fields, read)) {
    return B3Outcome::Invalid;
  }
  out = read;
  return B3Outcome::Valid;
}

bool B3Multi::is_new(std::uint8_t header, std::string_view value) {
  const bool is_first = !value.empty() && (seen_ & header) == 0;
  seen_ |= is_first ? header : std::uint8_t{0};
  return is_first && !invalid_;
}

void B3Multi::trace_id(std::string_view line) {
  const std::string_view value = trim_ows(line);
  if (is_new(kTraceIdSeen, value)) {
    invalid_ = !read_trace_id(value, read_.trace_id);
  }
}

void B3Multi::span_id(std::string_view line) {
  const std::string_view value = trim_ows(line);
  if (is_new(kSpanIdSeen, value)) {
    invalid_ = !read_span_id(value, read_.span_id);
  }
}

void B3Multi::sampled(std::string_view line) {
  const std::string_view value = trim_ows(line);
  if (is_new(kSampledSeen, value)) {
    read_.sampled = value == "1" || value == "true";
    invalid_ = !read_.sampled && value != "0" && value != "false";
  }
}

void B3Multi::flags(std::string_view line) {
  const std::string_view value = trim_ows(line);
  if (is_new(kFlagsSeen, value)) {
    read_.debug = value == "1";
  }
}

B3Outcome B3Multi::outcome(B3& out) const {
  constexpr std::uint8_t kBothIds = kTraceIdSeen | kSpanIdSeen;
  const int ids = seen_ & kBothIds;
  if (invalid_ || (ids != 0 && ids != kBothIds)) {
    return B3Outcome::Invalid;
  }
  if (ids == 0) {
    return B3Outcome::Absent;
  }
  out = read_;
  out.sampled = read_.sampled || read_.debug;
  return B3Outcome::Valid;
}

void write_b3_single(const SpanContext& context, bool debug, std::span<char, kB3SingleLength> out) {
  context.trace_id.to_hex(out.first<kTraceIdDigits>());
  context.span_id.to_hex(out.subspan<kSpanIdAt, kSpanIdDigits>());
  out[kSpanIdAt - 1] = out[kDecisionAt - 1] = '-';
  out[kDecisionAt] = debug ? 'd' : context.is_sampled() ? '1' : '0';
}

}  // namespace afterglow::context
