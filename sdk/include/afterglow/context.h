#pragma once

// Who a span is, in the words of W3C Trace Context: trace id, span id, flags, trace state.
//
// These are plain values. A `SpanContext` may be kept and compared for as long as one likes; only
// its `trace_state` is a view and ends with the span it came from.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace afterglow {

namespace detail {

template <std::size_t N>
constexpr bool any_byte_set(const std::array<std::uint8_t, N>& bytes) {
  static_assert(N % sizeof(std::uint64_t) == 0);
  std::uint64_t all = 0;
  for (const std::uint64_t eight : std::bit_cast<std::array<std::uint64_t, N / 8>>(bytes)) {
    all |= eight;
  }
  return all != 0;
}

/// Eight lower-case hexadecimal digits of four bytes; what comes first is in the lowest places.
constexpr std::uint64_t hex_of(std::uint32_t bytes) {
  std::uint64_t lanes = bytes;
  lanes = (lanes | lanes << 16U) & 0x0000'FFFF'0000'FFFF;
  lanes = (lanes | lanes << 8U) & 0x00FF'00FF'00FF'00FF;
  const std::uint64_t nibbles =
      (lanes >> 4U & 0x000F'000F'000F'000F) | (lanes & 0x000F'000F'000F'000F) << 8U;
  const std::uint64_t letters = (nibbles + 0x0606'0606'0606'0606) >> 4U & 0x0101'0101'0101'0101;
  return nibbles + 0x3030'3030'3030'3030 + letters * ('a' - '0' - 10);
}
static_assert(std::endian::native == std::endian::little);
static_assert(hex_of(0xFF'A9'9A'01) == 0x66'66'39'61'61'39'31'30);  // "019aa9ff"

template <std::size_t N>
constexpr void write_hex(const std::array<std::uint8_t, N>& bytes, std::span<char, 2 * N> out) {
  static_assert(N % sizeof(std::uint32_t) == 0);
  const auto fours = std::bit_cast<std::array<std::uint32_t, N / 4>>(bytes);
  for (std::size_t i = 0; i < N / 4; ++i) {
    const std::uint64_t digits = hex_of(fours[i]);
    if (!std::is_constant_evaluated()) {
      std::memcpy(&out[8 * i], &digits, sizeof digits);
      continue;
    }
    for (std::size_t digit = 0; digit < 8; ++digit) {
      out[8 * i + digit] = static_cast<char>(digits >> 8 * digit & 0xFFU);
    }
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
