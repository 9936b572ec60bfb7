#pragma once

// Who a span is, in the words of W3C Trace Context: trace id, span id, flags, trace state.
//
// These are plain values. A `SpanContext` may be kept and compared for as long as one likes; only
// its `trace_state` is a view and ends with the span it came from.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow {

namespace detail {
template <std::size_t N>
constexpr bool any_byte_set(const std::array<std::uint8_t, N>& bytes) {
  for (const std::uint8_t byte : bytes) {
    if (byte != 0) {
      return true;
    }
  }
  return false;
}

template <std::size_t N>
constexpr void write_hex(const std::array<std::uint8_t, N>& bytes, std::span<char, 2 * N> out) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (std::size_t i = 0; i < N; ++i) {
    out[2 * i] = kDigits[bytes[i] >> 4U];
    out[2 * i + 1] = kDigits[bytes[i] & 0xFU];
  }
}
}  // namespace detail

/// Sixteen bytes that name a trace. All zero is invalid.
struct TraceId {
  std::array<std::uint8_t, 16> bytes{};

  [[nodiscard]] constexpr bool is_valid() const { return detail::any_byte_set(bytes); }
  /// Write 32 lower-case hexadecimal digits.
  constexpr void to_hex(std::span<char, 32> out) const { detail::write_hex(bytes, out); }
  friend constexpr bool operator==(const TraceId&, const TraceId&) = default;
};

/// Eight bytes that name a span. All zero is invalid.
struct SpanId {
  std::array<std::uint8_t, 8> bytes{};

  [[nodiscard]] constexpr bool is_valid() const { return detail::any_byte_set(bytes); }
  /// Write 16 lower-case hexadecimal digits.
  constexpr void to_hex(std::span<char, 16> out) const { detail::write_hex(bytes, out); }
  friend constexpr bool operator==(const SpanId&, const SpanId&) = default;
};

/// The flag bits of `traceparent` that Level 2 defines; the others are zero on output.
inline constexpr std::uint8_t kSampledFlag = 0x01;
inline constexpr std::uint8_t kRandomFlag = 0x02;

/// The identity of a span, as it travels. Valid when both ids are.
struct SpanContext {
  TraceId trace_id;
  SpanId span_id;
  std::uint8_t trace_flags = 0;
  bool is_remote = false;        ///< It came from outside this instance.
  std::string_view trace_state;  ///< W3C `tracestate`; lives as long as the span it came from.

  [[nodiscard]] constexpr bool is_valid() const {
    return trace_id.is_valid() && span_id.is_valid();
  }
  [[nodiscard]] constexpr bool is_sampled() const { return (trace_flags & kSampledFlag) != 0; }
};

}  // namespace afterglow
