#pragma once

// Which log records are kept: pure functions of what is known before anything is copied.

#include <afterglow/log.h>

#include <cstdint>
#include <optional>

namespace afterglow::sample {

/// What a filter looks at.
struct LogSummary {
  Severity severity = Severity::Unspecified;
  const Scope* scope = nullptr;
  std::optional<std::uint64_t> randomness = {};  // R of the trace; none: no trace
  bool is_sampled = false;                       // the span is
};

[[nodiscard]] bool keeps(const LogConfig& config, const LogSummary& log);

}  // namespace afterglow::sample
