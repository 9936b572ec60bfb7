#pragma once

// Callbacks of observable instruments. They run at each collection; what they observe are totals,
// from which deltas are taken here, so that no reader counts twice what another has seen.

#include <afterglow/observer.h>

#include <cstdint>

#include "measure/table.h"

namespace afterglow::measure {

/// What a running callback observes for.
struct Observation {
  Table& table;
  const Instrument& instrument;
};

/// Have `callback` run at each collection. Without memory it is counted as lost.
void register_callback(Table& table, const Instrument& instrument,
                       ObserveCallback<std::int64_t> callback, void* context);
void register_callback(Table& table, const Instrument& instrument, ObserveCallback<double> callback,
                       void* context);

}  // namespace afterglow::measure
