// What recording goes by, of what the environment says.

#include "config/environment_reader.h"
#include "config/variables.h"

namespace afterglow::config {
namespace {

constexpr ParentBased kParentBasedAlwaysOff{kAlwaysOff};
constexpr std::uint8_t kFirstQuietLevel = 6;  // the SDK's own lines are warnings

Sampler sampler_of(SamplerKind kind, const Sampler& program, const Ratio& ratio,
                   const ParentBased& parent_based_ratio) {
  switch (kind) {
    case SamplerKind::Program:
      break;
    case SamplerKind::AlwaysOn:
      return kAlwaysOn;
    case SamplerKind::AlwaysOff:
      return kAlwaysOff;
    case SamplerKind::Ratio:
      return ratio;
    case SamplerKind::ParentBasedAlwaysOn:
      return kParentBasedAlwaysOn;
    case SamplerKind::ParentBasedAlwaysOff:
      return kParentBasedAlwaysOff;
    case SamplerKind::ParentBasedRatio:
      return parent_based_ratio;
  }
  return program;
}

// What holds for spans and log records where nothing is said of the one.
constexpr Number general_of(Number which) {
  switch (which) {
    case Number::SpanAttributeCount:
    case Number::LogAttributeCount:
      return Number::AttributeCount;
    case Number::SpanAttributeValueLength:
    case Number::LogAttributeValueLength:
      return Number::AttributeValueLength;
    default:
      return which;
  }
}

}  // namespace

std::uint32_t& Settings::limit(Number which) {
  constexpr std::uint32_t SpanLimits::* kOfSpans[] = {&SpanLimits::attribute_count,
                                                      &SpanLimits::event_count,
                                                      &SpanLimits::link_count,
                                                      &SpanLimits::attribute_per_event_count,
                                                      &SpanLimits::attribute_per_link_count,
                                                      &SpanLimits::attribute_value_length};
  const auto index = static_cast<std::size_t>(which);
  return which == Number::LogAttributeCount         ? log_limits.attribute_count
         : which == Number::LogAttributeValueLength ? log_limits.attribute_value_length
                                                    : limits.*kOfSpans[index];
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
  sampler_ = sampler_of(values.sampler(), sampler_, ratio_, parent_based_ratio_);
  for (std::size_t i = 0; i < kLimitCount; ++i) {
    const auto which = static_cast<Number>(i);
    std::uint32_t& own = limit(which);
    own = values.get(which, values.get(general_of(which), own));
  }
}

void read_settings(Settings& settings, std::span<char> scratch, base::Diagnostics& diagnostics) {
  Values values;
  Variables variables(Purpose::Recording, values, nullptr, false);
  const host::Status status = variables.read(scratch);
  if (!is_read(status)) {
    diagnostics.notice(Diagnostic::EnvironmentUnread, static_cast<std::int32_t>(status));
  }
  for (std::uint32_t faults = variables.count_faults(); faults != 0; --faults) {
    diagnostics.notice(Diagnostic::ConfigurationInvalid);
  }
  settings.take(values);
}

}  // namespace afterglow::config
