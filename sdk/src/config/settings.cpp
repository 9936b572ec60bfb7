#include "config/settings.h"

#include "config/variables.h"

namespace afterglow::config {
namespace {
constexpr ParentBased kParentBasedAlwaysOff{kAlwaysOff};
}  // namespace

Settings::Settings(const Config& config, std::span<char> scratch, base::Diagnostics& diagnostics)
    : propagators(config.propagators),
      limits(config.limits),
      log_limits(config.log_limits),
      temporality(config.metrics.temporality),
      exemplars(config.metrics.exemplars),
      configured_(config.sampler) {
  Values values;
  Variables variables(Purpose::Recording, values);
  const Reading reading = read(config.environment, scratch, variables);
  if (!reading.is_read()) {
    diagnostics.notice(Diagnostic::EnvironmentUnread, static_cast<std::int32_t>(reading.status));
  }
  for (std::uint32_t i = 0; i < reading.faults; ++i) {
    diagnostics.notice(Diagnostic::ConfigurationInvalid);
  }
  take(values);
}

void Settings::take(const Values& values) {
  sdk_disabled = values.sdk_disabled;
  quiet = values.quiet;
  if (values.has_propagators) {
    propagators = values.propagators;
  }
  temporality = values.temporality.value_or(temporality);
  exemplars = values.exemplars.value_or(exemplars);
  sampler_kind_ = values.sampler;
  ratio_ = Ratio(values.ratio);
  if (values.sampler == SamplerKind::Program && values.ratio_given == Given::Yes) {
    rate = values.ratio;
  }
  const auto limit = [&values](Number general, Number own, std::uint32_t& out) {
    out = values.get(own, values.get(general, out));
  };
  limit(Number::AttributeValueLength, Number::SpanAttributeValueLength,
        limits.attribute_value_length);
  limit(Number::AttributeCount, Number::SpanAttributeCount, limits.attribute_count);
  limit(Number::AttributeValueLength, Number::LogAttributeValueLength,
        log_limits.attribute_value_length);
  limit(Number::AttributeCount, Number::LogAttributeCount, log_limits.attribute_count);
  limit(Number::SpanEventCount, Number::SpanEventCount, limits.event_count);
  limit(Number::SpanLinkCount, Number::SpanLinkCount, limits.link_count);
  limit(Number::EventAttributeCount, Number::EventAttributeCount, limits.attribute_per_event_count);
  limit(Number::LinkAttributeCount, Number::LinkAttributeCount, limits.attribute_per_link_count);
}

Sampler Settings::sampler() const {
  switch (sampler_kind_) {
    case SamplerKind::Program:
      return configured_;
    case SamplerKind::AlwaysOn:
      return kAlwaysOn;
    case SamplerKind::AlwaysOff:
      return kAlwaysOff;
    case SamplerKind::Ratio:
      return ratio_;
    case SamplerKind::ParentBasedAlwaysOn:
      return kParentBasedAlwaysOn;
    case SamplerKind::ParentBasedAlwaysOff:
      return kParentBasedAlwaysOff;
    case SamplerKind::ParentBasedRatio:
      return parent_based_ratio_;
  }
  return configured_;
}

}  // namespace afterglow::config
