#pragma once

// What scenarios stand on: one Telemetry that starts over before each run, one open root span, and
// an export hook that swallows what is encoded.

#include <afterglow/afterglow.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace afterglow::bench {

/// How much memory is lent: what one run of `kOperations` fills, as little as a handler lends, or
/// enough for 10,000 spans.
enum class Room : std::uint8_t { Run, Request, Thousands };

/// The configuration of most scenarios: everything is sampled, nothing is capped.
Config plain_config();

/// End everything and start with a Telemetry in memory of that size.
Telemetry& start_over(const Config& config = plain_config(), Room room = Room::Run);

/// The Telemetry of this run.
Telemetry& telemetry();

/// The root span of this run.
Span& root();

/// What `Config::export_hook` of a scenario with a Telemetry of its own may name.
host::SendResult swallow(void* context, const host::SendRequest& request);

/// The request that was encoded last; lives until the next one.
std::string_view encoded();
/// Bytes of all requests since `mark()`.
std::size_t encoded_bytes();

/// What the figures of a run count from.
void mark();
/// Pages of lent memory taken since `mark()` and still held, in bytes.
std::size_t bytes_of_pages_since_mark();

/// Copy `text` to where somebody might look at it: the floor of whatever produced it.
void copy(std::string_view text);
/// Copy as many bytes as were encoded since `mark()`.
void copy_encoded();

/// A child of `root()` with five attributes.
Span start_child_with_5_attributes();

/// A caller's headers, and those that go out. Told apart by the lengths of their names: what a
/// carrier costs is its host's affair.
struct Headers {
  std::string_view traceparent;
  std::string_view tracestate;

  static constexpr std::size_t kTraceparentLength = std::string_view("traceparent").size();
  static constexpr std::size_t kTracestateLength = std::string_view("tracestate").size();

  template <class F>
  void for_each(std::string_view name, F f) const {
    if (name.size() == kTraceparentLength) {
      f(traceparent);
    } else if (name.size() == kTracestateLength) {
      f(tracestate);
    }
  }
  void set(std::string_view name, std::string_view value) {
    (name.size() == kTraceparentLength ? traceparent : tracestate) = value;
  }
};
inline constexpr Headers kIncoming{
    .traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    .tracestate =
        "dd=s:1;t.dm:-4,nr=0-0-1349956-41346604,es=s:0.25,rojo=00f067aa0ba902b7,"
        "congo=t61rcWkgMzE"};

}  // namespace afterglow::bench
