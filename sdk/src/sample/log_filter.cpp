#include "sample/log_filter.h"

namespace afterglow::sample {

bool passes_severity(const LogConfig& config, Severity severity, const Scope* scope) {
  for (const ScopeSeverity& entry : config.scopes) {
    if (entry.scope == scope) {
      return !is_below(severity, entry.minimum);
    }
  }
  return !is_below(severity, config.minimum_severity);
}

bool passes_trace(const LogConfig& config, Severity severity, const LogTrace& trace) {
  if (config.trace_based && !trace.is_sampled) {
    return false;
  }
  return !is_below(severity, Severity::Warn) || trace.randomness >= config.threshold;
}

}  // namespace afterglow::sample
