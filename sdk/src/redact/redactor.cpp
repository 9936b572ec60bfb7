#include "redact/redactor.h"

#include <afterglow/secret_name.h>

#include "redact/names.h"

namespace afterglow {
namespace redact {
namespace {

using Way = Decision::Way;

Decision mask(RedactionKind kind) {
  return {{RedactAction::Mask, kind}, Way::Treat, true};
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

Decision decision_of(const KeyRule& rule) {
  const auto kind = static_cast<RedactionKind>(static_cast<unsigned>(rule.action) - 1);
  const Way way = rule.action == RedactAction::Keep ? Way::Keep : Way::Treat;
  return {{rule.action, kind, rule.characters, rule.transform}, way, true};
}

/// Headers that are URLs, where they may be recorded.
constexpr std::string_view kUrlHeaders[] = {"referer", "location", "content-location", "refresh"};

struct KnownKey {
  std::string_view name;
  Way way;
};

constexpr KnownKey kKnownKeys[] = {{"url.full", Way::UrlFull},
                                   {"url.query", Way::UrlQuery},
                                   {"url.path", Way::UrlPath},
                                   {"url.original", Way::UrlFull},
                                   {"url.fragment", Way::Treat},
                                   {"http.url", Way::UrlFull},
                                   {"http.target", Way::UrlFull},
                                   {"exception.message", Way::Message},
                                   {"exception.stacktrace", Way::Message},
                                   {"error.message", Way::Message}};

/// Keys of the conventions whose values have parts to scrub.
Decision decide_known(const RedactionPolicy& policy, std::string_view key) {
  const char first = key.empty() ? '\0' : afterglow::detail::lower(key.front());
  if (first != 'u' && first != 'h' && first != 'e') {
    return {};
  }
  for (const KnownKey& known : kKnownKeys) {
    if (is_same_name(key, known.name)) {
      const bool is_on = known.way == Way::Message ? policy.code.scrub_text != nullptr
                                                   : policy.code.scrub_url != nullptr;
      return is_on ? Decision{{RedactAction::Drop, RedactionKind::UrlFragment}, known.way, true}
                   : Decision{};
    }
  }
  return {};
}

}  // namespace
}  // namespace redact

redact::Decision detail::decide(const RedactionPolicy& policy, redact::Place place,
                                std::string_view key, redact::SecretName secret) {
  using redact::Decision;
  if (place == redact::Place::Message) {
    return {{}, policy.code.scrub_text == nullptr ? Decision::Way::Keep : Decision::Way::Message};
  }
  const std::string_view header = redact::header_of(key);
  const bool is_header = !header.empty();
  const bool is_foreign = is_header || place == redact::Place::Baggage;
  const bool is_never = is_foreign && redact::names_secret_parameter(is_header ? header : key);
  const KeyRule* const rule = redact::find_rule(policy.keys, key);
  if (rule != nullptr && !(is_never && redact::is_readable(rule->action))) {
    return redact::decision_of(*rule);
  }
  if (is_header && (is_never || !redact::is_listed(header, policy.headers))) {
    return redact::mask(RedactionKind::Header);
  }
  if (is_header && policy.code.scrub_url != nullptr &&
      redact::is_listed(header, redact::kUrlHeaders)) {
    return {{}, Decision::Way::UrlFull, true};
  }
  const bool is_secret = secret == redact::SecretName::Yes ||
                         (secret == redact::SecretName::Ask && redact::names_secret(key));
  if (is_never || (is_secret && policy.secret_names && !is_header)) {
    return redact::mask(RedactionKind::SecretName);
  }
  const Decision known = redact::decide_known(policy, key);
  if (known.is_ruled || policy.code.judge_value == nullptr) {
    return known;
  }
  return {{}, Decision::Way::Values};
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
