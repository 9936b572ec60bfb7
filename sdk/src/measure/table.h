#pragma once

// The metric table: streams (one for each instrument and view) and their points (one for each
// attribute set), in a lent region of fixed size. Recording allocates nothing elsewhere and calls
// no host; what does not fit is counted.
//
// A stream makes points until its cardinality limit or the end of the memory; then measurements go
// to its overflow point, whose memory is kept from the beginning.

#include <afterglow/bound.h>
#include <afterglow/instrument.h>
#include <afterglow/metrics.h>
#include <afterglow/view.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "measure/aggregation.h"
#include "measure/attribute_set.h"
#include "measure/exemplars.h"
#include "measure/region.h"

namespace afterglow::measure {

/// OTLP's numbers.
enum class Temporality : std::uint8_t { Delta = 1, Cumulative = 2 };

using afterglow::TemporalityPreference;

/// The specification's table. Gauges follow the preference too: with deltas only what was set in
/// the interval is told again.
Temporality temporality_of(InstrumentKind kind, TemporalityPreference preference);

/// What may be kept of the attributes of a measurement: asked once for each, before anything of
/// them is stored. The answer is valid until the next question.
struct AttributePass {
  Attributes (*call)(void* context, Attributes attributes) = nullptr;  ///< Null: all of them.
  void* context = nullptr;
  bool keeps_plain = false;  ///< Literal keys of which nothing is known need not be asked about.
};

struct TableOptions {
  TemporalityPreference temporality = TemporalityPreference::Delta;
  std::uint32_t cardinality_limit = 2000;  ///< Sets of a stream, the overflow point included.
  std::span<const View> views = {};
  std::uint16_t exemplar_slots = 0;      ///< Exemplars kept at once, of all points; 64 bytes each.
  std::uint8_t exemplars_per_point = 1;  ///< Where they do not belong to buckets.
  AttributePass pass = {};
  std::uint64_t seed = 0;             ///< Random: of hashes and of the choice of exemplars.
  std::uint64_t start_unix_nano = 0;  ///< When everything starts to count.
};

/// What is in the index: streams, whose `stream` is 0, and points.
struct Indexed {
  std::uint32_t hash;
  Offset stream;
};

/// What was recorded: nothing ever, something before the live interval, something in it.
enum class Content : std::uint8_t { None, Earlier, Live };

struct Point : Indexed {
  std::uint64_t start_unix_nano;         // of the live cell
  std::uint64_t flight_start_unix_nano;  // of the cell in flight, which ends where the live starts
  Offset next;                           // in the stream
  Offset attributes;                     // the stored set
  Offset live_exemplars;
  Offset flight_exemplars;
  std::uint16_t offered;  // exemplars since the live interval began
  std::uint16_t attribute_count;
  std::uint8_t batch;      // what holds the cell in flight; 0 when none does
  std::uint8_t live_cell;  // 0 or 1
  Content content;
  bool is_overflow;
};

struct Stream : Indexed {
  Instrument instrument;  // a copy: its texts and bounds are constants of the program
  detail::Aggregated aggregated;
  detail::FormatDouble format_double;
  const View* view;  // null is the default stream
  std::string_view name;
  std::string_view description;
  Offset next;                // in order of creation
  Offset next_of_instrument;  // of the streams of one instrument
  Offset first_point;
  Offset last_point;
  Offset overflow;  // 0 until it is needed; its memory is reserved
  std::uint32_t points;
  std::uint32_t cardinality_limit;
  std::uint32_t cell_bytes;
  std::uint8_t cells;  // in each point: live, in flight
  Temporality temporality = Temporality::Delta;
  bool is_monotonic;
  bool is_dropped;
  bool keeps_all_keys;
};

/// What became of measurements. One that several views take counts for each of them.
struct Counts {
  std::uint64_t aggregated = 0;
  std::uint64_t rejected[kRejections] = {};
  std::uint64_t overflowed = 0;      ///< Of the aggregated ones: in overflow points.
  std::uint32_t saturated = 0;       ///< Additions that a sum could not take whole.
  std::uint32_t name_conflicts = 0;  ///< Streams called like another instrument's.
  std::uint32_t ignored_views = 0;   ///< Beyond `kMaxStreams`.
  std::uint32_t lost_streams = 0;    ///< Of views, for want of memory.
  std::uint32_t lost_callbacks = 0;  ///< Registered without memory.

  [[nodiscard]] constexpr std::uint64_t all_rejected() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : rejected) {
      sum += count;
    }
    return sum;
  }
  [[nodiscard]] constexpr std::uint64_t measurements() const { return aggregated + all_rejected(); }
};

struct Table {
  Region region;
  Counts counts;
  ExemplarPool exemplars;
  TableOptions options;
  std::span<Offset> index;  // open addressing, a power of two; 0 is free
  std::uint32_t indexed = 0;
  std::uint32_t generation = 0;
  Offset first_stream = 0;
  Offset last_stream = 0;
  std::uint64_t interval_start_unix_nano = 0;    // the end of the last collection
  detail::FormatDouble format_double = nullptr;  // set once an attribute was a double
  void (*write_exemplars)(encode::JsonWriter& out, const PointView& point) = nullptr;  // likewise
  // Of observable instruments; set by the first registration.
  void (*run_callbacks)(Table& table) = nullptr;
  Offset first_callback = 0;
  Offset last_callback = 0;
  std::uint32_t observation_round = 0;

  template <class T>
  [[nodiscard]] T* at(Offset offset) const {
    return region.at<T>(offset);
  }
  /// Whether the pass need not be asked.
  [[nodiscard]] bool passes_whole(const Attributes& attributes) const {
    if (options.pass.call == nullptr) {
      return true;
    }
    for (const Attribute& attribute : attributes) {
      if (!options.pass.keeps_plain || attribute.key.nature() != detail::KeyNature::Plain ||
          is_list(attribute.value.type())) {
        return false;
      }
    }
    return true;
  }
  [[nodiscard]] Attributes passed(Attributes attributes) const {
    return passes_whole(attributes) ? attributes
                                    : options.pass.call(options.pass.context, attributes);
  }
  [[nodiscard]] CellContext context(const Stream& stream) {
    return {region, stream.aggregated.buckets, counts.saturated};
  }
};

/// Which of the cells of a point.
enum class CellRole : std::uint8_t { Live, Flight };

/// Give the table its memory. What an earlier use left there is gone, and what was bound is stale.
void set_up(Table& table, std::span<std::byte> memory, const TableOptions& options);

/// Record an integer or a double, as the instrument's type says. `source` may be null.
void record(Table& table, const Instrument& instrument, const Number& value, Attributes attributes,
            const ExemplarSource* source);

/// Resolve an attribute set once. When the table is full that is the overflow point, for good.
BoundPoints bind(Table& table, const Instrument& instrument, Attributes attributes);
void record(Table& table, const BoundPoints& bound, const Number& value,
            const ExemplarSource* source);
/// Count a measurement that goes nowhere.
void reject(Table& table, Rejection reason);

/// The streams of an instrument, made at first use; null, when there is no memory for them.
Stream* streams_of(Table& table, const Instrument& instrument);
/// The point of a set, made at first use; the overflow point when there is no room.
/// `hash_of_whole`, unless it is null, is that of all attributes, with which none was found.
Point& point_of(Table& table, Stream& stream, Attributes attributes,
                const std::uint64_t* hash_of_whole = nullptr);
void* cell_of(const Stream& stream, Point& point, CellRole role);

/// Are the values of its points doubles?
bool holds_doubles(const Stream& stream);

}  // namespace afterglow::measure
