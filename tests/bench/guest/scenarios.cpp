#include "scenario.h"

namespace afterglow::bench {
namespace {

using Table = std::span<const Scenario>();

constexpr Table* kTables[] = {floor_scenarios,  span_scenarios,    propagation_scenarios,
                              metric_scenarios, log_scenarios,     redaction_scenarios,
                              encode_scenarios, request_scenarios, sampler_scenarios};

}  // namespace

std::uint32_t scenario_count() {
  std::uint32_t count = 0;
  for (Table* const table : kTables) {
    count += static_cast<std::uint32_t>(table().size());
  }
  return count;
}

const Scenario& scenario(std::uint32_t index) {
  for (Table* const table : kTables) {
    const std::span<const Scenario> scenarios = table();
    if (index < scenarios.size()) {
      return scenarios[index];
    }
    index -= static_cast<std::uint32_t>(scenarios.size());
  }
  __builtin_trap();
}

}  // namespace afterglow::bench
