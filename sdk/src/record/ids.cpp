#include "record/ids.h"

#include <afterglow/host.h>

#include <cstring>

namespace afterglow::record {
Seed read_seed(base::Diagnostics& diagnostics) {
  struct {
    TraceId trace_id;
    std::uint64_t id_state;
  } bytes{};
  Seed seed;
  const host::Status status = host::random(std::as_writable_bytes(std::span(&bytes, 1)));
  seed.random = status == host::Status::Ok;
  if (!seed.random) {
    diagnostics.notice(Diagnostic::RandomUnavailable, static_cast<std::int32_t>(status));
    std::uint64_t state = host::wall_clock();
    state = next_number(state) ^ host::monotonic_clock();
    for (std::size_t at = 0; at < sizeof bytes.trace_id; at += sizeof state) {
      const std::uint64_t number = next_number(state);
      std::memcpy(&bytes.trace_id.bytes[at], &number, sizeof number);
    }
    bytes.id_state = next_number(state);
  }
  if (!bytes.trace_id.is_valid()) {
    bytes.trace_id.bytes.back() = 1;
  }
  seed.trace_id = bytes.trace_id;
  seed.id_state = bytes.id_state;
  return seed;
}

void choose_trace_id(const IdGenerator& generator, const Seed& seed, TraceId& id,
                     std::uint8_t& flags) {
  bool random = seed.random;
  id = seed.trace_id;
  if (generator.trace_id != nullptr) {
    if (const TraceId own = generator.trace_id(generator.context); own.is_valid()) {
      id = own;
      random = generator.random;
    }
  }
  flags = random ? kRandomFlag : std::uint8_t{0};
}

}  // namespace afterglow::record
