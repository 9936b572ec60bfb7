#include "base/ledger.h"

namespace afterglow {

const char* drop_reason_name(DropReason reason) {
  switch (reason) {
    case DropReason::NoMemory:
      return "no_memory";
    case DropReason::TraceFull:
      return "trace_full";
    case DropReason::ParentEnded:
      return "parent_ended";
    case DropReason::NotSampled:
      return "not_sampled";
    case DropReason::TailDropped:
      return "tail_dropped";
    case DropReason::TooLarge:
      return "too_large";
    case DropReason::SendFailed:
      return "send_failed";
    case DropReason::Refused:
      return "refused";
    case DropReason::Rejected:
      return "rejected";
    case DropReason::Shutdown:
      return "shutdown";
    case DropReason::Disabled:
      return "disabled";
    case DropReason::NoExporter:
      return "no_exporter";
    case DropReason::RateLimited:
      return "rate_limited";
    case DropReason::Residency:
      return "residency";
  }
  return "unknown_reason";
}

}  // namespace afterglow
