#pragma once

// Writes metrics as text: Prometheus 0.0.4 or OpenMetrics 1.0. For those who have the values and
// want the page; a program that wants its own instruments on a page includes
// <afterglow/prometheus.h>.
//
//   PrometheusText page(memory, PrometheusFormat::OpenMetrics);
//   if (page.begin_family({.name = "http.server.request.duration", .unit = "s",
//                          .type = PrometheusType::Histogram})) {
//     page.sample(labels, {.part = PrometheusPart::Bucket, .bound = 0.5, .value = 12});
//     …
//   }
//   page.close();
//
// Names, units and labels come as OpenTelemetry has them and are made what Prometheus takes:
//
//   name       what is not [a-zA-Z0-9_:] becomes `_`, several `_` in a row one; then the unit,
//              unless the name ends with it, then `_total` for counters
//   unit       "s" is `seconds`, "By" `bytes`, "1" `ratio` of gauges and nothing else, "{item}"
//              nothing, "By/s" `bytes_per_second`; what is not known is taken as it is
//   labels     as names, without `:`; sorted by their keys; values of keys that become the same
//              name are joined with `;`; a key `le` of a histogram becomes `_le`
//   collision  a family whose name, or a sample of which, is on the page already is left out whole
//
// Text is escaped as the formats want; invalid UTF-8 becomes U+FFFD. Samples have no timestamps and
// counters no `_created`. Nothing is allocated. Specification: OpenTelemetry, "Prometheus and
// OpenMetrics Compatibility"; OpenMetrics 1.0; Prometheus exposition format 0.0.4.

#include <afterglow/attribute.h>
#include <afterglow/context.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow {

enum class PrometheusFormat : std::uint8_t { Text, OpenMetrics };

/// What belongs into the header `Content-Type`.
[[nodiscard]] std::string_view content_type(PrometheusFormat format);

/// Which format the value of a header `Accept` asks for: OpenMetrics where it is named and wanted
/// no less than plain text, else `Text`, also when there is no such header.
[[nodiscard]] PrometheusFormat choose_format(std::string_view accept);

enum class PrometheusType : std::uint8_t { Counter, Gauge, Histogram, Info };

/// A family: all samples of one metric.
struct PrometheusFamily {
  std::string_view name;
  std::string_view unit = {};
  std::string_view description = {};
  PrometheusType type = PrometheusType::Gauge;
};

class PrometheusText;

/// One attribute. A string is its own text; of other values `write` makes some, with
/// `PrometheusText::label_text`.
struct PrometheusLabel {
  std::string_view key;
  std::string_view value;
  void (*write)(PrometheusText& out, std::string_view value) = nullptr;
};

/// A number as it is written: integers as such.
class PrometheusNumber {
 public:
  constexpr PrometheusNumber() = default;
  constexpr PrometheusNumber(std::uint64_t value)  // NOLINT(google-explicit-constructor)
      : magnitude_(value) {}
  constexpr PrometheusNumber(std::int64_t value)  // NOLINT(google-explicit-constructor)
      : magnitude_(value < 0 ? 0 - static_cast<std::uint64_t>(value)
                             : static_cast<std::uint64_t>(value)),
        kind_(value < 0 ? Kind::Negative : Kind::Integer) {}
  constexpr PrometheusNumber(double value)  // NOLINT(google-explicit-constructor)
      : real_(value), kind_(Kind::Real) {}

 private:
  friend class PrometheusText;
  enum class Kind : std::uint8_t { Integer, Negative, Real };

  double real_ = 0;
  std::uint64_t magnitude_ = 0;
  Kind kind_ = Kind::Integer;
};

/// A measurement that points at a span. Only OpenMetrics has them: on counters and buckets.
struct PrometheusExemplar {
  TraceId trace_id;
  SpanId span_id;
  PrometheusNumber value;
  std::uint64_t unix_nano = 0;
};

/// What a sample is of its family. A histogram has buckets in ascending order, the last with an
/// infinite bound, then count and sum; a sum that can fall is left out. Others have a value.
enum class PrometheusPart : std::uint8_t { Value, Bucket, Count, Sum };

struct PrometheusSample {
  PrometheusPart part = PrometheusPart::Value;
  double bound = 0;  ///< The upper bound of a bucket, inclusive.
  PrometheusNumber value;
  const PrometheusExemplar* exemplar = nullptr;
};

/// The bounds an exponential histogram gets here, since text has no native histograms: powers of
/// two, which are bounds of buckets at every scale from 0 up. This is the exponent of the first one
/// that is not below bucket `index`; at scales below 0 it is the bucket's own upper bound. For
/// scales from -10 to 20.
[[nodiscard]] constexpr std::int64_t power_above(std::int64_t index, std::int32_t scale) {
  return scale >= 0 ? (index >> scale) + 1 : (index + 1) * (std::int64_t{1} << -scale);
}
/// And this of the last one that is not above it.
[[nodiscard]] constexpr std::int64_t power_below(std::int64_t index, std::int32_t scale) {
  return scale >= 0 ? index >> scale : index * (std::int64_t{1} << -scale);
}
/// 2 to that power; 0 and infinity where doubles end.
[[nodiscard]] double power_of_two(std::int64_t exponent);

class PrometheusText {
 public:
  /// `out` is lent. What does not fit is counted all the same. Doubles are written by `format`,
  /// which only modules with doubles link.
  PrometheusText(std::span<char> out, PrometheusFormat format,
                 detail::FormatDouble format_double = &detail::format_double)
      : out_(out), format_double_(format_double), format_(format) {}

  /// False when the family collides with an earlier one: then write no samples.
  [[nodiscard]] bool begin_family(const PrometheusFamily& family);

  /// Write one line. Sorts `labels`.
  void sample(std::span<PrometheusLabel> labels, const PrometheusSample& sample);

  /// Write a part of the value of a label: for `PrometheusLabel::write`.
  PrometheusText& label_text(std::string_view text);
  PrometheusText& label_number(PrometheusNumber number);

  /// End the page.
  void close();

  /// Bytes of the whole page, also where that is more than was lent. Then it is cut, and the rest
  /// needs a second try with more memory.
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool fits() const { return size_ <= out_.size(); }
  [[nodiscard]] std::string_view text() const { return {out_.data(), fits() ? size_ : 0}; }
  [[nodiscard]] PrometheusFormat format() const { return format_; }
  /// Families that were left out.
  [[nodiscard]] std::uint32_t collisions() const { return collisions_; }

 private:
  static constexpr std::size_t kMaxName = 512;

  void put(char c);
  PrometheusText& put(std::string_view text);
  void put(const PrometheusNumber& number);
  void put_digits(std::uint64_t number, std::size_t width = 1);
  void put_escaped(std::string_view text, bool quotes);
  void put_name_of(std::string_view key);
  void put_labels(std::span<PrometheusLabel> labels, const PrometheusSample& sample);
  void put_exemplar(const PrometheusExemplar& exemplar);
  void put_metadata(const PrometheusFamily& family, std::string_view unit);

  void make_name(const PrometheusFamily& family, std::string_view unit);
  [[nodiscard]] std::string_view name() const { return {name_, name_size_}; }
  [[nodiscard]] std::string_view suffix(PrometheusPart part) const;
  [[nodiscard]] std::string_view family_suffix() const;
  [[nodiscard]] bool is_taken() const;
  [[nodiscard]] bool has_line(std::string_view before, std::string_view after,
                              std::string_view ends) const;

  std::span<char> out_;
  detail::FormatDouble format_double_;
  std::size_t size_ = 0;
  std::uint32_t collisions_ = 0;
  PrometheusFormat format_;
  PrometheusType type_ = PrometheusType::Gauge;
  std::size_t name_size_ = 0;
  char name_[kMaxName];  // of the family, without `_total` and `_info`
};

}  // namespace afterglow
