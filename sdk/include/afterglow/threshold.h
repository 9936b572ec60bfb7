#pragma once

// The arithmetic of consistent probability sampling: a trace has 56 bits of randomness R, a sampler
// has a rejection threshold T, and the trace is kept when R >= T. Whoever compares the same R with
// a lower T keeps all that a higher T keeps, so services agree without talking to each other.
//
// T travels as `th` in the `ot` member of `tracestate` and is stored with each exported span: a
// span with `th` stands for 2^56 / (2^56 - T) spans, its adjusted count. A span without `th` was
// not chosen by chance alone and stands for no number. Specification: "TraceState: Probability
// Sampling".

#include <afterglow/context.h>

#include <bit>
#include <cstdint>

namespace afterglow {

/// The threshold that keeps nothing, 2^56; the highest that can travel is one less.
inline constexpr std::uint64_t kThresholdOfNothing = std::uint64_t{1} << 56U;
/// The threshold that keeps everything, `th:0`.
inline constexpr std::uint64_t kThresholdOfAll = 0;

/// How many hexadecimal digits of a threshold are written, those of a leading run of `f` apart.
inline constexpr unsigned kThresholdPrecision = 4;

/// R where the caller gave no `rv`: the low seven bytes of the trace id.
[[nodiscard]] constexpr std::uint64_t randomness_of(const TraceId& trace_id) {
  constexpr std::size_t kFirstRandomByte = 9;
  std::uint64_t value = 0;
  for (std::size_t i = kFirstRandomByte; i < trace_id.bytes.size(); ++i) {
    value = value << 8U | trace_id.bytes[i];
  }
  return value;
}

/// T for the share `ratio` of all traces, rounded to `precision` digits (1 to 14) so that the text
/// of `th` is exactly the number that decides: 1/2 is 8, 1/10 is e666, 1/100 is fd70a. Ratios below
/// 2^-56, also negative ones, keep nothing; above 1 and not-a-number keep everything.
[[nodiscard]] constexpr std::uint64_t threshold_of(double ratio,
                                                   unsigned precision = kThresholdPrecision) {
  constexpr unsigned kBits = 56;
  constexpr unsigned kDigits = 14;
  if (!(ratio < 1.0)) {
    return kThresholdOfAll;
  }
  if (ratio <= 0.0) {
    return kThresholdOfNothing;
  }
  const auto kept = static_cast<std::uint64_t>(ratio * static_cast<double>(kThresholdOfNothing));
  const unsigned leading_fs = (kBits - static_cast<unsigned>(std::bit_width(kept))) / 4;
  const std::uint64_t exact = kThresholdOfNothing - kept;
  const unsigned digits = precision + leading_fs;
  if (precision == 0 || digits >= kDigits) {
    return exact;
  }
  const std::uint64_t unit = std::uint64_t{1} << (4 * (kDigits - digits));
  return (exact + unit / 2) / unit * unit;
}

/// How many traces one that was kept at `threshold` (below 2^56) stands for.
[[nodiscard]] constexpr double adjusted_count(std::uint64_t threshold) {
  const auto all = static_cast<double>(kThresholdOfNothing);
  return all / static_cast<double>(kThresholdOfNothing - threshold);
}

/// What a sampler does to the `th` that travels.
struct ThresholdChange {
  enum class Action : std::uint8_t {
    Keep,   ///< What the parent sent stays.
    Erase,  ///< The decision was not one of chance alone: no estimate may count on it.
    Set,    ///< The decision was R >= `value`.
  };

  Action action = Action::Keep;
  std::uint64_t value = 0;  ///< Below 2^56.

  static constexpr ThresholdChange keep() { return {}; }
  static constexpr ThresholdChange erase() { return {Action::Erase, 0}; }
  static constexpr ThresholdChange set(std::uint64_t value) { return {Action::Set, value}; }
  friend constexpr bool operator==(const ThresholdChange&, const ThresholdChange&) = default;
};

}  // namespace afterglow
