#pragma once

// What recording goes by: the program's `Config`, with what the environment (`OTEL_*`) says in its
// place. Made once, at an instance's first use, and the same from then on.

#include <afterglow/config.h>

#include <cstdint>
#include <optional>
#include <span>

#include "base/diagnostics.h"

namespace afterglow::config {

struct Values;
enum class Number : std::uint8_t;

class Settings {
 public:
  /// Ask the host for its whole environment, once. `scratch` is lent for that; `config` outlives
  /// the settings. Values that are ignored are counted, and told at the first flush.
  Settings(const Config& config, std::span<char> scratch, base::Diagnostics& diagnostics);

  Settings(const Settings&) = delete;  // the samplers refer to each other
  Settings& operator=(const Settings&) = delete;

  /// What the environment says in place of the program.
  void take(const Values& values);

  /// OTEL_SDK_DISABLED: nothing is recorded; the caller's context is carried on.
  bool sdk_disabled = false;
  /// OTEL_LOG_LEVEL: the SDK says nothing about itself.
  bool quiet = false;
  Propagators propagators;
  SpanLimits limits;
  LogLimits log_limits;
  TemporalityPreference temporality;
  ExemplarFilter exemplars;

  /// One of the limits, of spans or log records.
  [[nodiscard]] std::uint32_t& limit(Number which);
  [[nodiscard]] std::uint32_t limit(Number which) const {
    return const_cast<Settings*>(this)->limit(which);
  }

  /// Refers into these settings, or to what the program named.
  [[nodiscard]] const Sampler& sampler() const { return sampler_; }
  /// OTEL_TRACES_SAMPLER_ARG for the program's sampler, where it is given alone.
  std::optional<double> rate;

 private:
  Sampler sampler_;
  Ratio ratio_{1.0};
  ParentBased parent_based_ratio_{ratio_};
};

}  // namespace afterglow::config
