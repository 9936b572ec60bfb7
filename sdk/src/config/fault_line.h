#pragma once

// The line about a variable that is wrong or ignored:
//
//   afterglow: OTEL_BSP_EXPORT_TIMEOUT="-5" is not a number from 1 to 4294967295: 10000 is used

#include <afterglow/hooks.h>

#include <cstdint>
#include <string_view>

namespace afterglow::config {

/// What is wrong with a value.
enum class Fault : std::uint8_t {
  NotGiven,
  None,
  // Something else is used, which the line tells.
  NotKnown,
  NotSupported,
  NoLimit,
  NoNumber,
  NoKnownExporter,
  MoreExporters,
  NeedsLines,
  // What is used is always the same.
  NoKnownPropagator,
  NoneBesideOthers,
  UnknownPropagator,
  NeedsRatio,
  NoRatio,
  NoRatioOfProgram,
  // It is left out.
  NoRoom,
  NoUrl,
  NoList,
  // It is ignored.
  NoRatioSampler,
  HostOwnsUrl,
  ProgramNames,
  NoEndpoint,
  NoBackground,
  BufferIsQueue,
  ProgramAggregates,
};

struct FaultLine {
  Fault fault;
  std::string_view name;
  std::string_view value;
  bool is_headers = false;     ///< A list of `name=value`: the values may be secrets.
  std::string_view used = {};  ///< Null: `number` is used; empty: the program's.
  std::uint32_t number = 0;
};

/// Hand the line to the handler, or the host's log. Of the value at most 64 bytes are shown,
/// all printable ASCII: any other becomes a question mark. Of headers only the names are, and
/// not even those of what is no list: it may be all secret.
void tell_fault(const DiagnosticHandler& handler, const FaultLine& fault);

}  // namespace afterglow::config
