// The part of the port for hosts that collect metrics themselves. Its export stands beside the
// function that only modules with something to tell refer to: so other modules do not have it.

#include <cstdint>
#include <string_view>

#include "afterglow/host.h"
#include "custom_abi.h"

namespace afterglow::host {
namespace {

constinit MetricSource g_source{};

}  // namespace

bool offer_metrics(const MetricSource& source) {
  if (g_source.object != nullptr)
    return g_source.object == source.object;
  g_source = source;
  return true;
}

}  // namespace afterglow::host

extern "C" std::uint64_t afterglow_v1_export_metrics(void) {
  const afterglow::host::MetricSource& source = afterglow::host::g_source;
  if (source.object == nullptr)
    return 0;
  const std::string_view part = source.next_part(source.object);
  const auto address = reinterpret_cast<std::uintptr_t>(part.data());
  return part.empty() ? 0 : std::uint64_t{address} << 32U | part.size();
}
