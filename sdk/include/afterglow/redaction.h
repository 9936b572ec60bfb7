#pragma once

// Redaction: what never enters the SDK's memory. The policy is applied when a value arrives, not
// when it leaves, to attributes of spans, events, links, logs, metrics and the resource, to log
// bodies, messages, and baggage that is copied to attributes.
//
//   constexpr KeyRule kKeys[] = {{KeyMatch::Exact, "user.email", RedactAction::KeyedHash},
//                                {KeyMatch::Exact, "client.address", RedactAction::IpPrefix},
//                                {KeyMatch::Prefix, "cart.note.", RedactAction::Truncate, 20}};
//   constexpr std::string_view kParameters[] = {"page", "lang"};
//   constexpr RedactionPolicy kPolicy{.keys = kKeys, .query_parameters = kParameters};
//   constinit Telemetry telemetry{memory, {.redaction = kPolicy}};
//
// Names are not values: those of spans, events, scopes and keys are recorded as they come, so never
// make them of what a visitor sent. Trace state and baggage travel verbatim, as W3C asks; baggage
// passes the policy when it is copied to attributes.
//
// What nobody asked for is safe: `kDefaultRedaction` below says what that means. A policy is a
// constant whose tables live as long as the program; code of actions that no table names is not
// linked.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow {

class Key;
class Value;

namespace redact {
class Redactor;
class Sink;
struct Decision;
struct HmacKey;
struct Pass;
enum class Place : std::uint8_t;
enum class SecretName : std::uint8_t;
enum class UrlPart : std::uint8_t;
enum class Verdict : std::uint8_t;
}  // namespace redact

/// What to do with a value.
enum class RedactAction : std::uint8_t {
  Keep,       ///< Record it as it is.
  Drop,       ///< Leave the attribute out; in a message, only the part that was recognised.
  Mask,       ///< Record "[REDACTED]": the length stays hidden.
  Truncate,   ///< Record the first characters, as many as the rule says.
  Hash,       ///< Record the first 16 bytes of SHA-256 as hex. Short values can be guessed.
  KeyedHash,  ///< The same of HMAC-SHA-256; the key is a secret of the host. Without it: masked.
  IpPrefix,   ///< Record /24 of an IPv4 address, /48 of an IPv6 address; masks what is neither.
};

struct RedactionPolicy;

namespace detail {

using TransformValue = void (*)(const redact::HmacKey& key, std::string_view value,
                                redact::Sink& out);
void write_hash(const redact::HmacKey& key, std::string_view value, redact::Sink& out);
void write_keyed_hash(const redact::HmacKey& key, std::string_view value, redact::Sink& out);
void write_ip_prefix(const redact::HmacKey& key, std::string_view value, redact::Sink& out);

/// The code behind an action, null where it needs none of its own.
consteval TransformValue transform_of(RedactAction action) {
  switch (action) {
    case RedactAction::Hash:
      return &write_hash;
    case RedactAction::KeyedHash:
      return &write_keyed_hash;
    case RedactAction::IpPrefix:
      return &write_ip_prefix;
    default:
      return nullptr;
  }
}

}  // namespace detail

enum class KeyMatch : std::uint8_t { Exact, Prefix };

/// By key, whatever the case of its letters. The first rule that matches decides, also for what is
/// nested in the value (unless a rule matches a nested key) and for values that are no strings,
/// which every action but Keep, Drop and (for bytes) the hashes masks. Of headers and baggage whose
/// names say that they are secret nothing can be read, whatever a rule says: they are hashed, left
/// out or masked.
struct KeyRule {
  consteval KeyRule(KeyMatch how, std::string_view key, RedactAction what,
                    std::uint32_t truncate_to = 0)
      : name(key),
        characters(truncate_to),
        transform(detail::transform_of(what)),
        match(how),
        action(what) {}

  std::string_view name;
  std::uint32_t characters;
  detail::TransformValue transform;
  KeyMatch match;
  RedactAction action;
};

/// What is recognised inside values, in linear time and without a regular-expression engine.
enum class ValuePattern : std::uint8_t {
  BearerToken,   ///< What follows the word "Bearer".
  JsonWebToken,  ///< `eyJ…` with at least one dot and more after it.
  Email,         ///< `local@domain`, also with `%40`; the domain has a letter.
  PaymentCard,  ///< 13 to 19 digits in whole groups (split by one space or hyphen each, of at least
                ///< three digits but for the last) that satisfy Luhn; all groups around go too.
  Ipv4,         ///< Four numbers up to 255; not part of a longer dotted number.
  Ipv6,         ///< Any form of RFC 4291 that stands apart from letters.
  LongHex,      ///< 32 or more hexadecimal digits in a row.
  LongBase64,   ///< 40 or more characters of either base64 alphabet, with a digit, an upper-case
                ///< and a lower-case letter; at most one `/` in ten, so that paths stay.
};
inline constexpr std::size_t kValuePatternCount = 8;

/// By value. Of several rules for one pattern the first counts.
struct ValueRule {
  consteval ValueRule(ValuePattern found, RedactAction what, std::uint32_t truncate_to = 0)
      : characters(truncate_to),
        transform(detail::transform_of(what)),
        pattern(found),
        action(what) {}

  std::uint32_t characters;
  detail::TransformValue transform;
  ValuePattern pattern;
  RedactAction action;
};

/// How often each kind of rule has acted, since the instance began; never what it acted on.
enum class RedactionKind : std::uint8_t {
  KeyDropped,  ///< A `KeyRule`, by its action.
  KeyMasked,   ///< Also counts values that an action cannot treat.
  KeyTruncated,
  KeyHashed,
  KeyKeyedHashed,
  KeyIpPrefix,
  SecretName,  ///< An attribute whose key says that it is secret.
  Header,      ///< A header that is not on the list, or never recorded.
  QueryParameter,
  UrlUserInfo,
  UrlFragment,
  UrlUnreadable,  ///< An opaque or malformed URL.
  BearerToken,    ///< A `ValueRule`, by its pattern, in the order of `ValuePattern`.
  JsonWebToken,
  Email,
  PaymentCard,
  Ipv4,
  Ipv6,
  LongHex,
  LongBase64,
  HashKeyMissing,  ///< Masked, since the host gave no key for a keyed hash.
};
inline constexpr std::size_t kRedactionKindCount = 21;

/// The name of a kind for reports and metrics: "key_dropped", "secret_name", "bearer_token", ...
const char* redaction_kind_name(RedactionKind kind);

struct RedactionCounts {
  std::uint32_t by_kind[kRedactionKindCount] = {};

  [[nodiscard]] constexpr std::uint32_t of(RedactionKind kind) const {
    return by_kind[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] constexpr std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const std::uint32_t count : by_kind) {
      sum += count;
    }
    return sum;
  }
};

namespace detail {

/// The code a policy needs, so that what it does not need is not linked. No type that is incomplete
/// here is passed by value: the linker has to know what the functions look like.
struct RedactionCode {
  void (*decide)(const RedactionPolicy& policy, redact::Place place, std::string_view key,
                 redact::SecretName secret, redact::Decision& out) = nullptr;
  redact::Verdict (*apply)(const redact::Pass& pass, const redact::Decision& decision,
                           std::string_view value, redact::Sink& out) = nullptr;
  bool (*scrub_text)(const redact::Pass& pass, std::string_view text, redact::Sink& out) = nullptr;
  redact::Verdict (*judge_value)(const redact::Pass& pass, std::string_view text,
                                 redact::Sink& out) = nullptr;
  bool (*scrub_url)(const redact::Pass& pass, redact::UrlPart part, std::string_view text,
                    redact::Sink& out) = nullptr;
  void (*set_key)(redact::HmacKey& key, std::span<const std::byte> secret) = nullptr;
  bool (*redact_value)(redact::Redactor& redactor, const Key& key, const Value& value,
                       std::span<std::byte> memory, Value& out) = nullptr;
};

void decide(const RedactionPolicy& policy, redact::Place place, std::string_view key,
            redact::SecretName secret, redact::Decision& out);
redact::Verdict apply(const redact::Pass& pass, const redact::Decision& decision,
                      std::string_view value, redact::Sink& out);
bool scrub_text(const redact::Pass& pass, std::string_view text, redact::Sink& out);
redact::Verdict judge_value(const redact::Pass& pass, std::string_view text, redact::Sink& out);
bool scrub_url(const redact::Pass& pass, redact::UrlPart part, std::string_view text,
               redact::Sink& out);
void set_hash_key(redact::HmacKey& key, std::span<const std::byte> secret);
bool redact_value(redact::Redactor& redactor, const Key& key, const Value& value,
                  std::span<std::byte> memory, Value& out);

template <class Rule>
constexpr bool has_keyed_hash(std::span<const Rule> rules) {
  for (const Rule& rule : rules) {
    if (rule.action == RedactAction::KeyedHash) {
      return true;
    }
  }
  return false;
}

}  // namespace detail

/// For messages and URLs, where nobody chose a key.
inline constexpr ValueRule kMessageRules[] = {{ValuePattern::BearerToken, RedactAction::Mask},
                                              {ValuePattern::JsonWebToken, RedactAction::Mask},
                                              {ValuePattern::Email, RedactAction::Mask},
                                              {ValuePattern::PaymentCard, RedactAction::Mask},
                                              {ValuePattern::Ipv4, RedactAction::IpPrefix},
                                              {ValuePattern::Ipv6, RedactAction::IpPrefix},
                                              {ValuePattern::LongHex, RedactAction::Mask},
                                              {ValuePattern::LongBase64, RedactAction::Mask}};

/// Headers that say nothing about a person.
inline constexpr std::string_view kPlainHeaders[] = {
    "accept",         "age",          "cache-control", "content-encoding",
    "content-length", "content-type", "vary",          "x-cache"};

struct RedactionPolicy {
  /// By key; asked first.
  std::span<const KeyRule> keys = {};
  /// By value, for string attributes that no rule matched by key: the first pattern of this list
  /// that is found anywhere in the value decides about the whole value. None by default.
  std::span<const ValueRule> values = {};
  /// By value, for the matching parts of exception messages and stack traces, status messages, log
  /// bodies, and of paths and allowed parameters in URLs.
  std::span<const ValueRule> messages = kMessageRules;
  /// Headers that may be recorded, as attributes `http.request.header.<name>` and the like; the
  /// others are masked. In any case and with `_` for `-`. Secret names are never recorded.
  std::span<const std::string_view> headers = kPlainHeaders;
  /// Query parameters whose values may be recorded; the others read `REDACTED`. Secret names never.
  std::span<const std::string_view> query_parameters = {};
  /// Scrub `url.full`, `url.query`, `url.path` and their older names: no user info, no fragment,
  /// query values by list, messages' patterns in the rest.
  bool scrub_urls = true;
  /// Mask string attributes whose key says that they are secret (secret_name.h).
  bool secret_names = true;
  /// The name under which the host keeps the key of `KeyedHash`.
  std::string_view hash_key = "afterglow_redaction_key";

  /// Follows from the rest; leave it as it is.
  detail::RedactionCode code = {.decide = &detail::decide,
                                .apply = &detail::apply,
                                .scrub_text = messages.empty() ? nullptr : &detail::scrub_text,
                                .judge_value = values.empty() ? nullptr : &detail::judge_value,
                                .scrub_url = scrub_urls ? &detail::scrub_url : nullptr,
                                .set_key = detail::has_keyed_hash(keys) ||
                                                   detail::has_keyed_hash(values) ||
                                                   detail::has_keyed_hash(messages)
                                               ? &detail::set_hash_key
                                               : nullptr,
                                .redact_value = &detail::redact_value};
};

/// Safe without being asked: headers by a short list and query parameters not at all, neither ever
/// when its name is a secret's; URLs without user info and fragment; messages and URLs without
/// tokens, addresses, cards and long keys, and IP addresses there as prefixes; attributes under
/// secret names masked. Other attributes are recorded as they come.
inline constexpr RedactionPolicy kDefaultRedaction{};

/// Records everything as it comes: passwords in URLs, tokens in headers, personal data in messages.
/// For programs that redact by themselves. Links none of the code above.
inline constexpr RedactionPolicy kNoRedaction{
    .messages = {}, .headers = {}, .scrub_urls = false, .secret_names = false, .code = {}};

namespace detail {
/// Reached only through a policy with keyed hashes, so that other modules import no secrets.
void read_hash_key(redact::Redactor& redactor);
}  // namespace detail

/// A reference to a policy that lives as long as the program.
class Redaction {
 public:
  constexpr Redaction() : Redaction(kDefaultRedaction) {}
  constexpr Redaction(const RedactionPolicy& policy)  // NOLINT(google-explicit-constructor)
      : policy_(&policy),
        read_key_(policy.code.set_key != nullptr ? &detail::read_hash_key : nullptr) {}
  /// A temporary would dangle: name the policy as a constant.
  Redaction(const RedactionPolicy&&) = delete;

  [[nodiscard]] constexpr const RedactionPolicy& policy() const { return *policy_; }
  /// Ask the host for the key of keyed hashes (256 bytes at most), where the policy has any.
  void read_key(redact::Redactor& redactor) const {
    if (read_key_ != nullptr) {
      read_key_(redactor);
    }
  }

 private:
  const RedactionPolicy* policy_;
  void (*read_key_)(redact::Redactor& redactor);
};

}  // namespace afterglow
