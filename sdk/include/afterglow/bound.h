#pragma once

// Which verb belongs to which instrument, and instruments bound to one attribute set:
//
//   auto hits = telemetry.bind(kLookups, {{"cache.hit", true}});
//   hits.add(1);
//
// A bound instrument finds its point without hashing attributes, so it suits what is measured often
// with the same ones. It is a small value without a destructor and may stay as long as its
// `Telemetry`.

#include <afterglow/instrument.h>
#include <afterglow/view.h>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace afterglow {

class Span;
class Telemetry;

namespace detail {

template <class I>
inline constexpr bool kAdds = false;
template <class T>
inline constexpr bool kAdds<Counter<T>> = true;
template <class T>
inline constexpr bool kAdds<UpDownCounter<T>> = true;

template <class I>
inline constexpr bool kRecords = false;
template <class T>
inline constexpr bool kRecords<Histogram<T>> = true;
template <class T>
inline constexpr bool kRecords<ExponentialHistogram<T>> = true;

template <class I>
inline constexpr bool kSets = false;
template <class T>
inline constexpr bool kSets<Gauge<T>> = true;

template <class I>
inline constexpr bool kIsObserved = false;
template <class T>
inline constexpr bool kIsObserved<ObservableCounter<T>> = true;
template <class T>
inline constexpr bool kIsObserved<ObservableUpDownCounter<T>> = true;
template <class T>
inline constexpr bool kIsObserved<ObservableGauge<T>> = true;

}  // namespace detail

/// Counter and UpDownCounter: `add`.
template <class I>
concept CountingInstrument = detail::kAdds<I>;
/// Histogram and ExponentialHistogram: `record`.
template <class I>
concept RecordingInstrument = detail::kRecords<I>;
/// Gauge: `set`.
template <class I>
concept GaugeInstrument = detail::kSets<I>;
/// What the program measures by a call.
template <class I>
concept SynchronousInstrument =
    CountingInstrument<I> || RecordingInstrument<I> || GaugeInstrument<I>;
/// What a callback tells: `observe`.
template <class I>
concept ObservableInstrument = detail::kIsObserved<I>;

/// A number that can be measured with instrument `I`: integers for an instrument of integers, any
/// number for one of doubles.
template <class V, class I>
concept MeasurementOf = std::is_arithmetic_v<V> && !std::same_as<V, bool> &&
                        (std::integral<V> || std::same_as<typename I::Number, double>);

namespace detail {

/// What is beyond the range of a 64-bit integer is its end.
template <class I, class V>
constexpr typename I::Number number_of(V value) {
  if constexpr (std::same_as<typename I::Number, std::int64_t> && std::is_unsigned_v<V> &&
                sizeof(V) == 8) {
    constexpr auto kMost = static_cast<V>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(value < kMost ? value : kMost);
  } else {
    return static_cast<typename I::Number>(value);
  }
}

/// The same as bits: one kind of number is less to link than two.
template <class I, class V>
constexpr std::uint64_t bits_of(V value) {
  return std::bit_cast<std::uint64_t>(number_of<I>(value));
}

}  // namespace detail

namespace measure {

/// An attribute set resolved once: the points of one instrument. When the table was full it is the
/// overflow point, for good.
struct BoundPoints {
  std::uint32_t generation = 0;  ///< Of the table; another one's is stale.
  bool has_streams = false;
  bool is_distribution = false;  ///< Explicit buckets of a single stream.
  /// Integers above this only add up, in the single point of a single stream.
  std::int64_t simple_above = std::numeric_limits<std::int64_t>::max();
  std::array<std::uint32_t, kMaxStreams> points = {};  ///< Offsets; 0 ends them.
};

}  // namespace measure

namespace detail {

/// What bound instruments have in common. Numbers come as `bits_of` gives them.
class BoundInstrument {
 protected:
  constexpr BoundInstrument() = default;
  BoundInstrument(Telemetry& telemetry, const measure::BoundPoints& points)
      : points_(points), telemetry_(&telemetry) {}

  /// Any number with any instrument.
  void measure(std::uint64_t bits);
  void measure(std::uint64_t bits, const Span& span);
  /// The same, quick where an integer only adds up, or a number falls into an explicit bucket.
  void measure_sum(std::int64_t value);
  void measure_distribution(std::uint64_t bits);

 private:
  measure::BoundPoints points_;
  Telemetry* telemetry_ = nullptr;
};

}  // namespace detail

/// An instrument with its attributes: what `Telemetry::bind` returns. Its verbs are the
/// instrument's. With a span, exemplars can point at it. One that nothing was bound to does
/// nothing.
template <SynchronousInstrument I>
class Bound : private detail::BoundInstrument {
 public:
  constexpr Bound() = default;

  template <MeasurementOf<I> V>
  void add(V value)
    requires CountingInstrument<I>
  {
    if constexpr (std::same_as<typename I::Number, std::int64_t>) {
      measure_sum(detail::number_of<I>(value));
    } else {
      measure(detail::bits_of<I>(value));
    }
  }
  template <MeasurementOf<I> V>
  void add(V value, const Span& span)
    requires CountingInstrument<I>
  {
    measure(detail::bits_of<I>(value), span);
  }

  template <MeasurementOf<I> V>
  void record(V value)
    requires RecordingInstrument<I>
  {
    measure_distribution(detail::bits_of<I>(value));
  }
  template <MeasurementOf<I> V>
  void record(V value, const Span& span)
    requires RecordingInstrument<I>
  {
    measure(detail::bits_of<I>(value), span);
  }

  template <MeasurementOf<I> V>
  void set(V value)
    requires GaugeInstrument<I>
  {
    measure(detail::bits_of<I>(value));
  }
  template <MeasurementOf<I> V>
  void set(V value, const Span& span)
    requires GaugeInstrument<I>
  {
    measure(detail::bits_of<I>(value), span);
  }

 private:
  friend class Telemetry;
  using BoundInstrument::BoundInstrument;
};

}  // namespace afterglow
