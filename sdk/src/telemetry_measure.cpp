// A measurement without a span: the shortest way to the table.

#include <bit>

#include "measure/quick.h"
#include "telemetry_metrics.h"

namespace afterglow {

using measure::Number;

void Telemetry::aggregate(const Instrument& instrument, std::uint64_t bits, Attributes attributes) {
  Metrics* const known = measuring_ != nullptr ? measuring_ : metrics();
  if (known != nullptr) {
    measure::record(known->table, instrument, std::bit_cast<Number>(bits), attributes, nullptr);
  }
}

// What nothing was bound to is never simple, so that there is a `Telemetry` where it is used.
void detail::BoundInstrument::measure_sum(std::int64_t value) {
  if (value <= points_.simple_above || telemetry_->measuring_ == nullptr ||
      !afterglow::measure::add_quickly(telemetry_->measuring_->table, points_, value)) {
    measure(static_cast<std::uint64_t>(value));
  }
}

void detail::BoundInstrument::measure_distribution(std::uint64_t bits) {
  if (!points_.is_distribution || telemetry_->measuring_ == nullptr ||
      !afterglow::measure::record_quickly(telemetry_->measuring_->table, points_, bits)) {
    measure(bits);
  }
}

}  // namespace afterglow
