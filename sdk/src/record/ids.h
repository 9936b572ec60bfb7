#pragma once

// Ids of traces and spans: one random read seeds a local trace, a generator that visits every
// 64-bit number once makes its span ids, so they cannot repeat within the trace.

#include <afterglow/context.h>
#include <afterglow/hooks.h>

#include <bit>
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

/// SplitMix64: the state walks through all 64-bit numbers, the mix is a bijection.
inline std::uint64_t next_number(std::uint64_t& state) {
  state += 0x9E37'79B9'7F4A'7C15;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58'476D'1CE4'E5B9;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D0'49BB'1331'11EB;
  return mixed ^ (mixed >> 31U);
}

/// The next span id of a generator. Never zero.
inline SpanId next_span_id(const IdGenerator& generator, std::uint64_t& id_state) {
  if (generator.span_id != nullptr) {
    if (const SpanId id = generator.span_id(generator.context); id.is_valid()) {
      return id;
    }
  }
  std::uint64_t number = 0;
  while (number == 0) {
    number = next_number(id_state);
  }
  return std::bit_cast<SpanId>(number);
}

}  // namespace afterglow::record
