#pragma once

// Instruments: what is measured, as constants that are checked while compiling.
//
//   constexpr Counter kLookups{"cart.cache.lookups", "{lookup}"};
//   constexpr Histogram kItems{"cart.items", "{item}", {.bounds = kItemBounds}};
//   constexpr Counter<double> kCost{"cart.cost", "EUR"};
//
// An instrument holds no state: its sums and buckets are in the lent memory. Two constants of the
// same name (case does not matter), kind, number type and unit are the same instrument wherever
// they stand, since a constant in a header has one address per source file. An aggregation, its
// encoder and the formatter of doubles are linked only where an instrument needs them.
// Specification: metrics API, "Instrument"; metrics SDK, "Instrument name", "Instrument unit".

#include <afterglow/ascii.h>
#include <afterglow/attribute.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow {

namespace measure {
struct Aggregation;
extern const Aggregation kSumOfIntegers;
extern const Aggregation kSumOfDoubles;
extern const Aggregation kLastValue;
extern const Aggregation kExplicitBuckets;
extern const Aggregation kExponentialBuckets;
}  // namespace measure

namespace encode {
struct MetricFormat;
extern const MetricFormat kSumFormat;
extern const MetricFormat kGaugeFormat;
extern const MetricFormat kHistogramFormat;
extern const MetricFormat kExponentialHistogramFormat;
}  // namespace encode

namespace detail {

// Not constexpr on purpose: reaching one of these while compiling is the error message.
void an_instrument_name_has_1_to_255_characters();
void an_instrument_name_starts_with_a_letter();
void an_instrument_name_has_letters_digits_and_underscore_dot_dash_slash_only();
void an_instrument_unit_is_printable_ascii_of_at_most_63_characters();
void histogram_bounds_must_be_finite_and_ascending();
void an_exponential_histogram_has_2_to_1024_buckets_and_a_scale_from_minus_10_to_20();

}  // namespace detail

/// The name of an instrument: a literal `[A-Za-z][A-Za-z0-9_.\-/]{0,254}`.
class InstrumentName {
 public:
  template <std::size_t N>
  consteval InstrumentName(const char (&literal)[N])  // NOLINT(google-explicit-constructor)
      : text_(literal, N - 1) {
    if (N < 2 || N > 256) {
      detail::an_instrument_name_has_1_to_255_characters();
    }
    if (!is_letter(literal[0])) {
      detail::an_instrument_name_starts_with_a_letter();
    }
    for (const char c : text_) {
      if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '_' && c != '.' && c != '-' &&
          c != '/') {
        detail::an_instrument_name_has_letters_digits_and_underscore_dot_dash_slash_only();
      }
    }
  }

  [[nodiscard]] constexpr std::string_view text() const { return text_; }

 private:
  static constexpr bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  std::string_view text_;
};

/// The unit of an instrument, case-sensitive: a literal of at most 63 printable ASCII characters,
/// best from UCUM ("s", "By", "{item}"). May be left out.
class InstrumentUnit {
 public:
  constexpr InstrumentUnit() = default;
  template <std::size_t N>
  consteval InstrumentUnit(const char (&literal)[N])  // NOLINT(google-explicit-constructor)
      : text_(literal, N - 1) {
    for (const char c : text_) {
      if (N > 64 || c < 0x20 || c > 0x7e) {
        detail::an_instrument_unit_is_printable_ascii_of_at_most_63_characters();
      }
    }
  }

  [[nodiscard]] constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

enum class InstrumentKind : std::uint8_t {
  Counter,
  UpDownCounter,
  Gauge,
  Histogram,
  ExponentialHistogram,
  ObservableCounter,
  ObservableUpDownCounter,
  ObservableGauge,
};

/// The bounds a histogram has unless it names others: the specification's.
inline constexpr double kDefaultBounds[] = {0,   5,   10,   25,   50,   75,   100,  250,
                                            500, 750, 1000, 2500, 5000, 7500, 10000};

/// The buckets of a histogram. Explicit ones are upper-inclusive: (a, b].
struct Buckets {
  std::span<const double> bounds = {};
  std::uint16_t max_size = 0;  ///< Exponential: buckets of each sign at most.
  std::int8_t max_scale = 0;   ///< Exponential: the scale to begin with.
};

namespace detail {

/// How a stream turns measurements into points, and how those are written.
struct Aggregated {
  const measure::Aggregation* aggregation = nullptr;
  const encode::MetricFormat* format = nullptr;
  Buckets buckets = {};
};

template <class T>
constexpr Aggregated kSummed{
    std::same_as<T, double> ? &measure::kSumOfDoubles : &measure::kSumOfIntegers,
    &encode::kSumFormat};
constexpr Aggregated kLatest{&measure::kLastValue, &encode::kGaugeFormat};

constexpr Aggregated explicit_buckets(std::span<const double> bounds) {
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    if (bounds[i] - bounds[i] != 0 || (i != 0 && !(bounds[i - 1] < bounds[i]))) {
      histogram_bounds_must_be_finite_and_ascending();
    }
  }
  return {&measure::kExplicitBuckets, &encode::kHistogramFormat, {.bounds = bounds}};
}

constexpr Aggregated exponential_buckets(std::uint16_t max_size, std::int8_t max_scale) {
  if (max_size < 2 || max_size > 1024 || max_scale < -10 || max_scale > 20) {
    an_exponential_histogram_has_2_to_1024_buckets_and_a_scale_from_minus_10_to_20();
  }
  return {&measure::kExponentialBuckets,
          &encode::kExponentialHistogramFormat,
          {.max_size = max_size, .max_scale = max_scale}};
}

}  // namespace detail

/// What all instruments have in common; functions that take any instrument take a reference to it.
class Instrument {
 public:
  /// A hash of name, kind, number type and unit.
  [[nodiscard]] constexpr std::uint64_t identity() const { return identity_; }
  [[nodiscard]] constexpr std::string_view name() const { return name_; }
  [[nodiscard]] constexpr std::string_view unit() const { return unit_; }
  [[nodiscard]] constexpr std::string_view description() const { return description_; }
  [[nodiscard]] constexpr InstrumentKind kind() const { return kind_; }
  [[nodiscard]] constexpr bool is_double() const { return is_double_; }
  [[nodiscard]] constexpr bool is_observable() const {
    return kind_ >= InstrumentKind::ObservableCounter;
  }
  [[nodiscard]] constexpr const detail::Aggregated& aggregated() const { return aggregated_; }
  /// Null unless points of this instrument hold doubles.
  [[nodiscard]] constexpr detail::FormatDouble format_double() const { return format_double_; }

 protected:
  struct Kind {
    InstrumentKind kind;
    bool is_double;
    bool writes_doubles;
  };
  template <class T>
  static constexpr Kind numbers(InstrumentKind kind) {
    return {kind, std::same_as<T, double>, std::same_as<T, double>};
  }
  /// The sum and the bounds of a distribution are doubles in any case.
  template <class T>
  static constexpr Kind distribution(InstrumentKind kind) {
    return {kind, std::same_as<T, double>, true};
  }

  constexpr Instrument(Kind kind, const detail::Aggregated& aggregated, InstrumentName name,
                       InstrumentUnit unit, std::string_view description)
      : identity_(hash(kind, name.text(), unit.text())),
        name_(name.text()),
        unit_(unit.text()),
        description_(description),
        aggregated_(aggregated),
        format_double_(kind.writes_doubles ? &detail::format_double : nullptr),
        kind_(kind.kind),
        is_double_(kind.is_double) {}

 private:
  static constexpr std::uint64_t hash(Kind kind, std::string_view name, std::string_view unit) {
    std::uint64_t hash = 0xCBF2'9CE4'8422'2325;  // FNV-1a
    const auto add = [&hash](char c) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01B3;
    };
    for (const char c : name) {
      add(detail::lower(c));
    }
    add(static_cast<char>(0x80 + static_cast<int>(kind.kind) * 2 + (kind.is_double ? 1 : 0)));
    for (const char c : unit) {
      add(c);
    }
    return hash;
  }

  std::uint64_t identity_;
  std::string_view name_;
  std::string_view unit_;
  std::string_view description_;
  detail::Aggregated aggregated_;
  detail::FormatDouble format_double_;
  InstrumentKind kind_;
  bool is_double_;
};

/// What a measurement can be: a 64-bit integer or a double.
template <class T>
concept MeasuredNumber = std::same_as<T, std::int64_t> || std::same_as<T, double>;

/// Counts up: `add` with what is not negative. A negative value is rejected and counted.
template <MeasuredNumber T = std::int64_t>
class Counter : public Instrument {
 public:
  using Number = T;
  consteval Counter(InstrumentName name, InstrumentUnit unit = {},
                    std::string_view description = {})
      : Instrument(numbers<T>(InstrumentKind::Counter), detail::kSummed<T>, name, unit,
                   description) {}
};

/// Counts up and down: what is there now, as the sum of changes.
template <MeasuredNumber T = std::int64_t>
class UpDownCounter : public Instrument {
 public:
  using Number = T;
  consteval UpDownCounter(InstrumentName name, InstrumentUnit unit = {},
                          std::string_view description = {})
      : Instrument(numbers<T>(InstrumentKind::UpDownCounter), detail::kSummed<T>, name, unit,
                   description) {}
};

/// The latest value counts: `set`.
template <MeasuredNumber T = std::int64_t>
class Gauge : public Instrument {
 public:
  using Number = T;
  consteval Gauge(InstrumentName name, InstrumentUnit unit = {}, std::string_view description = {})
      : Instrument(numbers<T>(InstrumentKind::Gauge), detail::kLatest, name, unit, description) {}
};

struct HistogramOptions {
  std::string_view description = {};
  /// A named constexpr array of finite, ascending numbers; it may be empty, for one bucket.
  std::span<const double> bounds = kDefaultBounds;
};

/// A distribution over explicit buckets (a, b], with count, sum, minimum and maximum: `record`.
template <MeasuredNumber T = double>
class Histogram : public Instrument {
 public:
  using Number = T;
  consteval Histogram(InstrumentName name, InstrumentUnit unit = {},
                      const HistogramOptions& options = {})
      : Instrument(distribution<T>(InstrumentKind::Histogram),
                   detail::explicit_buckets(options.bounds), name, unit, options.description) {}
};

struct ExponentialHistogramOptions {
  std::string_view description = {};
  std::uint16_t max_size = 160;  ///< Buckets of each sign at most.
  std::int8_t max_scale = 20;    ///< Bucket bounds are powers of 2^(2^-scale).
};

/// A distribution over buckets that widen in proportion to the value and merge in pairs when the
/// values span too many of them: `record`.
template <MeasuredNumber T = double>
class ExponentialHistogram : public Instrument {
 public:
  using Number = T;
  consteval ExponentialHistogram(InstrumentName name, InstrumentUnit unit = {},
                                 const ExponentialHistogramOptions& options = {})
      : Instrument(distribution<T>(InstrumentKind::ExponentialHistogram),
                   detail::exponential_buckets(options.max_size, options.max_scale), name, unit,
                   options.description) {}
};

/// A total that is known elsewhere and never falls, read by a callback at collection.
template <MeasuredNumber T = std::int64_t>
class ObservableCounter : public Instrument {
 public:
  using Number = T;
  consteval ObservableCounter(InstrumentName name, InstrumentUnit unit = {},
                              std::string_view description = {})
      : Instrument(numbers<T>(InstrumentKind::ObservableCounter), detail::kSummed<T>, name, unit,
                   description) {}
};

/// A total that is known elsewhere and may fall, read by a callback at collection.
template <MeasuredNumber T = std::int64_t>
class ObservableUpDownCounter : public Instrument {
 public:
  using Number = T;
  consteval ObservableUpDownCounter(InstrumentName name, InstrumentUnit unit = {},
                                    std::string_view description = {})
      : Instrument(numbers<T>(InstrumentKind::ObservableUpDownCounter), detail::kSummed<T>, name,
                   unit, description) {}
};

/// A value that does not add up, such as a temperature, read by a callback at collection.
template <MeasuredNumber T = std::int64_t>
class ObservableGauge : public Instrument {
 public:
  using Number = T;
  consteval ObservableGauge(InstrumentName name, InstrumentUnit unit = {},
                            std::string_view description = {})
      : Instrument(numbers<T>(InstrumentKind::ObservableGauge), detail::kLatest, name, unit,
                   description) {}
};

}  // namespace afterglow
