// Counts of redactions as a metric. Linked only where a program asks for it.

#include <afterglow/redaction_metric.h>
#include <afterglow/telemetry.h>

#include <cstddef>

namespace afterglow {
namespace {

// Kinds that never acted have no point: most programs need a few of them.
void tell_redactions(Observer<std::int64_t>& observer, void* telemetry) {
  const RedactionCounts counts = static_cast<const Telemetry*>(telemetry)->report().redactions;
  for (std::size_t i = 0; i < kRedactionKindCount; ++i) {
    const auto kind = static_cast<RedactionKind>(i);
    if (counts.of(kind) != 0) {
      observer.observe(counts.of(kind), {{"afterglow.redaction.kind", redaction_kind_name(kind)}});
    }
  }
}

}  // namespace

void observe_redactions(Telemetry& telemetry) {
  telemetry.observe(kRedactions, tell_redactions, &telemetry);
}

}  // namespace afterglow
