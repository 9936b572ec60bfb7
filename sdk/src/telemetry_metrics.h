#pragma once

// What an instance that measures has besides the others: the table and its books, in pages that the
// first measurement takes from the pool.

#include <cstdint>
#include <string_view>

#include "base/diagnostics.h"
#include "base/ledger.h"
#include "measure/table.h"
#include "telemetry_instance.h"

namespace afterglow {

/// What the policy of the recorder keeps of attributes, in its scratch memory: for
/// `measure::AttributePass`.
Attributes redacted_attributes(void* recorder, Attributes attributes);

struct Telemetry::Metrics {
  static constexpr std::size_t kIdLength = 36;

  /// Say what conflicts and losses came since the last time.
  void notice_losses(base::Diagnostics& diagnostics);
  /// The books of points and measurements.
  void report(FlushReport& report) const;

  measure::Table table;
  base::Ledger points;         // recorded when they are collected
  std::uint64_t returned = 0;  // of the waiting ones: merged back, so collected once more
  std::uint32_t conflicts_told = 0;
  std::uint32_t losses_told = 0;
  std::uint8_t last_batch = 0;
  bool is_warm = false;        // the first request of this instance was counted
  bool is_due = false;         // the program wants the next flush to export
  bool is_identified = false;  // the id was made, or need not be
  std::uint8_t id_length = 0;
  char instance_id[kIdLength] = {};
  measure::Offset pulled = 0;  // the last point of the parts of a report so far
};

/// What an exemplar of a measurement made through a span would tell; null where none is wanted.
struct Telemetry::ExemplarOf {
  measure::ExemplarSource source;
  bool is_wanted;

  ExemplarOf(ExemplarFilter filter, const Span& span);
  [[nodiscard]] const measure::ExemplarSource* get() const { return is_wanted ? &source : nullptr; }
};

}  // namespace afterglow
