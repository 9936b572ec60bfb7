#pragma once

// What redaction did, as a metric: how often each kind of rule acted, never on what.
//
//   observe_redactions(telemetry);  // once for an instance, as in its first request
//
//   afterglow.redactions   counter, {redaction}   afterglow.redaction.kind
//
// A point for each kind that has acted: "secret_name", "query_parameter", "bearer_token", ..., as
// `redaction_kind_name` calls them; the numbers are those of `FlushReport::redactions`. A view
// renames or drops it. Programs that do not call this link neither it nor, for its sake, metrics.

#include <afterglow/instrument.h>

namespace afterglow {

class Telemetry;

/// What `observe_redactions` tells.
inline constexpr ObservableCounter kRedactions{
    "afterglow.redactions", "{redaction}", "Values that a rule of redaction changed or left out."};

/// Tell the counts at each collection, from now on. Takes one of the places for callbacks; without
/// memory it is counted as `LostCallback`. Makes no host call beyond an instance's first use.
void observe_redactions(Telemetry& telemetry);

}  // namespace afterglow
