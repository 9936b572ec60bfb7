#include "base/utf8.h"
#include "redact/pass.h"
#include "redact/sink.h"

namespace afterglow::redact {

Verdict treat(const Pass& pass, const Treatment& treatment, std::string_view value, Sink& out) {
  if (treatment.action == RedactAction::Keep) {
    return Verdict::Keep;
  }
  const bool lacks_key = treatment.action == RedactAction::KeyedHash && !pass.key.is_set;
  pass.count(lacks_key ? RedactionKind::HashKeyMissing : treatment.kind);
  if (treatment.action == RedactAction::Drop) {
    return Verdict::Drop;
  }
  if (treatment.action == RedactAction::Truncate) {
    value.remove_suffix(value.size() - text::truncate(value, treatment.characters));
    out.add(value);
  } else if (treatment.transform != nullptr && !lacks_key) {
    treatment.transform(pass.key, value, out);
  } else {
    out.add(kMask);
  }
  return Verdict::Replace;
}

}  // namespace afterglow::redact
