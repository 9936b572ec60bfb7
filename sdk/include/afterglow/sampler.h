#pragma once

// Samplers: who is kept.
//
//   constexpr Ratio kTenPercent{0.1};
//   constexpr ParentBased kSampler{kTenPercent};
//   constinit Telemetry telemetry{memory, {.sampler = kSampler}};
//
// A `Sampler` is a function pointer and a pointer to constant parameters, so samplers nobody names
// are not linked. Any type with `SamplingResult sample(const TraceSummary&) const` is one. It is
// asked once for each local trace, when its root starts; the spans below follow the root, which is
// what the default parent-based sampler would answer for each of them. Specification: trace SDK,
// "Sampling".

#include <afterglow/threshold.h>
#include <afterglow/trace_types.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace afterglow {

enum class Decision : std::uint8_t {
  Drop,             ///< Not recorded; propagated with sampled = 0.
  RecordOnly,       ///< Recorded, seen by hooks, not exported; propagated with sampled = 0.
  RecordAndSample,  ///< Recorded and exported; propagated with sampled = 1.
};

/// What is known of a local trace when it starts.
struct TraceSummary {
  const TraceId& trace_id;
  const SpanContext* parent;  ///< The remote parent, or null for a new trace.
  std::string_view name;
  SpanKind kind;
  Attributes attributes;
  std::span<const Link> links;
  /// R, below 2^56: the parent's `rv` where there is one, else of the trace id.
  std::uint64_t randomness = randomness_of(trace_id);
  /// Somebody promised that `randomness` is random: `rv`, or W3C's random flag.
  bool has_randomness = false;
  /// T, below 2^56: the parent's `th`.
  std::optional<std::uint64_t> parent_threshold = {};
  /// OTEL_TRACES_SAMPLER_ARG where no OTEL_TRACES_SAMPLER is set: the rate that operations want of
  /// the program's own sampler. `Adaptive` follows it.
  std::optional<double> rate = {};
};

/// Called once when the root of a local trace ends. `error`: a span of the trace ended with one.
struct OutcomeHook {
  void (*observe)(const void* context, bool error, std::uint64_t end_unix_nano) = nullptr;
  const void* context = nullptr;
};

struct SamplingResult {
  Decision decision = Decision::Drop;
  std::span<const Attribute> attributes = {};  ///< Added to the root span.
  bool sets_trace_state = false;               ///< `trace_state` replaces the parent's.
  std::string_view trace_state = {};           ///< Copied; must outlive the call only.
  /// Applied after `trace_state`. Of a trace that is not `RecordAndSample`, `th` is always erased.
  ThresholdChange threshold = {};
  /// Whoever decided and wants to know how a recorded trace ends; lives as long as the program.
  OutcomeHook outcome = {};
};

template <class S>
concept SamplesTraces = requires(const S& sampler, const TraceSummary& trace) {
  { sampler.sample(trace) } -> std::same_as<SamplingResult>;
};

/// A reference to a sampler that lives as long as the program (a named `constexpr` value).
class Sampler {
 public:
  template <SamplesTraces S>
  constexpr Sampler(const S& sampler)  // NOLINT(google-explicit-constructor)
      : parameters_(&sampler), ask_(&ask_as<S>) {}
  /// A temporary would dangle: name the sampler as a constant.
  template <SamplesTraces S>
  Sampler(const S&&) = delete;

  [[nodiscard]] SamplingResult ask(const TraceSummary& trace) const {
    return ask_(parameters_, trace);
  }

  /// The sampler itself when it is an `S`, else null.
  template <SamplesTraces S>
  [[nodiscard]] const S* as() const {
    return ask_ == &ask_as<S> ? static_cast<const S*>(parameters_) : nullptr;
  }

 private:
  template <SamplesTraces S>
  static SamplingResult ask_as(const void* parameters, const TraceSummary& trace) {
    return static_cast<const S*>(parameters)->sample(trace);
  }

  const void* parameters_;
  SamplingResult (*ask_)(const void*, const TraceSummary&);
};

/// Write what a sampler is and how it is configured to `out`, for logs and debug pages:
/// `TraceIdRatioBased{0.000100}`. Returns the bytes written; what does not fit is cut. A sampler of
/// the program's own types is `Sampler`.
///
/// A `Sampler` has no pointer for this, since it would link every description into every module;
/// the built-in samplers are told apart by the function that asks them. So whoever calls this links
/// all of them, and nobody else pays.
std::size_t describe(const Sampler& sampler, std::span<char> out);

/// Keep everything. The `th` of a caller who sampled stays as it came; `Probability{1}`
/// (probability.h) sets it.
struct AlwaysOn {
  [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const;
  std::size_t describe(std::span<char> out) const;
};
inline constexpr AlwaysOn kAlwaysOn{};

/// Keep nothing.
struct AlwaysOff {
  [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const;
  std::size_t describe(std::span<char> out) const;
};
inline constexpr AlwaysOff kAlwaysOff{};

/// Keep the given share of traces (`TraceIdRatioBased`): deterministic on the low seven bytes of
/// the trace id, so that what a lower ratio keeps, a higher one keeps too. Below 0 is 0, above 1
/// and not-a-number are 1. It does not tell its ratio to others, and a caller's `th` goes, so what
/// it keeps cannot be counted back; the specification replaces it by `Probability` (probability.h),
/// which does.
class Ratio {
 public:
  constexpr explicit Ratio(double ratio) : threshold_(threshold(ratio)) {}
  [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const;
  std::size_t describe(std::span<char> out) const;

 private:
  static constexpr std::uint64_t kWhole = std::uint64_t{1} << 56U;
  static constexpr std::uint64_t threshold(double ratio) {
    if (ratio <= 0.0) {
      return kWhole;
    }
    if (!(ratio < 1.0)) {
      return 0;
    }
    return kWhole - static_cast<std::uint64_t>(ratio * static_cast<double>(kWhole));
  }

  std::uint64_t threshold_;  // keep when the randomness of the trace id is at least this
};

/// Follow the parent's sampled flag; ask `root` when there is no parent. The other delegates may be
/// replaced, for example to keep a share of what callers dropped. Those of a local parent complete
/// the specification's five: the SDK samples local traces, not spans, so it never asks them.
///
/// `th` goes on only where it can be true: the parent was sampled, and R >= T. A delegate that sets
/// or erases it decides for itself.
class ParentBased {
 public:
  constexpr explicit ParentBased(Sampler root, Sampler remote_parent_sampled = kAlwaysOn,
                                 Sampler remote_parent_not_sampled = kAlwaysOff,
                                 Sampler local_parent_sampled = kAlwaysOn,
                                 Sampler local_parent_not_sampled = kAlwaysOff)
      : root_(root),
        remote_parent_sampled_(remote_parent_sampled),
        remote_parent_not_sampled_(remote_parent_not_sampled),
        local_parent_sampled_(local_parent_sampled),
        local_parent_not_sampled_(local_parent_not_sampled) {}
  [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const;
  std::size_t describe(std::span<char> out) const;

 private:
  [[nodiscard]] const Sampler& delegate(const SpanContext& parent) const;

  Sampler root_;
  Sampler remote_parent_sampled_;
  Sampler remote_parent_not_sampled_;
  Sampler local_parent_sampled_;
  Sampler local_parent_not_sampled_;
};

/// The specification's default.
inline constexpr ParentBased kParentBasedAlwaysOn{kAlwaysOn};

/// Record what `sampler` drops, without exporting it: hooks and rules at the end of a trace see it.
/// The specification's `AlwaysRecord`.
class AlwaysRecord {
 public:
  constexpr explicit AlwaysRecord(Sampler sampler) : sampler_(sampler) {}
  [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const;
  std::size_t describe(std::span<char> out) const;

 private:
  Sampler sampler_;
};

/// A function of the program's decides. Its answer is not trusted: a decision that is none of the
/// three is `Drop`; a threshold that is not below 2^56, or above the R of a trace that is kept,
/// erases `th`; a list without a pointer is empty. Without a function nothing is kept.
/// A trace state that breaks W3C's rules is discarded by the SDK like one from outside.
struct UserSampler {
  SamplingResult (*function)(void* context, const TraceSummary& trace) = nullptr;
  void* context = nullptr;

  [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const;
  std::size_t describe(std::span<char> out) const;
};

}  // namespace afterglow
