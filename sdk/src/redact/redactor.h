#pragma once

// The policy at the door of the lent memory: asked before a value is copied in, and the one who
// writes what comes in instead. How `record` uses it, for an attribute (also of events, links,
// logs, metrics; nested keys with `within`):
//
//   const Decision decision = redactor.decide_for(Place::Attribute, key);
//   if (redactor.judge_whole(decision, value.type()) ...           // once for each value: below
//   switch (const Judgement judged = redactor.judge(decision, text, limit); judged.verdict) {
//     case Verdict::Keep:    copy `limited(text)` as without a policy
//     case Verdict::Drop:    leave the attribute out (an array element becomes empty)
//     case Verdict::Replace: offset = append.allocate(judged.length, 1);
//                            redactor.write(decision, text, {at(offset), judged.length});
//   }
//
// * `decide` looks at the key only. When `decision.keeps()`, which is the common case, strings and
//   bytes need none of the rest and are not looked at; maps ask about their keys.
// * `judge_whole` comes first for every value: Keep: go on (strings, bytes, array elements and map
//   entries one by one with `judge`); Drop: leave it out; Replace: the string `kMask` stands for
//   all of it, so that not even the number of elements shows.
// * Bytes are judged as text; what replaces them is a string.
// * The limit of a value's length is given to `judge`, not applied before it: a secret that is cut
//   is no longer recognised.
// * Values are read twice (to measure, to write) and copied once, into their last place. Neither
//   the value nor the policy may change between the two calls. Who has room where the replacement
//   is to be lends it to `judge`, and needs no second call where it was enough.

#include <afterglow/attribute.h>

#include "redact/pass.h"
#include "redact/sink.h"
#include "redact/url.h"

namespace afterglow::redact {

/// Where a value stands.
enum class Place : std::uint8_t {
  Attribute,  ///< Of a span, event, link, log, metric or the resource: by key.
  Baggage,    ///< A member of baggage that is copied to an attribute, under the member's own key.
  Message,    ///< An exception message, a status message or a log body: no key, patterns only.
};

/// Whether a key says that its value is secret. Literal keys can know it while compiling.
/// `Plain` says too that it is none of the keys that the policy scrubs.
enum class SecretName : std::uint8_t { No, Yes, Ask, Plain };

inline SecretName secret_name(const Key& key) {
  switch (key.nature()) {
    case afterglow::detail::KeyNature::Plain:
      return SecretName::Plain;
    case afterglow::detail::KeyNature::Secret:
      return SecretName::Yes;
    case afterglow::detail::KeyNature::Unknown:
      return SecretName::Ask;
    default:
      return SecretName::No;
  }
}

/// What the policy says about the values under one key.
struct Decision {
  enum class Way : std::uint8_t { Keep, Treat, Values, Message, UrlFull, UrlQuery, UrlPath };

  Treatment treatment;
  Way way = Way::Keep;
  bool is_ruled = false;  ///< A rule about the key matched.

  [[nodiscard]] bool keeps() const { return way == Way::Keep; }
};

/// What a policy does to the values of a key that the conventions know.
constexpr Decision::Way way_of(const RedactionPolicy& policy, afterglow::detail::KeyNature nature) {
  using Way = Decision::Way;
  const bool scrubs_urls = policy.code.scrub_url != nullptr;
  switch (nature) {
    case afterglow::detail::KeyNature::Message:
      return policy.code.scrub_text != nullptr ? Way::Message : Way::Keep;
    case afterglow::detail::KeyNature::UrlFull:
      return scrubs_urls ? Way::UrlFull : Way::Keep;
    case afterglow::detail::KeyNature::UrlQuery:
      return scrubs_urls ? Way::UrlQuery : Way::Keep;
    case afterglow::detail::KeyNature::UrlPath:
      return scrubs_urls ? Way::UrlPath : Way::Keep;
    case afterglow::detail::KeyNature::Scrubbed:
      return scrubs_urls ? Way::Treat : Way::Keep;
    default:
      return Way::Keep;
  }
}

/// What becomes of one value.
struct Judgement {
  Verdict verdict = Verdict::Keep;
  std::size_t length = 0;  ///< Of the replacement, in bytes.
};

class Redactor {
 public:
  constexpr Redactor() : Redactor(kNoRedaction) {}
  constexpr explicit Redactor(const RedactionPolicy& policy)
      : policy_(&policy), keeps_plain_(policy.keys.empty() && policy.code.judge_value == nullptr) {}

  /// Whether `set_key` is worth a host call.
  [[nodiscard]] bool wants_key() const { return policy_->code.set_key != nullptr; }
  [[nodiscard]] std::string_view key_name() const { return policy_->hash_key; }
  /// The headers that may be recorded.
  [[nodiscard]] std::span<const std::string_view> headers() const { return policy_->headers; }
  /// Take over the secret of keyed hashes; the caller wipes its copy.
  void set_key(std::span<const std::byte> secret) {
    if (wants_key()) {
      policy_->code.set_key(key_, secret);
    }
  }

  /// Whether all values under this key are kept as they come: known at once for most literals.
  [[nodiscard]] bool keeps(const Key& key) const {
    return key.nature() == afterglow::detail::KeyNature::Plain && keeps_plain_;
  }

  /// Linear in the key and the number of rules.
  [[nodiscard]] Decision decide(Place place, std::string_view key,
                                SecretName secret = SecretName::Ask) const {
    Decision decision;
    if ((secret != SecretName::Plain || !keeps_plain_) && policy_->code.decide != nullptr) {
      policy_->code.decide(*policy_, place, key, secret, decision);
    }
    return decision;
  }

  /// The same for a key of the program, of which a literal knows much.
  [[nodiscard]] Decision decide_for(Place place, const Key& key) const {
    using afterglow::detail::KeyNature;
    const bool is_known = key.nature() > KeyNature::Unknown && key.nature() < KeyNature::Scrubbed;
    if (!is_known || !keeps_plain_ || place != Place::Attribute) {
      return decide(place, key.text(), secret_name(key));
    }
    Decision decision;
    decision.way = way_of(*policy_, key.nature());
    decision.is_ruled = !decision.keeps();
    return decision;
  }

  /// The decision for an entry of a map, or of a log body, that `outer` was decided for.
  [[nodiscard]] Decision within(const Decision& outer, std::string_view key,
                                SecretName secret = SecretName::Ask) const {
    const Decision inner = decide(Place::Attribute, key, secret);
    return inner.is_ruled ? inner : outer;
  }

  /// What becomes of a value as a whole, by its type; counted unless it is Keep.
  [[nodiscard]] Verdict judge_whole(const Decision& decision, ValueType type);

  /// What becomes of a text, counted; a replacement is cut after `max_characters`. As much of it as
  /// fits is written to `room`, which may be none and does not overlap the text.
  [[nodiscard]] Judgement judge(const Decision& decision, std::string_view text,
                                std::uint32_t max_characters = Sink::kUnlimited,
                                std::span<char> room = {}) {
    if (decision.keeps()) {
      return {};
    }
    Sink sink(room, max_characters);
    const Verdict verdict = policy_->code.apply({*policy_, key_, &counts_}, decision, text, sink);
    return {verdict, sink.size()};
  }

  /// Write the replacement that was judged into memory of its length.
  void write(const Decision& decision, std::string_view text, std::span<char> out) const {
    if (!decision.keeps()) {
      Sink sink(out);
      policy_->code.apply({*policy_, key_, nullptr}, decision, text, sink);
    }
  }

  /// The whole of an attribute that is written without ever being in the pages, as of the resource:
  /// false when it is left out, else `out` is what to write, which may refer to `memory`. What
  /// needs more memory is masked.
  [[nodiscard]] bool redact(const Key& key, const Value& value, std::span<std::byte> memory,
                            Value& out) {
    out = value;
    return policy_->code.redact_value == nullptr ||
           policy_->code.redact_value(*this, key, value, memory, out);
  }

  [[nodiscard]] const RedactionCounts& counts() const { return counts_; }
  /// Count what another one did as well.
  void add_counts(const RedactionCounts& others) {
    for (std::size_t i = 0; i < kRedactionKindCount; ++i) {
      counts_.by_kind[i] += others.by_kind[i];
    }
  }

 private:
  const RedactionPolicy* policy_;
  bool keeps_plain_;  // the policy asks neither for keys nor for values
  HmacKey key_;
  RedactionCounts counts_;
};

inline Verdict Redactor::judge_whole(const Decision& decision, ValueType type) {
  if (decision.way != Decision::Way::Treat || decision.treatment.action == RedactAction::Keep) {
    return Verdict::Keep;
  }
  const bool is_number =
      type == ValueType::Bool || type == ValueType::Int || type == ValueType::Double;
  const bool by_name = decision.treatment.kind == RedactionKind::SecretName;
  if (type == ValueType::Empty || (is_number && by_name)) {
    return Verdict::Keep;
  }
  RedactionKind kind = decision.treatment.kind;
  const RedactAction action = decision.treatment.action;
  if (action != RedactAction::Drop && action != RedactAction::Mask) {
    if (!is_number) {
      return Verdict::Keep;  // text by text
    }
    kind = RedactionKind::KeyMasked;
  }
  Pass{*policy_, key_, &counts_}.count(kind);
  return action == RedactAction::Drop ? Verdict::Drop : Verdict::Replace;
}

}  // namespace afterglow::redact
