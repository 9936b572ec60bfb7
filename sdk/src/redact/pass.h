#pragma once

// One pass over a value: what the rules need besides the value and the sink. The first pass
// measures and counts; the second writes the same again.

#include <afterglow/redaction.h>

#include "redact/hmac.h"

namespace afterglow::redact {

/// The fixed text of a masked value.
inline constexpr std::string_view kMask = "[REDACTED]";

/// What to do with a value that has been judged.
enum class Verdict : std::uint8_t {
  Keep,     ///< Record it as it is.
  Drop,     ///< Record nothing.
  Replace,  ///< Record what the sink got.
};

struct Pass {
  const RedactionPolicy& policy;
  const HmacKey& key;
  RedactionCounts* counts;  ///< Null in the second pass.

  void count(RedactionKind kind) const {
    if (counts != nullptr) {
      ++counts->by_kind[static_cast<std::size_t>(kind)];
    }
  }
};

/// What a rule does, whichever kind of rule it is.
struct Treatment {
  RedactAction action = RedactAction::Keep;
  RedactionKind kind = RedactionKind::KeyMasked;
  std::uint32_t characters = 0;
  detail::TransformValue transform = nullptr;
};

/// The action of a rule on all of `value`, counted.
Verdict treat(const Pass& pass, const Treatment& treatment, std::string_view value, Sink& out);

/// The rule for a pattern as a treatment.
inline Treatment treatment_of(const ValueRule& rule) {
  const auto kind = static_cast<RedactionKind>(static_cast<unsigned>(RedactionKind::BearerToken) +
                                               static_cast<unsigned>(rule.pattern));
  return {rule.action, kind, rule.characters, rule.transform};
}

}  // namespace afterglow::redact
