#pragma once

// What became of everything that was recorded. The books always balance:
//
//   recorded = exported + unknown + open + waiting + sum of dropped

#include <afterglow/redaction.h>

#include <cstddef>
#include <cstdint>

namespace afterglow {

/// Why something was dropped.
enum class DropReason : std::uint8_t {
  NoMemory,     ///< No page was free.
  TraceFull,    ///< The local trace reached its cap of spans or bytes.
  ParentEnded,  ///< Started below a span that had ended or had itself been dropped.
  NotSampled,   ///< Recorded only, as the sampler decided.
  TailDropped,  ///< Sampled at the start, dropped when the trace ended: by a rule or by chance.
  TooLarge,     ///< Alone larger than the outbox or the host's limit.
  SendFailed,   ///< The host could not send it.
  Refused,      ///< The collector refused the request.
  Rejected,     ///< The collector accepted the request but not this item (partial success).
  Shutdown,     ///< Recorded after `shutdown()`.
  Disabled,     ///< The SDK is off: too little memory, or the environment says so.
  NoExporter,   ///< The program or the environment wants the signal to go nowhere.
  RateLimited,  ///< More of one place in the code than `LogConfig::per_site`.
  Residency,    ///< No rule lets it leave this region.
};
inline constexpr std::size_t kDropReasonCount = 14;

/// The name of a reason, as it appears in log lines: "no_memory", "trace_full", ...
const char* drop_reason_name(DropReason reason);

/// The books of one signal, since the instance began.
struct SignalReport {
  std::uint64_t recorded = 0;
  std::uint64_t exported = 0;  ///< The collector said so.
  std::uint64_t unknown = 0;   ///< The host took it and never said what became of it.
  std::uint64_t open = 0;      ///< Not ended yet.
  std::uint64_t waiting = 0;   ///< Ended and not sent, or sent and not answered.
  std::uint64_t dropped_by_reason[kDropReasonCount] = {};

  [[nodiscard]] constexpr std::uint64_t dropped(DropReason reason) const {
    return dropped_by_reason[static_cast<std::size_t>(reason)];
  }
  [[nodiscard]] constexpr std::uint64_t dropped() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : dropped_by_reason) {
      sum += count;
    }
    return sum;
  }
  [[nodiscard]] constexpr bool balanced() const {
    return recorded == exported + unknown + open + waiting + dropped();
  }
};

/// Why a measurement was not aggregated.
enum class RejectReason : std::uint8_t {
  NotFinite,  ///< NaN or infinite.
  Negative,   ///< On a counter.
  CountFull,  ///< The point holds 2^32-1 measurements.
  NoMemory,   ///< No room for the table, or in the table for the instrument.
  ByView,     ///< A view drops the instrument.
  Stale,      ///< Bound to a table that is no more.
  Shutdown,   ///< Measured after `shutdown()`.
  Disabled,   ///< The SDK is off: too little memory, or the environment says so.
};
inline constexpr std::size_t kRejectReasonCount = 8;

/// What became of measurements, since the instance began; one that several views take counts for
/// each of them: recorded = aggregated + sum of rejected. What became of the points they add up to
/// is in `FlushReport::metrics`.
struct MeasurementReport {
  std::uint64_t recorded = 0;
  std::uint64_t aggregated = 0;
  std::uint64_t rejected_by_reason[kRejectReasonCount] = {};
  std::uint64_t overflowed =
      0;  ///< Of the aggregated ones: in points beyond the cardinality limit.

  [[nodiscard]] constexpr std::uint64_t rejected(RejectReason reason) const {
    return rejected_by_reason[static_cast<std::size_t>(reason)];
  }
  [[nodiscard]] constexpr std::uint64_t rejected() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : rejected_by_reason) {
      sum += count;
    }
    return sum;
  }
  [[nodiscard]] constexpr bool balanced() const { return recorded == aggregated + rejected(); }
};

/// How a flush went.
enum class FlushStatus : std::uint8_t {
  Nothing,   ///< There was nothing to send.
  Sent,      ///< Everything was handed over, or accepted where the host waits for the answer.
  Deferred,  ///< The host calls when the response has left; until then nothing is sent.
  Partial,   ///< Some of it was not sent, or not accepted: see the counts.
  Failed,    ///< None of it was.
  Disabled,  ///< The SDK is off: too little memory, or the environment says so.
};

/// The outcome of a flush and the books after it. May be ignored.
struct FlushReport {
  FlushStatus status = FlushStatus::Nothing;
  std::uint32_t requests = 0;  ///< Bodies given to the host by this flush.
  SignalReport traces;
  SignalReport logs;
  RedactionCounts redactions;  ///< How often each rule acted, since the instance began.
  /// Points, recorded when they are collected. Those of a delta that was definitely not accepted
  /// wait until the next collection, which merges them into its own: they are not counted twice.
  SignalReport metrics;
  std::uint64_t metrics_returned = 0;  ///< Of the waiting points: those that were not accepted.
  MeasurementReport measurements;

  /// Over all signals.
  [[nodiscard]] constexpr std::uint64_t dropped() const {
    return traces.dropped() + logs.dropped() + metrics.dropped();
  }
  [[nodiscard]] constexpr std::uint64_t waiting() const {
    return traces.waiting + logs.waiting + metrics.waiting;
  }
};

}  // namespace afterglow
