#include "redact/redactor.h"

#include <afterglow/secret_name.h>

#include "redact/names.h"

namespace afterglow {
namespace redact {
namespace {

using Way = Decision::Way;

void mask(Decision& decision, RedactionKind kind) {
  decision.treatment.action = RedactAction::Mask;
  decision.treatment.kind = kind;
  decision.way = Way::Treat;
}

/// The name behind `http.request.header.`, `rpc.response.metadata.` and the like; empty when the
/// key is none of a header.
std::string_view header_of(std::string_view key) {
  constexpr std::string_view kMarks[] = {".header.", ".metadata."};
  const bool is_rpc = has_prefix(key, "rpc.");
  if (!is_rpc && !has_prefix(key, "http.")) {
    return {};
  }
  const std::string_view mark = kMarks[is_rpc ? 1 : 0];
  for (; key.size() > mark.size(); key.remove_prefix(1)) {
    if (has_prefix(key, mark)) {
      key.remove_prefix(mark.size());
      return key;
    }
  }
  return {};
}

/// Whether an action lets something of the value be read.
bool is_readable(RedactAction action) {
  return action == RedactAction::Keep || action == RedactAction::Truncate ||
         action == RedactAction::IpPrefix;
}

const KeyRule* find_rule(std::span<const KeyRule> rules, std::string_view key) {
  for (const KeyRule& rule : rules) {
    const bool fits = rule.match == KeyMatch::Prefix || rule.name.size() == key.size();
    if (fits && has_prefix(key, rule.name)) {
      return &rule;
    }
  }
  return nullptr;
}

void follow(Decision& decision, const KeyRule& rule) {
  decision.treatment.action = rule.action;
  decision.treatment.kind = static_cast<RedactionKind>(static_cast<unsigned>(rule.action) - 1);
  decision.treatment.characters = rule.characters;
  decision.treatment.transform = rule.transform;
  decision.way = rule.action == RedactAction::Keep ? Way::Keep : Way::Treat;
}

/// Headers that are URLs, where they may be recorded.
constexpr std::string_view kUrlHeaders[] = {"referer", "location", "content-location", "refresh"};

/// Keys of the conventions whose values have parts to scrub; Keep for all others.
Way known_way(const RedactionPolicy& policy, std::string_view key) {
  const char first = key.empty() ? '\0' : afterglow::detail::lower(key.front());
  if (first != 'u' && first != 'h' && first != 'e') {
    return Way::Keep;
  }
  return way_of(policy, afterglow::detail::known_nature(key));
}

/// Decides by `key`; false when nothing but rules by value remains.
bool decide_by_key(Decision& decision, const RedactionPolicy& policy, Place place,
                   std::string_view key, SecretName secret) {
  if (secret == SecretName::Plain && place == Place::Attribute) {  // rules of the program only
    const KeyRule* const own = find_rule(policy.keys, key);
    if (own != nullptr) {
      follow(decision, *own);
    }
    return own != nullptr;
  }
  const std::string_view header = header_of(key);
  const bool is_header = !header.empty();
  const bool is_never =
      (is_header || place == Place::Baggage) && names_secret_parameter(is_header ? header : key);
  const KeyRule* const rule = find_rule(policy.keys, key);
  if (rule != nullptr && !(is_never && is_readable(rule->action))) {
    follow(decision, *rule);
    return true;
  }
  if (is_header) {
    if (is_never || !is_listed(header, policy.headers)) {
      mask(decision, RedactionKind::Header);
    } else if (policy.code.scrub_url != nullptr && is_listed(header, kUrlHeaders)) {
      decision.way = Way::UrlFull;
    }
    return decision.way != Way::Keep;
  }
  const bool is_secret = policy.secret_names && (secret == SecretName::Yes ||
                                                 (secret == SecretName::Ask && names_secret(key)));
  if (is_never || is_secret) {
    mask(decision, RedactionKind::SecretName);
    return true;
  }
  decision.way = known_way(policy, key);
  if (decision.way == Way::Treat) {  // the one that is left out
    decision.treatment.action = RedactAction::Drop;
    decision.treatment.kind = RedactionKind::UrlFragment;
  }
  return decision.way != Way::Keep;
}

}  // namespace
}  // namespace redact

void detail::decide(const RedactionPolicy& policy, redact::Place place, std::string_view key,
                    redact::SecretName secret, redact::Decision& out) {
  if (place == redact::Place::Message) {
    if (policy.code.scrub_text != nullptr) {
      out.way = redact::Decision::Way::Message;
    }
    return;
  }
  out.is_ruled = redact::decide_by_key(out, policy, place, key, secret);
  if (!out.is_ruled && policy.code.judge_value != nullptr) {
    out.way = redact::Decision::Way::Values;
  }
}

redact::Verdict detail::apply(const redact::Pass& pass, const redact::Decision& decision,
                              std::string_view value, redact::Sink& out) {
  using Way = redact::Decision::Way;
  bool changed = false;
  switch (decision.way) {
    case Way::Treat:
      return redact::treat(pass, decision.treatment, value, out);
    case Way::Values:
      return pass.policy.code.judge_value(pass, value, out);
    case Way::Message:
      changed = pass.policy.code.scrub_text(pass, value, out);
      break;
    case Way::UrlFull:
      changed = pass.policy.code.scrub_url(pass, redact::UrlPart::Full, value, out);
      break;
    case Way::UrlQuery:
      changed = pass.policy.code.scrub_url(pass, redact::UrlPart::Query, value, out);
      break;
    case Way::UrlPath:
      changed = pass.policy.code.scrub_url(pass, redact::UrlPart::Path, value, out);
      break;
    case Way::Keep:
      break;
  }
  return changed ? redact::Verdict::Replace : redact::Verdict::Keep;
}

}  // namespace afterglow
