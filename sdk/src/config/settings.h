#pragma once

// What recording goes by: the program's `Config`, with what the environment (`OTEL_*`) says in its
// place. Made once, at an instance's first use, and the same from then on.

#include <afterglow/config.h>

#include <cstdint>
#include <optional>
#include <span>

#include "base/diagnostics.h"
#include "config/values.h"

namespace afterglow::config {

class Settings {
 public:
  /// Ask the host for its whole environment, once. `scratch` is lent for that; `config` outlives
  /// the settings. Values that are ignored are counted, and told at the first flush.
  Settings(const Config& config, std::span<char> scratch, base::Diagnostics& diagnostics);

  Settings(const Settings&) = delete;  // the samplers refer to each other
  Settings& operator=(const Settings&) = delete;

  /// OTEL_SDK_DISABLED: nothing is recorded; the caller's context is carried on.
  bool sdk_disabled = false;
  /// OTEL_LOG_LEVEL: the SDK says nothing about itself.
  bool quiet = false;
  Propagators propagators;
  SpanLimits limits;
  LogLimits log_limits;
  TemporalityPreference temporality;
  ExemplarFilter exemplars;

  /// Refers into these settings, or to what the program named.
  [[nodiscard]] Sampler sampler() const;
  /// OTEL_TRACES_SAMPLER_ARG for the program's sampler, where it is given alone.
  std::optional<double> rate;
  [[nodiscard]] SamplerKind sampler_kind() const { return sampler_kind_; }

 private:
  void take(const Values& values);

  Sampler configured_;
  SamplerKind sampler_kind_ = SamplerKind::Program;
  Ratio ratio_{1.0};
  ParentBased parent_based_ratio_{ratio_};
};

}  // namespace afterglow::config
