#include "sample/log_filter.h"

namespace afterglow::sample {
namespace {

Severity minimum_of(const LogConfig& config, const Scope* scope) {
  for (const ScopeSeverity& entry : config.scopes) {
    if (entry.scope == scope) {
      return entry.minimum;
    }
  }
  return config.minimum_severity;
}

}  // namespace

// A record without a severity is below every minimum but the lowest, as the specification says of
// an unspecified one: it passes, since nobody said that it is unimportant.
bool keeps(const LogConfig& config, const LogSummary& log) {
  if (log.severity != Severity::Unspecified && log.severity < minimum_of(config, log.scope)) {
    return false;
  }
  if (!log.randomness) {
    return true;
  }
  if (config.trace_based && !log.is_sampled) {
    return false;
  }
  return log.severity >= Severity::Warn || *log.randomness >= config.threshold;
}

}  // namespace afterglow::sample
