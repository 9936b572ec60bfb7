#pragma once

// Residency: which telemetry may leave, and where to, by the region this instance runs in.
//
//   constexpr ResidencyRule kRules[] = {
//       {.region = "eu-", .match = RegionMatch::Prefix, .destination = "otel-eu"},
//       {.region = "us-east-1", .signals = kTracesOnly, .destination = "otel-us"},
//       {.match = RegionMatch::Any, .action = ResidencyAction::LocalLogOnly}};
//   constexpr ResidencyPolicy kResidency{.rules = kRules, .strict = true};
//   constinit Telemetry telemetry{memory, {.residency = kResidency}};
//
// The mapping from regions to logical destinations is in the module; which URL a destination is,
// the host says. The region is the resource's `cloud.region`, which the platform tells, unless the
// program, or OTEL_RESOURCE_ATTRIBUTES, says otherwise. All of it is decided once for an instance,
// at the first flush, before anything is encoded, for each signal by the first rule that matches.

#include <afterglow/host.h>
#include <afterglow/redaction.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow {

namespace config {
struct SignalExport;
}  // namespace config
namespace record {
struct Recorder;
}  // namespace record

/// What a rule does with a signal.
enum class ResidencyAction : std::uint8_t {
  Send,            ///< To the rule's destination; an empty one is what the configuration says.
  AnonymiseFirst,  ///< The same, after the rule's `Anonymiser` went through what is to leave.
  LocalLogOnly,    ///< To the host's log (`ExportWay::Lines` where the module has it, else `Log`).
  Drop,            ///< Nowhere: dropped and counted as `DropReason::Residency`.
};

enum class ExportWay : std::uint8_t;

enum class RegionMatch : std::uint8_t {
  Exact,
  Prefix,
  Any,  ///< Also where no region is known.
};

/// Signals a rule is about: one bit for each.
using SignalSet = std::uint8_t;
[[nodiscard]] constexpr SignalSet signal_bit(Signal signal) {
  return static_cast<SignalSet>(1U << static_cast<unsigned>(signal));
}
inline constexpr SignalSet kTracesOnly = signal_bit(Signal::Traces);
inline constexpr SignalSet kMetricsOnly = signal_bit(Signal::Metrics);
inline constexpr SignalSet kLogsOnly = signal_bit(Signal::Logs);
inline constexpr SignalSet kAllSignals = kTracesOnly | kMetricsOnly | kLogsOnly;

/// Takes out of the records what may not leave. Called in each flush that has something of the
/// signal, before it is encoded; records that could not leave then are seen again. False: it could
/// not, so nothing of the signal leaves from then on: it is dropped as `DropReason::Residency`.
struct Anonymiser {
  bool (*apply)(const Anonymiser& self, record::Recorder& recorder, Signal signal) = nullptr;
  const void* policy = nullptr;
};

namespace detail {
bool anonymise(const Anonymiser& self, record::Recorder& recorder, Signal signal);
}  // namespace detail

/// Puts what was recorded through a second policy, named as a constant, before it leaves:
///
///   constexpr KeyRule kAbroadKeys[] = {{KeyMatch::Prefix, "user.", RedactAction::KeyedHash},
///                                      {KeyMatch::Exact, "client.address", RedactAction::Drop}};
///   constexpr RedactionPolicy kAbroad{.keys = kAbroadKeys};
///   constexpr Anonymiser kAnonymise = anonymise_by(kAbroad);
///
/// Attributes of spans, events, links and log records, status messages and bodies; the resource
/// stays as it is. What has no room for its replacement becomes empty. It counts in
/// `FlushReport::redactions`. Points of metrics add up under their attributes and cannot be told
/// apart again: they are dropped (`DropReason::Residency`), so give metrics a rule of their own.
constexpr Anonymiser anonymise_by(const RedactionPolicy& policy) {
  return {&detail::anonymise, &policy};
}
/// A temporary would dangle.
Anonymiser anonymise_by(const RedactionPolicy&& policy) = delete;

/// Texts live as long as the program.
struct ResidencyRule {
  std::string_view region = {};
  RegionMatch match = RegionMatch::Exact;
  SignalSet signals = kAllSignals;
  ResidencyAction action = ResidencyAction::Send;
  /// Logical name. A destination of a rule replaces the environment's endpoint and headers, which
  /// are another's.
  std::string_view destination = {};
  const Anonymiser* anonymiser = nullptr;  ///< Without one `AnonymiseFirst` drops.
};

/// What a rule, or none, came to.
struct ResidencyVerdict {
  ResidencyAction action = ResidencyAction::Send;
  std::string_view destination = {};
  const Anonymiser* anonymiser = nullptr;
};

/// A named `constexpr` value.
struct ResidencyPolicy {
  std::span<const ResidencyRule> rules = {};
  std::string_view region = {};           ///< Where the program knows it itself.
  std::string_view key = "cloud.region";  ///< Else the attribute of the resource that tells.
  /// Where no rule matches, nothing leaves. Otherwise everything does, as the configuration says.
  bool strict = false;

  /// What becomes of `signal` in `region`, which is empty when none is known.
  [[nodiscard]] ResidencyVerdict judge(Signal signal, std::string_view where) const;
};

/// A reference to a policy that lives as long as the program. Unset: no code for it is linked.
class Residency {
 public:
  constexpr Residency() = default;
  constexpr Residency(const ResidencyPolicy& policy)  // NOLINT(google-explicit-constructor)
      : policy_(&policy), apply_(&apply_policy) {}
  /// A temporary would dangle: name the policy as a constant.
  Residency(const ResidencyPolicy&&) = delete;

  [[nodiscard]] constexpr bool is_set() const { return policy_ != nullptr; }
  /// Change how `signal` leaves. `resource` is the rendered one; `local` is the way to the host's
  /// log.
  void apply(Signal signal, std::string_view resource, ExportWay local,
             config::SignalExport& settings) const {
    apply_(*policy_, signal, resource, local, settings);
  }

 private:
  static void apply_policy(const ResidencyPolicy& policy, Signal signal, std::string_view resource,
                           ExportWay local, config::SignalExport& settings);

  const ResidencyPolicy* policy_ = nullptr;
  decltype(&apply_policy) apply_ = nullptr;
};

}  // namespace afterglow
