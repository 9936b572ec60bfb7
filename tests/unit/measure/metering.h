#pragma once

// A metric table with memory of its own, and what a collection told.

#include <afterglow/instrument.h>
#include <afterglow/view.h>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "encode/metric_attributes.h"
#include "measure/collection.h"
#include "measure/observe.h"
#include "measure/table.h"

namespace afterglow::test {

/// A point as a reader sees it, copied.
struct Told {
  std::string name;
  std::string attributes;  ///< As OTLP/JSON, in the order of the first use.
  measure::Temporality temporality{};
  std::uint64_t start = 0;
  std::uint64_t time = 0;
  std::int64_t integer = 0;
  double real = 0;
  measure::Summary summary{};
  std::vector<std::uint32_t> counts;  ///< Explicit buckets, or positive ones.
  std::vector<std::uint32_t> negatives;
  std::int32_t first = 0;
  std::int32_t first_negative = 0;
  std::int32_t scale = 0;
  std::uint32_t zeros = 0;
  std::vector<measure::Exemplar> exemplars;
};

inline std::string attributes_of(const measure::PointView& point) {
  std::string memory(4096, '\0');
  encode::JsonWriter out(memory);
  encode::write_attributes(out, point);
  memory.resize(out.size());
  return memory;
}

inline void copy_range(const measure::PointView& view, const measure::BucketRange& range,
                       std::vector<std::uint32_t>& counts) {
  const auto* from = view.table->at<std::uint32_t>(range.counts);
  counts.assign(from, from + range.length);
}

inline Told copy_of(const measure::PointView& view) {
  Told told;
  told.name = view.stream->name;
  told.attributes = attributes_of(view);
  told.temporality = view.temporality;
  told.start = view.start_unix_nano;
  told.time = view.unix_nano;
  switch (view.stream->aggregated.aggregation->kind) {
    case measure::AggregationKind::ExplicitBuckets: {
      const auto& cell = *static_cast<const measure::ExplicitCell*>(view.cell);
      told.summary = cell.summary;
      told.counts.assign(cell.counts(),
                         cell.counts() + view.stream->aggregated.buckets.bounds.size() + 1);
      break;
    }
    case measure::AggregationKind::ExponentialBuckets: {
      const auto& cell = *static_cast<const measure::ExponentialCell*>(view.cell);
      told.summary = cell.summary;
      told.scale = cell.scale;
      told.zeros = cell.zero_count;
      told.first = cell.positive.first;
      told.first_negative = cell.negative.first;
      copy_range(view, cell.positive, told.counts);
      copy_range(view, cell.negative, told.negatives);
      break;
    }
    default: {
      const measure::Number value = static_cast<const measure::NumberCell*>(view.cell)->value;
      if (measure::holds_doubles(*view.stream)) {
        told.real = value.real;
      } else {
        told.integer = value.integer;
      }
    }
  }
  for (measure::Offset offset = view.exemplars; offset != 0;) {
    told.exemplars.push_back(*view.table->at<measure::Exemplar>(offset));
    offset = told.exemplars.back().next;
  }
  return told;
}

struct Metering {
  std::vector<std::byte> memory;
  measure::Table table;

  explicit Metering(std::size_t bytes = 64 * 1024, const measure::TableOptions& options = {})
      : memory(bytes, std::byte{0xA5}) {  // memory need not be zero
    measure::set_up(table, memory, options);
  }

  template <class I>
  void record(const I& instrument, typename I::Number value, Attributes attributes = {},
              const measure::ExemplarSource* source = nullptr) {
    measure::record(table, instrument, number<I>(value), attributes, source);
  }
  template <class I>
  static measure::Number number(typename I::Number value) {
    measure::Number number{};
    if constexpr (std::is_same_v<typename I::Number, double>) {
      number.real = value;
    } else {
      number.integer = value;
    }
    return number;
  }

  /// Collect everything; deltas go in flight as `batch`.
  std::vector<Told> collect(std::uint64_t now, std::uint8_t batch = 1,
                            measure::Reader reader = measure::Reader::Push) {
    std::vector<Told> all;
    measure::Collection collection(table, reader, now);
    while (const measure::PointView* point = collection.next()) {
      all.push_back(copy_of(*point));
      if (reader == measure::Reader::Push) {
        collection.take(batch);
      }
    }
    return all;
  }
  std::vector<Told> pull(std::uint64_t now) { return collect(now, 0, measure::Reader::Pull); }

  measure::Settled settle(measure::Settlement settlement, std::uint8_t batch = 1) {
    return measure::settle(table, batch, settlement);
  }
  [[nodiscard]] std::uint64_t rejected(measure::Rejection reason) const {
    return table.counts.rejected[static_cast<std::size_t>(reason)];
  }
  [[nodiscard]] bool balanced() const {
    return table.counts.measurements() == table.counts.aggregated + table.counts.all_rejected();
  }
};

inline constexpr std::string_view kOverflowJson =
    R"(,"attributes":[{"key":"otel.metric.overflow","value":{"boolValue":true}}])";

}  // namespace afterglow::test
