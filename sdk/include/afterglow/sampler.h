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
      : parameters_(&sampler), ask_([](const void* parameters, const TraceSummary& trace) {
          return static_cast<const S*>(parameters)->sample(trace);
        }) {}
  /// A temporary would dangle: name the sampler as a constant.
  template <SamplesTraces S>
  Sampler(const S&&) = delete;

  [[nodiscard]] SamplingResult ask(const TraceSummary& trace) const {
    return ask_(parameters_, trace);
  }

 private:
  const void* parameters_;
  SamplingResult (*ask_)(const void*, const TraceSummary&);
};

/// Keep everything.
struct AlwaysOn {
  [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const;
};
inline constexpr AlwaysOn kAlwaysOn{};

/// Keep nothing.
struct AlwaysOff {
  [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const;
};
inline constexpr AlwaysOff kAlwaysOff{};

/// Keep the given share of traces (`TraceIdRatioBased`): deterministic on the low seven bytes of
/// the trace id, so that what a lower ratio keeps, a higher one keeps too. Below 0 is 0, above 1
/// and not-a-number are 1.
class Ratio {
 public:
  constexpr explicit Ratio(double ratio) : threshold_(threshold(ratio)) {}
  [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const;

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

/// Follow the remote parent's sampled flag; ask `root` when there is no parent. The other two
/// delegates may be replaced, for example to keep a share of what callers dropped.
class ParentBased {
 public:
  constexpr explicit ParentBased(Sampler root, Sampler remote_parent_sampled = kAlwaysOn,
                                 Sampler remote_parent_not_sampled = kAlwaysOff)
      : root_(root),
        remote_parent_sampled_(remote_parent_sampled),
        remote_parent_not_sampled_(remote_parent_not_sampled) {}
  [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const;

 private:
  Sampler root_;
  Sampler remote_parent_sampled_;
  Sampler remote_parent_not_sampled_;
};

/// The specification's default.
inline constexpr ParentBased kParentBasedAlwaysOn{kAlwaysOn};

}  // namespace afterglow
