#pragma once

// Ids of traces and spans: one random read seeds a local trace, a generator that visits every
// 64-bit number once makes its span ids, so they cannot repeat within the trace.

#include <afterglow/context.h>
#include <afterglow/hooks.h>

#include <cstdint>

#include "base/diagnostics.h"

namespace afterglow::record {

/// What one random read gives.
struct Seed {
  TraceId trace_id;
  std::uint64_t id_state = 0;
  bool random = false;  ///< False when the host had no random bytes and the clocks stood in.
};

/// One host call, or, when that fails, two clock reads.
Seed read_seed(base::Diagnostics& diagnostics);

/// The id of a new trace, from the program's generator or the seed, and W3C's random flag for it.
void choose_trace_id(const IdGenerator& generator, const Seed& seed, TraceId& id,
                     std::uint8_t& flags);

/// The next span id of a generator. Never zero.
SpanId next_span_id(const IdGenerator& generator, std::uint64_t& id_state);

}  // namespace afterglow::record
