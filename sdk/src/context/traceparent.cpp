#include "context/traceparent.h"

#include "base/copy.h"
#include "context/hex.h"
#include "context/lists.h"

namespace afterglow::context {
namespace {

constexpr std::size_t kTraceIdAt = 3;
constexpr std::size_t kParentIdAt = 36;
constexpr std::size_t kFlagsAt = 53;
constexpr int kForbiddenVersion = 0xFF;
constexpr std::uint8_t kKnownFlags = kSampledFlag | kRandomFlag;

// Two digits; negative when one of them is none.
int read_byte(const char* digits) {
  return lower_hex_value(digits[0]) * 16 | lower_hex_value(digits[1]);
}

}  // namespace

bool parse_traceparent(std::string_view header_value, Traceparent& out) {
  trim_ows(header_value);
  const char* const value = header_value.data();
  if (header_value.size() < kTraceparentLength || value[kTraceIdAt - 1] != '-' ||
      value[kParentIdAt - 1] != '-' || value[kFlagsAt - 1] != '-') {
    return false;
  }
  Traceparent parsed;
  const int version = read_byte(value);
  const int flags = read_byte(value + kFlagsAt);
  if (version < 0 || version == kForbiddenVersion || flags < 0 ||
      !read_id(value + kTraceIdAt, parsed.trace_id.bytes.data(), sizeof parsed.trace_id) ||
      !read_id(value + kParentIdAt, parsed.parent_id.bytes.data(), sizeof parsed.parent_id)) {
    return false;
  }
  // Version 00 ends after its flags; a later one may go on, behind a further '-'. The random bit
  // has its meaning in version 00 only; a later version may have moved it.
  if (header_value.size() != kTraceparentLength &&
      (version == 0 || value[kTraceparentLength] != '-')) {
    return false;
  }
  parsed.flags = static_cast<std::uint8_t>(flags & (version == 0 ? kKnownFlags : kSampledFlag));
  out = parsed;
  return true;
}

void write_traceparent(const SpanContext& context, std::span<char, kTraceparentLength> out) {
  static_assert(kKnownFlags < 10);
  char* const text = out.data();
  base::store(text, std::uint16_t{0x3030});
  write_id(context.trace_id.bytes.data(), text + kTraceIdAt, sizeof context.trace_id);
  write_id(context.span_id.bytes.data(), text + kParentIdAt, sizeof context.span_id);
  text[kTraceIdAt - 1] = text[kParentIdAt - 1] = text[kFlagsAt - 1] = '-';
  text[kFlagsAt] = '0';
  text[kFlagsAt + 1] = static_cast<char>('0' + (context.trace_flags & kKnownFlags));
}

}  // namespace afterglow::context
