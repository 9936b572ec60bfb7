// A measurement without a span: the shortest way to the table.

#include <bit>

#include "measure/quick.h"
#include "telemetry_metrics.h"

namespace afterglow {

using measure::Number;

void Telemetry::aggregate(const Instrument& instrument, std::uint64_t bits, Attributes attributes) {
  if (Metrics* known = metrics(); known != nullptr) {
    measure::record(known->table, instrument, std::bit_cast<Number>(bits), attributes, nullptr);
  }
}

void Telemetry::aggregate(const measure::BoundPoints& points, std::uint64_t bits) {
  if (Metrics* known = metrics(); known != nullptr) {
    measure::record(known->table, points, std::bit_cast<Number>(bits), nullptr);
  }
}

void Telemetry::add_bound(const measure::BoundPoints& points, std::int64_t value) {
  if (measuring_ == nullptr || !measure::add_quickly(measuring_->table, points, value)) {
    aggregate(points, static_cast<std::uint64_t>(value));
  }
}

void Telemetry::record_bound(const measure::BoundPoints& points, std::uint64_t bits) {
  if (measuring_ == nullptr || !measure::record_quickly(measuring_->table, points, bits)) {
    aggregate(points, bits);
  }
}

}  // namespace afterglow
