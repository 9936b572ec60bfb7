#include "context/b3.h"

#include "base/copy.h"
#include "context/hex.h"
#include "context/lists.h"

namespace afterglow::context {
namespace {

constexpr std::size_t kTraceIdDigits = 32;
constexpr std::size_t kIdDigits = 16;  // of a span id, and of a short trace id

// `out` is all zero, of which a short id leaves the upper half.
bool read_trace_id(std::string_view digits, TraceId& out) {
  const std::size_t count = digits.size() / 2;
  return (digits.size() == kIdDigits || digits.size() == kTraceIdDigits) &&
         read_id(digits.data(), out.bytes.data() + (sizeof out - count), count);
}

bool read_span_id(std::string_view digits, SpanId& out) {
  return digits.size() == kIdDigits && read_id(digits.data(), out.bytes.data(), sizeof out);
}

constexpr bool is_decision(std::string_view text) {
  return text.size() == 1 && (text[0] == '0' || text[0] == '1' || text[0] == 'd');
}

/// What follows the ids: a decision, a parent span id, or both in this order.
bool read_rest(std::string_view rest, B3& out) {
  const std::string_view all = rest;
  const std::string_view first = take_until(rest, '-');
  if (is_decision(first)) {
    out.debug = first[0] == 'd';
    out.sampled = first[0] != '0';
    if (all.size() == 1) {
      return true;
    }
  } else {
    rest = all;
  }
  SpanId parent;  // read only to know that it is one
  return read_span_id(rest, parent);
}

bool read_sampled(std::string_view text, bool& out) {
  constexpr std::string_view kWords[] = {"0", "1", "false", "true"};
  for (const std::string_view& word : kWords) {
    if (text == word) {
      out = (&word - kWords) % 2 != 0;
      return true;
    }
  }
  return false;
}

}  // namespace

B3Outcome parse_b3_single(std::string_view header_value, B3& out) {
  trim_ows(header_value);
  if (header_value.empty() || is_decision(header_value)) {
    return B3Outcome::Absent;
  }
  B3 read;
  const bool has_trace_id = read_trace_id(take_until(header_value, '-'), read.trace_id);
  const std::size_t ids = header_value.size();
  const bool has_span_id = read_span_id(take_until(header_value, '-'), read.span_id);
  const bool has_rest = ids > kIdDigits;
  if (!has_trace_id || !has_span_id || (has_rest && !read_rest(header_value, read))) {
    return B3Outcome::Invalid;
  }
  out = read;
  return B3Outcome::Valid;
}

void B3Multi::add(B3Header header, std::string_view value) {
  trim_ows(value);
  const auto seen = static_cast<std::uint8_t>(1U << static_cast<unsigned>(header));
  if (value.empty() || (seen_ & seen) != 0) {
    return;
  }
  seen_ |= seen;
  bool is_valid = true;
  if (header == B3Header::TraceId) {
    is_valid = read_trace_id(value, read_.trace_id);
  } else if (header == B3Header::SpanId) {
    is_valid = read_span_id(value, read_.span_id);
  } else if (header == B3Header::Sampled) {
    is_valid = read_sampled(value, read_.sampled);
  } else {
    read_.debug = value.size() == 1 && value[0] == '1';
  }
  invalid_ = invalid_ || !is_valid;
}

B3Outcome B3Multi::outcome(B3& out) const {
  constexpr int kBothIds = 3;
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
  char* const text = out.data();
  write_id(context.trace_id.bytes.data(), text, sizeof context.trace_id);
  write_id(context.span_id.bytes.data(), text + kB3SpanIdAt, sizeof context.span_id);
  text[kB3SpanIdAt - 1] = text[kB3DecisionAt - 1] = '-';
  text[kB3DecisionAt] = debug ? 'd' : context.is_sampled() ? '1' : '0';
}

}  // namespace afterglow::context
