#pragma once

// Views: what becomes of an instrument's measurements, decided by the program and not by the
// library that measures.
//
//   constexpr std::string_view kRouteOnly[] = {"http.route"};
//   constexpr View kViews[] = {
//       {.instrument = "debug.*", .drop = true},
//       {.instrument = "http.server.request.duration", .attribute_keys =
//       AttributeKeys{kRouteOnly}},
//       {.instrument = "cart.items", .aggregation = ViewAggregation::exponential()},
//   };
//
// Each view that matches makes a stream of its own, the first `kMaxStreams` of them; an instrument
// that no view matches has its default stream. Specification: metrics SDK, "View".

#include <afterglow/instrument.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow {

/// Streams that one instrument has at most; later views that match are ignored and counted.
inline constexpr std::size_t kMaxStreams = 4;

/// Which attributes of a measurement a stream keeps. What is left out adds up.
class AttributeKeys {
 public:
  /// All of them.
  constexpr AttributeKeys() = default;
  /// Only these, a named constexpr array; an empty span keeps none.
  constexpr explicit AttributeKeys(std::span<const std::string_view> keys)
      : keys_(keys), all_(false) {}

  [[nodiscard]] constexpr bool keep_all() const { return all_; }
  [[nodiscard]] constexpr bool keeps(std::string_view key) const {
    for (const std::string_view kept : keys_) {
      if (kept == key) {
        return true;
      }
    }
    return all_;
  }

 private:
  std::span<const std::string_view> keys_;
  bool all_ = true;
};

/// How a view aggregates. The default is the instrument's own way. Observable instruments keep
/// theirs whatever a view says.
class ViewAggregation {
 public:
  constexpr ViewAggregation() = default;

  static constexpr ViewAggregation sum() {
    return {detail::kSummed<std::int64_t>, detail::kSummed<double>, false};
  }
  static constexpr ViewAggregation last_value() {
    return {detail::kLatest, detail::kLatest, false};
  }
  static constexpr ViewAggregation explicit_buckets(std::span<const double> bounds) {
    const detail::Aggregated aggregated = detail::explicit_buckets(bounds);
    return {aggregated, aggregated, true};
  }
  static constexpr ViewAggregation exponential(std::uint16_t max_size = 160,
                                               std::int8_t max_scale = 20) {
    const detail::Aggregated aggregated = detail::exponential_buckets(max_size, max_scale);
    return {aggregated, aggregated, true};
  }

  /// For an instrument of integers or doubles; no aggregation in it is the instrument's own.
  [[nodiscard]] constexpr const detail::Aggregated& of(bool is_double) const {
    return is_double ? of_doubles_ : of_integers_;
  }
  /// Null unless points of it hold doubles whatever the instrument measures.
  [[nodiscard]] constexpr detail::FormatDouble format_double() const { return format_double_; }

 private:
  constexpr ViewAggregation(const detail::Aggregated& of_integers,
                            const detail::Aggregated& of_doubles, bool writes_doubles)
      : of_integers_(of_integers),
        of_doubles_(of_doubles),
        format_double_(writes_doubles ? &detail::format_double : nullptr) {}

  detail::Aggregated of_integers_;
  detail::Aggregated of_doubles_;
  detail::FormatDouble format_double_ = nullptr;
};

struct View {
  /// The name of the instruments it applies to: case does not matter, `*` stands for any
  /// characters, `?` for one.
  std::string_view instrument;
  bool drop = false;                  ///< Measure nothing.
  std::string_view name = {};         ///< What the stream is called, when not as the instrument.
  std::string_view description = {};  ///< Likewise.
  AttributeKeys attribute_keys = {};
  ViewAggregation aggregation = {};
  /// Attribute sets the stream holds at most, the overflow point included; 0 is the general limit.
  std::uint32_t cardinality_limit = 0;

  [[nodiscard]] constexpr bool matches(std::string_view instrument_name) const {
    // Greedy, with one place to return to: the last `*`.
    std::size_t at = 0;
    std::size_t in_name = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_in_name = 0;
    while (in_name < instrument_name.size()) {
      const bool has_more = at < instrument.size();
      if (has_more && instrument[at] == '*') {
        star = at++;
        star_in_name = in_name;
      } else if (has_more &&
                 (instrument[at] == '?' ||
                  detail::lower(instrument[at]) == detail::lower(instrument_name[in_name]))) {
        ++at;
        ++in_name;
      } else if (star != std::string_view::npos) {
        at = star + 1;
        in_name = ++star_in_name;
      } else {
        return false;
      }
    }
    while (at < instrument.size() && instrument[at] == '*') {
      ++at;
    }
    return at == instrument.size();
  }
};

}  // namespace afterglow
