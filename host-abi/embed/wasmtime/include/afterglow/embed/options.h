#pragma once

// What a host decides about the telemetry of the modules it runs: where it goes, with which
// secrets, and how much of it the host is ready to hold. Modules never see any of this but the
// limits and the configuration; they name a logical destination and a path.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace afterglow::embed {

/// A place telemetry is POSTed to.
struct Destination {
  /// Base URL, http or https, without query: the module's path is appended. "http://otel:4318"
  std::string url;
  /// Added to each request: the place for tokens. They win over a module's header of that name.
  std::vector<std::pair<std::string, std::string>> headers;
  /// For one exchange; a module may ask for less.
  std::chrono::milliseconds timeout{10'000};
  /// PEM file of certificate authorities to trust; empty is the system's.
  std::string ca_file;
};

/// One line a module logged. The views end with the call. The bytes are the module's: they may hold
/// control characters and need not be UTF-8.
struct LogLine {
  std::string_view stream;
  std::uint32_t severity = 0;  ///< OpenTelemetry's number, 1 to 24.
  std::string_view message;
};

/// Why a body did not arrive.
enum class LossReason : std::uint8_t {
  QueueFull,     ///< Refused: the destination's queue is full. The module was told.
  TooLarge,      ///< Refused: larger than `Options::max_body_bytes`. The module was told.
  TooManySends,  ///< Refused: beyond `Options::max_sends_per_request`. The module was told.
  Stopped,       ///< Refused: the exporter was drained already. The module was told.
  Rejected,      ///< Sent, and the answer was not 2xx.
  Timeout,       ///< No answer in time.
  Unavailable,   ///< Connect, DNS or TLS failed, or the connection broke.
  Abandoned,     ///< Still waiting when the exporter's time to drain ran out.
};
inline constexpr std::size_t kLossReasons = 8;

/// A short name for a log or a metric attribute, such as "queue_full".
std::string_view name(LossReason reason);

/// A body that did not arrive, as told to `Options::on_loss`. The views end with the call.
struct Loss {
  LossReason reason = LossReason::QueueFull;
  std::string_view destination;
  std::uint32_t signal = 0;  ///< 1 traces, 2 metrics, 3 logs.
  std::size_t body_bytes = 0;
  std::uint32_t http_status = 0;  ///< With `Rejected`.
  std::string_view detail;        ///< What the transport said; may be empty.
};

/// When `send` returns to the module.
enum class Sending : std::uint8_t {
  Queue,  ///< At once; the outcome follows by `afterglow_v1_on_send_result`.
  Wait,   ///< With the answer: the module's thread blocks, at most for the timeout.
};

using Pairs = std::map<std::string, std::string, std::less<>>;

struct Options {
  /// By logical name; "" is where modules send that name none.
  std::map<std::string, Destination, std::less<>> destinations;
  Pairs config;    ///< Read by modules one by one or all at once.
  Pairs secrets;   ///< Read by name only; never part of "all".
  Pairs resource;  ///< What the platform tells of itself: host.name, cloud.region, ...
  Sending sending = Sending::Queue;
  /// Modules may also name an http or https base URL as destination, without credentials of the
  /// host's. For local use: whoever writes a module, or its configuration, connects anywhere.
  bool any_url = false;

  /// Where modules' lines go; without it they are answered UNSUPPORTED. Called on the thread that
  /// runs the module, which must not be called from inside.
  std::function<void(const LogLine&)> log;
  /// Told of each body that did not arrive, on the thread that noticed. Must not throw,
  /// nor call the exporter.
  std::function<void(const Loss&)> on_loss;

  // Limits. What goes beyond is answered LIMIT and counted.
  std::size_t queue_entries = 1024;            ///< Bodies waiting or on the wire, per destination.
  std::size_t queue_bytes = 16 * 1024 * 1024;  ///< The same in bytes.
  std::size_t max_in_flight = 8;               ///< Parallel exchanges, per destination.
  std::size_t max_urls = 64;                   ///< Different destinations that `any_url` adds.
  std::uint32_t max_body_bytes = 4 * 1024 * 1024;
  std::uint32_t max_log_bytes = 64 * 1024;
  std::uint32_t max_answer_bytes = 64 * 1024;  ///< Of an answer's body; the rest is cut off.
  std::uint32_t max_sends_per_request = 0;     ///< 0 is unlimited.
  std::uint32_t post_response_ms = 10'000;     ///< Time for hooks after a response; 0: unlimited.
};

}  // namespace afterglow::embed
