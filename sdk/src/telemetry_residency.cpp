// Where the resource meets the rules of residency. Linked only where a program has some.

#include <afterglow/residency.h>

#include "config/export_settings.h"
#include "encode/resource_text.h"

namespace afterglow {
namespace {

bool matches(const ResidencyRule& rule, std::string_view region) {
  switch (rule.match) {
    case RegionMatch::Any:
      return true;
    case RegionMatch::Exact:
      return !region.empty() && rule.region == region;
    case RegionMatch::Prefix:
      break;
  }
  const std::size_t size = rule.region.size();
  return !region.empty() && size <= region.size() &&
         std::string_view(region.data(), size) == rule.region;
}

}  // namespace

ResidencyVerdict ResidencyPolicy::judge(Signal signal, std::string_view where) const {
  for (const ResidencyRule& rule : rules) {
    if ((rule.signals & signal_bit(signal)) == 0 || !matches(rule, where)) {
      continue;
    }
    const bool can_anonymise = rule.anonymiser != nullptr && rule.anonymiser->apply != nullptr;
    if (rule.action == ResidencyAction::AnonymiseFirst && !can_anonymise) {
      return {.action = ResidencyAction::Drop};
    }
    return {rule.action, rule.destination, rule.anonymiser};
  }
  return {.action = strict ? ResidencyAction::Drop : ResidencyAction::Send};
}

namespace {

// Another destination may be of another kind on this host, with limits of its own.
void redirect(std::string_view destination, config::SignalExport& settings) {
  const host::Traits traits = host::traits(destination);
  settings.destination = destination;
  settings.path = {};
  settings.headers = {};
  settings.max_send_bytes = traits.max_send_bytes;
  if (traits.post_response_ms != 0 && traits.post_response_ms < settings.timeout_ms) {
    settings.timeout_ms = traits.post_response_ms;
  }
}

}  // namespace

// A region with characters that JSON escapes is compared as it is written, and matches no rule.
void Residency::apply_policy(const ResidencyPolicy& policy, Signal signal,
                             std::string_view resource, ExportWay local,
                             config::SignalExport& settings) {
  const std::string_view told = encode::find_in_resource(resource, policy.key).text();
  const ResidencyVerdict verdict =
      policy.judge(signal, policy.region.empty() ? told : policy.region);
  if (settings.way == ExportWay::None) {
    return;  // the program or the environment wants nothing to leave
  }
  switch (verdict.action) {
    case ResidencyAction::Drop:
      settings.way = ExportWay::None;
      settings.drop_reason = DropReason::Residency;
      return;
    case ResidencyAction::LocalLogOnly:
      settings.way = local;
      return;
    case ResidencyAction::AnonymiseFirst:
      settings.anonymiser = verdict.anonymiser;
      break;
    case ResidencyAction::Send:
      break;
  }
  if (!verdict.destination.empty()) {
    redirect(verdict.destination, settings);
  }
}

}  // namespace afterglow
