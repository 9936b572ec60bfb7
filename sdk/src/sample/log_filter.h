#pragma once

// Which log records are kept: pure functions of what is known before anything is copied.

#include <afterglow/log.h>

#include <cstdint>

namespace afterglow::sample {

/// Whether `severity` is below `bound`. A record without a severity is below nothing: nobody said
/// that it is unimportant.
[[nodiscard]] constexpr bool is_below(Severity severity, Severity bound) {
  return severity != Severity::Unspecified && severity < bound;
}

/// Of records of `scope`.
[[nodiscard]] bool passes_severity(const LogConfig& config, Severity severity, const Scope* scope);

/// What the filters want to know of a record's trace.
struct LogTrace {
  std::uint64_t randomness;  // R
  bool is_sampled;
};

/// Of records that belong to a trace.
[[nodiscard]] bool passes_trace(const LogConfig& config, Severity severity, const LogTrace& trace);

}  // namespace afterglow::sample
