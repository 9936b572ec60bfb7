#include "config/settings.h"

#include "config/environment_reader.h"

namespace afterglow::config {

Settings::Settings(const Config& config, std::span<char> scratch, base::Diagnostics& diagnostics)
    : propagators(config.propagators),
      limits(config.limits),
      log_limits(config.log_limits),
      temporality(config.metrics.temporality),
      exemplars(config.metrics.exemplars),
      sampler_(config.sampler) {
  if (const detail::EnvironmentReader* reader = config.environment.reader(); reader != nullptr) {
    reader->read_settings(*this, scratch, diagnostics);
  }
}

}  // namespace afterglow::config
