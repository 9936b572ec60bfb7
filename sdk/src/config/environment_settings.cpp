// What recording goes by, of what the environment says.

#include "config/environment_reader.h"
#include "config/variables.h"

namespace afterglow::config {
namespace {

constexpr ParentBased kParentBasedAlwaysOff{kAlwaysOff};
constexpr std::uint8_t kFirstQuietLevel = 6;  // the SDK's own lines are warnings

// In the order of the enumeration, behind the program's.
constexpr Sampler kSamplers[] = {kAlwaysOn, kAlwaysOff, kParentBasedAlwaysOn,
                                 kParentBasedAlwaysOff};

constexpr std::size_t index_of(Number which) {
  return static_cast<std::size_t>(which);
}

}  // namespace

std::uint32_t& Settings::limit(Number which) {
  constexpr std::uint32_t SpanLimits::* kOfSpans[] = {&SpanLimits::attribute_count,
                                                      &SpanLimits::attribute_value_length,
                                                      &SpanLimits::attribute_count,
                                                      &SpanLimits::attribute_value_length,
                                                      &SpanLimits::event_count,
                                                      &SpanLimits::link_count,
                                                      &SpanLimits::attribute_per_event_count,
                                                      &SpanLimits::attribute_per_link_count};
  return which == Number::LogAttributeCount         ? log_limits.attribute_count
         : which == Number::LogAttributeValueLength ? log_limits.attribute_value_length
                                                    : limits.*kOfSpans[index_of(which)];
}

void Settings::take(const Values& values) {
  sdk_disabled = values.word(Word::Disabled) != 0;
  quiet = values.word(Word::LogLevel) >= kFirstQuietLevel;
  if (values.has_propagators) {
    propagators = values.propagators;
  }
  if (const std::uint8_t place = values.word(Word::Temporality); place != 0) {
    temporality = static_cast<TemporalityPreference>(place - 1);
  }
  if (const std::uint8_t place = values.word(Word::ExemplarFilter); place != 0) {
    exemplars = static_cast<ExemplarFilter>(place - 1);
  }
  if (values.ratio_given == Given::Yes) {
    ratio_ = Ratio(values.ratio);
    if (values.sampler() == SamplerKind::Program) {
      rate = values.ratio;
    }
  }
  const SamplerKind kind = values.sampler();
  if (kind == SamplerKind::Ratio) {
    sampler_ = ratio_;
  } else if (kind == SamplerKind::ParentBasedRatio) {
    sampler_ = parent_based_ratio_;
  } else if (kind != SamplerKind::Program) {
    sampler_ = kSamplers[static_cast<std::size_t>(kind) - 1];
  }
  // Of both, then of the one.
  for (std::size_t i = 0; i < kLimitCount; ++i) {
    const auto which = static_cast<Number>(i);
    const std::size_t of_logs = index_of(Number::LogAttributeCount);
    const auto general = static_cast<Number>(i < of_logs ? i : i - of_logs);
    std::uint32_t& own = limit(which);
    own = values.get(which, values.get(general, own));
  }
}

void read_settings(Settings& settings, std::span<char> scratch, base::Diagnostics& diagnostics) {
  Variables variables(Purpose::Recording, {}, false);
  const host::Status status = variables.read(scratch);
  if (!is_read(status)) {
    diagnostics.notice(Diagnostic::EnvironmentUnread, static_cast<std::int32_t>(status));
  }
  for (std::uint32_t faults = variables.faults(); faults != 0; --faults) {
    diagnostics.notice(Diagnostic::ConfigurationInvalid);
  }
  if (variables.is_any_given()) {
    settings.take(variables.values);
  }
}

}  // namespace afterglow::config
