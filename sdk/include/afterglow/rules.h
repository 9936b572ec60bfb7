#pragma once

// Another sampler for each kind of request, by what is known when the trace starts.
//
//   constexpr Probability kAll{1};
//   constexpr Probability kFew{0.01};
//   constexpr Rule kRules[] = {
//       {.name = "GET /health", .sampler = kAlwaysOff},
//       {.kind = SpanKind::Server, .name_prefix = "POST /checkout", .sampler = kAll},
//       {.attribute = "tenant", .value = "acme", .sampler = kAll},
//   };
//   constexpr RuleBased kSampler{kRules, kFew};
//
// Give rules `Probability` samplers and the kept traces can still be counted back: each says in its
// `th` what it stands for. The name and the attributes are those passed to `start_span`.

#include <afterglow/sampler.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace afterglow {

/// Matches when all that is given matches; a rule that gives nothing matches every trace.
struct Rule {
  std::optional<SpanKind> kind = {};
  std::string_view name = {};         ///< The whole name; empty is any.
  std::string_view name_prefix = {};  ///< The beginning of the name.
  std::string_view attribute = {};    ///< A key that is set at the start; empty is not asked.
  /// What the attribute must be: a bool, an integer, a double or a string, of the same type. Left
  /// empty, any value will do. Of a key given twice the last value counts.
  Value value = {};
  Sampler sampler;
};

/// The first rule that matches decides, by its sampler; `otherwise` decides for the rest.
class RuleBased {
 public:
  constexpr explicit RuleBased(std::span<const Rule> rules, Sampler otherwise = kAlwaysOff)
      : rules_(rules), otherwise_(otherwise) {}
  [[nodiscard]] SamplingResult sample(const TraceSummary& trace) const;
  std::size_t describe(std::span<char> out) const;

 private:
  std::span<const Rule> rules_;
  Sampler otherwise_;
};

}  // namespace afterglow
