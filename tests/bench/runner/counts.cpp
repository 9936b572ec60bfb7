#include <cstring>
#include <vector>

#include "figures.h"
#include "guest.h"

namespace afterglow::bench {
namespace {

constexpr std::size_t kPage = 4096;

std::uint64_t per_operation(std::uint64_t total, std::uint32_t operations) {
  return (total + operations / 2) / operations;
}

// Pages whose bytes are others than before. One that was written with what it held already does not
// show.
std::uint64_t changed_pages(const std::vector<std::uint8_t>& before,
                            const std::vector<std::uint8_t>& after) {
  std::uint64_t changed = (after.size() - before.size()) / kPage;
  for (std::size_t at = 0; at + kPage <= before.size(); at += kPage) {
    changed += std::memcmp(before.data() + at, after.data() + at, kPage) != 0 ? 1U : 0U;
  }
  return changed;
}

}  // namespace

Counts count(Guest& guest, const ScenarioInfo& scenario) {
  guest.renew();
  if (!scenario.fresh) {
    guest.prepare(scenario.index);
  }
  const std::vector<std::uint8_t> memory =
      scenario.fresh ? guest.memory() : std::vector<std::uint8_t>{};
  const std::uint64_t before = guest.fuel_used();
  guest.run(scenario.index);
  const std::uint64_t fuel = guest.fuel_used() - before;
  const std::uint64_t pages = scenario.fresh ? changed_pages(memory, guest.memory()) : 0;
  guest.check(scenario);
  const RunCounts run = guest.counts();
  const std::uint32_t operations = scenario.operations;
  return {.fuel = per_operation(fuel, operations),
          .buffer_bytes = per_operation(run.buffer_bytes, operations),
          .body_bytes = per_operation(run.body_bytes, operations),
          .host_calls = per_operation(run.host_calls, operations),
          .allocations = run.allocations,
          .dirty_pages = pages};
}

}  // namespace afterglow::bench
