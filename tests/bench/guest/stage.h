#pragma once

// What scenarios stand on: one Telemetry that starts over before each run, one open root span, and
// an export hook that swallows what is encoded.

#include <afterglow/afterglow.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace afterglow::bench {

/// End everything and start with a Telemetry whose memory holds a whole run.
Telemetry& start_over(Sampler sampler = kAlwaysOn, Redaction redaction = {},
                      std::uint32_t value_length = SpanLimits::kUnlimited);

/// The Telemetry of this run.
Telemetry& telemetry();

/// The root span of this run.
Span& root();

/// The request that was encoded last; lives until the next one.
std::string_view encoded();

/// Pages taken since `mark_pages()`, in bytes.
void mark_pages();
std::size_t bytes_of_pages_since_mark();

}  // namespace afterglow::bench
