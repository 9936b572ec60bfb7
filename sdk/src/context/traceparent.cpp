#include "context/traceparent.h"

#include "context/hex.h"
#include "context/ows.h"

namespace afterglow::context {
namespace {

constexpr std::size_t kVersionAt = 0;
constexpr std::size_t kTraceIdAt = 3;
constexpr std::size_t kParentIdAt = 36;
constexpr std::size_t kFlagsAt = 53;
constexpr std::uint8_t kForbiddenVersion = 0xFF;
constexpr std::uint8_t kKnownFlags = kSampledFlag | kRandomFlag;

bool has_shape(std::string_view value) {
  return value.size() >= kTraceparentLength && value[kTraceIdAt - 1] == '-' &&
         value[kParentIdAt - 1] == '-' && value[kFlagsAt - 1] == '-';
}

/// Version 00 ends after its flags; a later one may go on, behind a further '-'.
bool has_valid_tail(std::string_view value, std::uint8_t version) {
  return value.size() == kTraceparentLength || (version != 0 && value[kTraceparentLength] == '-');
}

}  // namespace

bool parse_traceparent(std::string_view header_value, Traceparent& out) {
  const std::string_view value = trim_ows(header_value);
  if (!has_shape(value)) {
    return false;
  }
  Traceparent parsed;
  std::uint8_t version = 0;
  if (!read_lower_hex(value[kVersionAt], value[kVersionAt + 1], version) ||
      !read_lower_hex({value.data() + kTraceIdAt, 32}, parsed.trace_id.bytes) ||
      !read_lower_hex({value.data() + kParentIdAt, 16}, parsed.parent_id.bytes) ||
      !read_lower_hex(value[kFlagsAt], value[kFlagsAt + 1], parsed.flags)) {
    return false;
  }
  if (version == kForbiddenVersion || !has_valid_tail(value, version) ||
      !parsed.trace_id.is_valid() || !parsed.parent_id.is_valid()) {
    return false;
  }
  // The random bit has its meaning in version 00 only; a later version may have moved it.
  parsed.flags &= version == 0 ? kKnownFlags : kSampledFlag;
  out = parsed;
  return true;
}

void write_traceparent(const SpanContext& context, std::span<char, kTraceparentLength> out) {
  const unsigned flags = context.trace_flags & kKnownFlags;
  out[kVersionAt] = out[kVersionAt + 1] = out[kFlagsAt] = '0';
  out[kFlagsAt + 1] = static_cast<char>('0' + flags);
  static_assert(kKnownFlags < 10);
  context.trace_id.to_hex(out.subspan<kTraceIdAt, 32>());
  context.span_id.to_hex(out.subspan<kParentIdAt, 16>());
  out[kTraceIdAt - 1] = out[kParentIdAt - 1] = out[kFlagsAt - 1] = '-';
}

}  // namespace afterglow::context
