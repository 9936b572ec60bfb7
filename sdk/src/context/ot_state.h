#pragma once

// The `ot` member of `tracestate`, OpenTelemetry's own: `ot=th:fd70a;rv:6e6d1a75832a2f;x:y`.
//
//   th  the rejection threshold T of the sampling decision: 1 to 14 digits, trailing zeros implied
//   rv  the randomness R of the trace, where the trace id is not to be used: exactly 14 digits
//
// Specification: "TraceState Handling". Sub-keys we do not know are passed on.

#include <afterglow/threshold.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow::context {

/// What the member says of sampling. Values that are malformed (wrong length, upper case) or come
/// twice are as if they were absent.
struct OtState {
  bool has_threshold = false;
  std::uint64_t threshold = 0;  ///< 56 bits.
  bool has_random = false;
  std::uint64_t random = 0;  ///< 56 bits.
};

/// Longest value of a member.
inline constexpr std::size_t kOtCapacity = 256;

/// Read the value of an `ot` member.
[[nodiscard]] OtState parse_ot(std::string_view value);

/// Read the `ot` member of a valid `tracestate` (a collector's text).
[[nodiscard]] OtState read_ot(std::string_view tracestate);

/// Write the value of the `ot` member with `th` set or erased to `out`; returns its length, 0 when
/// the member is to go. `th` comes first, the other sub-keys keep their order and their text; a
/// malformed `th` goes with any change. Beyond `kOtCapacity`, or the size of `out`, sub-keys other
/// than `th` and a well-formed `rv` are dropped from the end. A value of 2^56 and above erases.
/// `out` and `old_value` must not overlap.
std::size_t write_ot(std::string_view old_value, ThresholdChange change, std::span<char> out);

/// Write a valid `tracestate` with its `th` changed to `out` (`kTracestateCapacity` bytes); returns
/// the new length. A changed `ot` member moves to the front, as W3C asks; one that stays the same
/// keeps its place. `out` and `tracestate` must not overlap.
std::size_t set_threshold(std::string_view tracestate, ThresholdChange change, std::span<char> out);

}  // namespace afterglow::context
