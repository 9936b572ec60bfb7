#pragma once

// The `traceparent` header of W3C Trace Context Level 2: who called us, in 55 characters.
//
//   00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
//   version trace-id                    parent-id        flags

#include <afterglow/context.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow::context {

/// What a valid `traceparent` says.
struct Traceparent {
  TraceId trace_id;
  SpanId parent_id;
  std::uint8_t flags = 0;  ///< Only bits we know; of a version above 00 only the sampled bit.
};

/// Length of the header value in the version we write, 00.
inline constexpr std::size_t kTraceparentLength = 55;

/// Read one header value into `out`. False when any part of it is invalid: then nothing of it may
/// be used, `tracestate` neither, and `out` is as it was. White space around the value is allowed.
///
/// Two header lines are not one value: a caller that sees a second line must trust neither.
[[nodiscard]] bool parse_traceparent(std::string_view header_value, Traceparent& out);

/// Write `context` as version 00, in lower case, with the flag bits of Level 2 only. The context
/// must be valid: receivers reject an id of zeros.
void write_traceparent(const SpanContext& context, std::span<char, kTraceparentLength> out);

}  // namespace afterglow::context
