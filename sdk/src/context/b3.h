#pragma once

// The B3 headers of Zipkin: who called us, in one header or in several. Both say the same.
//
//   b3: 80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1-05e3ac9a4f6e3b90
//       trace id                         span id          |  parent span id, never used
//                                                         0, 1 or d: denied, accepted, debug
//   x-b3-traceid, x-b3-spanid, x-b3-sampled: 0 or 1, x-b3-flags: 1 for debug
//
// Ids are in lower case. A trace id may have 16 digits instead of 32: it is the lower half then.

#include <afterglow/context.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow::context {

/// What became of reading B3 headers.
enum class B3Outcome : std::uint8_t {
  Absent,   ///< Nothing there, or a sampling decision without ids: legal, but nobody's child.
  Valid,    ///< Both ids.
  Invalid,  ///< Something is wrong, so nothing of it may be used.
};

/// What valid B3 headers say.
struct B3 {
  TraceId trace_id;
  SpanId span_id;
  bool sampled = false;  ///< Accepted or debug; false when denied or left to the receiver.
  bool debug = false;    ///< The trace is forced, and those behind us must be told.
};

/// Read the value of one `b3` header; `out` changes only when it is valid. White space around the
/// value is allowed; the last two fields are optional, each without the other too. Of
/// several lines the first counts.
[[nodiscard]] B3Outcome parse_b3_single(std::string_view header_value, B3& out);

/// One of the several headers.
enum class B3Header : std::uint8_t {
  TraceId,
  SpanId,
  Sampled,  ///< 0 or 1; `true` and `false`, which old tracers write, are understood too.
  Flags,    ///< 1 means debug, anything else nothing: the field never got another use.
};

/// Reads the several headers, line by line and in any order. Of several lines of one
/// header the first counts, as B3 says of repeated state; a blank one counts as none. Lines need
/// not outlive the call.
class B3Multi {
 public:
  void add(B3Header header, std::string_view line);

  /// What the lines say together; `out` changes only when it is valid.
  [[nodiscard]] B3Outcome outcome(B3& out) const;

 private:
  B3 read_;
  std::uint8_t seen_ = 0;  ///< A bit for each header.
  bool invalid_ = false;
};

/// Where the parts of the single header are as we write it, without a parent span id.
inline constexpr std::size_t kB3SpanIdAt = 33;
inline constexpr std::size_t kB3DecisionAt = 50;
inline constexpr std::size_t kB3SingleLength = 51;

/// Write `context`, which must be valid, as the value of one `b3` header.
void write_b3_single(const SpanContext& context, bool debug, std::span<char, kB3SingleLength> out);

}  // namespace afterglow::context
