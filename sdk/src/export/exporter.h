#pragma once

// From bytes to the host, and what became of them. The exporter knows bodies, signals and numbers
// of items; it knows no spans. Requests whose answer comes later are remembered by their ticket.

#include <afterglow/config.h>
#include <afterglow/flush_report.h>
#include <afterglow/host.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "base/diagnostics.h"

namespace afterglow::exporter {

/// What dropped items mean to those who can tell them again in another request.
enum class Refusal : std::uint8_t {
  Final,      ///< Telling them again would not help, or they were taken in part.
  Retriable,  ///< Definitely not accepted, for a reason that may pass.
  Ambiguous,  ///< Perhaps accepted all the same.
};

/// Where the items of one request ended up. `waiting` ones are in flight.
struct Outcome {
  Signal signal = Signal::Traces;
  std::uint32_t exported = 0;
  std::uint32_t unknown = 0;
  std::uint32_t waiting = 0;
  std::uint32_t dropped = 0;
  DropReason reason = DropReason::SendFailed;
  Refusal refusal = Refusal::Final;
  std::uint8_t batch = 0;  ///< As given to `send`.
};

/// What to send where.
struct Target {
  std::string_view destination;
  std::uint32_t timeout_ms;
  ExportHook hook;
  std::string_view path = {};     ///< Empty: the signal's.
  std::string_view headers = {};  ///< Empty: `kOwnHeaders`, with which others begin.
};

/// What every request says of its sender, as `host::SendRequest::headers`.
extern const std::string_view kOwnHeaders;

class Exporter {
 public:
  static constexpr std::size_t kMaxInFlight = 8;

  explicit Exporter(base::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  /// What the host can do for requests to `destination`; asked once, at the first call.
  const host::Traits& traits(std::string_view destination);

  /// Give one body to the host. `answer` is lent for the body of an immediate answer.
  /// `batch` is told again with the outcome.
  Outcome send(const Target& target, Signal signal, std::string_view body, std::uint32_t items,
               std::span<char> answer, std::uint8_t batch = 0);

  /// Give one body to the host's log "otlp", as a line. Nobody tells what becomes of a line.
  Outcome log(Signal signal, std::string_view body, std::uint32_t items);

  /// Give one log record to the host's log "logs", as a line.
  Outcome line(std::uint32_t severity, std::string_view text);

  /// The host tells what became of a queued request. False when the ticket is not known.
  bool finish(const host::SendResult& result, std::span<char> answer, Outcome& outcome);

  /// Where the guest can wait, wait for everything in flight, at most `timeout_ms`. `apply` gets
  /// each outcome.
  template <class Apply>
  void wait(std::uint32_t timeout_ms, std::span<char> answers, Apply apply) {
    wait(timeout_ms, answers, &apply,
         [](void* object, const Outcome& outcome) { (*static_cast<Apply*>(object))(outcome); });
  }

  /// Give up one request whose answer is overdue, or, with `all`, any: its items are unknown.
  /// False when there is none.
  bool expire(bool all, Outcome& outcome);

 private:
  struct InFlight {
    std::uint64_t ticket = 0;
    std::uint64_t deadline = 0;  // monotonic, nanoseconds
    std::uint32_t items = 0;     // 0: this entry is free
    Signal signal = Signal::Traces;
    std::uint8_t batch = 0;
  };

  InFlight* free_entry();
  [[nodiscard]] Outcome judge(const InFlight& request, const host::SendResult& result,
                              std::span<char> answer);
  void wait(std::uint32_t timeout_ms, std::span<char> answers, void* object,
            void (*apply)(void* object, const Outcome& outcome));

  base::Diagnostics& diagnostics_;
  host::Traits traits_;
  bool traits_known_ = false;
  InFlight in_flight_[kMaxInFlight];
};

}  // namespace afterglow::exporter
