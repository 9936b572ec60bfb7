// Rules by key: which one decides, what each action records, what may never be recorded, and what
// is counted.

#include <string>

#include "redact_text.h"

using namespace redact_test;

namespace {

constexpr KeyRule kKeys[] = {
    {KeyMatch::Exact, "user.email", RedactAction::Hash},
    {KeyMatch::Exact, "user.id", RedactAction::KeyedHash},
    {KeyMatch::Exact, "cart.gone", RedactAction::Drop},
    {KeyMatch::Exact, "cart.note.public", RedactAction::Keep},
    {KeyMatch::Prefix, "cart.note.", RedactAction::Truncate, 5},
    {KeyMatch::Prefix, "cart.", RedactAction::Mask},
    {KeyMatch::Exact, "session.id", RedactAction::Keep},
    {KeyMatch::Exact, "url.full", RedactAction::Keep},
    {KeyMatch::Exact, "http.request.header.x-plain", RedactAction::Keep},
    {KeyMatch::Exact, "http.request.header.x-user", RedactAction::Hash},
    {KeyMatch::Exact, "http.request.header.cookie", RedactAction::Drop},
    {KeyMatch::Prefix, "http.response.header.", RedactAction::Keep},
    {KeyMatch::Prefix, "http.request.header.auth", RedactAction::Truncate, 3},
};
constexpr std::string_view kHeaders[] = {"X-Listed", "Cookie", "referer", "x-api-key"};
constexpr RedactionPolicy kPolicy{.keys = kKeys, .headers = kHeaders};

std::uint32_t count_of(const Redactor& redactor, RedactionKind kind) {
  return redactor.counts().of(kind);
}

}  // namespace

TEST_CASE("each action, and the first rule that matches") {
  Redactor redactor(kPolicy);
  CHECK(attribute(redactor, "user.email", "user-17") == "9da2aeb24657b4660901810a3f2d705f");
  CHECK(attribute(redactor, "User.Email", "user-17") == "9da2aeb24657b4660901810a3f2d705f");
  CHECK(attribute(redactor, "user.email", "") == "e3b0c44298fc1c149afbf4c8996fb924");
  CHECK(attribute(redactor, "cart.gone", "x") == kDropped);
  CHECK(attribute(redactor, "cart.note.public", "all of it") == "all of it");
  CHECK(attribute(redactor, "cart.note.x", "12345") == "12345");
  CHECK(attribute(redactor, "cart.note.", "1234\xc3\xa9z") == "1234\xc3\xa9");
  CHECK(attribute(redactor, "cart.note", "masked") == "[REDACTED]");
  CHECK(attribute(redactor, "cart.total", "") == "[REDACTED]");
  CHECK(attribute(redactor, "car", "kept") == "kept");
  CHECK(attribute(redactor, "user.email2", "kept") == "kept");
  CHECK(attribute(redactor, "user.emai", "kept") == "kept");
  CHECK(attribute(redactor, "", "kept") == "kept");
  CHECK(count_of(redactor, RedactionKind::KeyHashed) == 3);
  CHECK(count_of(redactor, RedactionKind::KeyDropped) == 1);
  CHECK(count_of(redactor, RedactionKind::KeyTruncated) == 2);
  CHECK(count_of(redactor, RedactionKind::KeyMasked) == 2);
  CHECK(redactor.counts().total() == 8);
}

TEST_CASE("a keyed hash without its key masks, and never hashes plainly") {
  Redactor redactor(kPolicy);
  CHECK(redactor.wants_key());
  CHECK(redactor.key_name() == "afterglow_redaction_key");
  CHECK(attribute(redactor, "user.id", "user-17") == "[REDACTED]");
  CHECK(count_of(redactor, RedactionKind::HashKeyMissing) == 1);
  CHECK(count_of(redactor, RedactionKind::KeyKeyedHashed) == 0);
  redactor.set_key(bytes_of("k3y"));
  CHECK(attribute(redactor, "user.id", "user-17") == "0cb22625a1ca5a86376b4eefab05f966");
  CHECK(count_of(redactor, RedactionKind::KeyKeyedHashed) == 1);
  redactor.set_key({});
  CHECK(attribute(redactor, "user.id", "user-17") == "[REDACTED]");
  Redactor without(kDefaultRedaction);
  CHECK_FALSE(without.wants_key());
  without.set_key(bytes_of("k3y"));
}

TEST_CASE("the default policy keeps what no rule matches, without looking at it") {
  Redactor redactor(kDefaultRedaction);
  for (const std::string_view key : {"http.request.method", "url.scheme", "user.id", "cart.items",
                                     "client.address", "http.header", "rpc.system", "error.type"}) {
    CAPTURE(key);
    CHECK(redactor.decide(Place::Attribute, key).keeps());
  }
  CHECK(attribute(redactor, "user.email", "a@example.com") == "a@example.com");
  CHECK(redactor.counts().total() == 0);
}

TEST_CASE("attributes under secret names are masked, unless a rule of the program says otherwise") {
  Redactor redactor(kPolicy);
  CHECK(attribute(redactor, "db.password", "hunter2") == "[REDACTED]");
  CHECK(attribute(redactor, "session.id", "kept") == "kept");
  CHECK(attribute(redactor, "cache.key", "kept") == "kept");
  CHECK(count_of(redactor, RedactionKind::SecretName) == 1);
  CHECK(redactor.decide(Place::Attribute, "anything", SecretName::Yes).way == Decision::Way::Treat);
  CHECK(redactor.decide(Place::Attribute, "password", SecretName::No).keeps());
  constexpr RedactionPolicy kOff{.secret_names = false};
  CHECK(attribute(kOff, "db.password", "hunter2") == "hunter2");
}

TEST_CASE("headers: by list, by rule, and some never") {
  Redactor redactor(kPolicy);
  CHECK(attribute(redactor, "http.request.header.x-listed", "v") == "v");
  CHECK(attribute(redactor, "http.request.header.X_Listed", "v") == "v");
  CHECK(attribute(redactor, "rpc.grpc.request.metadata.x-listed", "v") == "v");
  CHECK(attribute(redactor, "http.request.header.x-plain", "v") == "v");
  CHECK(attribute(redactor, "http.response.header.x-any", "v") == "v");
  CHECK(attribute(redactor, "http.request.header.referer", "https://u:p@h/?a=b#c") ==
        "https://h/?a=REDACTED");
  const std::uint32_t before = count_of(redactor, RedactionKind::Header);
  CHECK(before == 0);
  CHECK(attribute(redactor, "http.request.header.x-other", "v") == "[REDACTED]");
  CHECK(attribute(redactor, "http.request.header.content-type", "v") == "[REDACTED]");
  CHECK(attribute(redactor, "rpc.request.metadata.x-other", "v") == "[REDACTED]");
  // Listed, or kept or shortened by a rule, and yet never readable:
  CHECK(attribute(redactor, "http.request.header.x-api-key", "v") == "[REDACTED]");
  CHECK(attribute(redactor, "http.response.header.set-cookie", "v") == "[REDACTED]");
  CHECK(attribute(redactor, "http.request.header.authorization", "Bearer x") == "[REDACTED]");
  CHECK(attribute(redactor, "HTTP.Response.Header.X_Session", "v") == "[REDACTED]");
  CHECK(count_of(redactor, RedactionKind::Header) == 7);
  // Rules may do more:
  CHECK(attribute(redactor, "http.request.header.cookie", "v") == kDropped);
  CHECK(attribute(redactor, "http.request.header.x-user", "user-17") ==
        "9da2aeb24657b4660901810a3f2d705f");
}

TEST_CASE("the default list of headers") {
  for (const std::string_view header : kPlainHeaders) {
    const std::string key = "http.response.header." + std::string(header);
    CHECK(attribute(kDefaultRedaction, key, "v") == "v");
  }
  for (const std::string_view header : {"cookie", "authorization", "proxy-authorization",
                                        "set-cookie", "user-agent", "referer", "x-forwarded-for"}) {
    const std::string key = "http.request.header." + std::string(header);
    CAPTURE(key);
    CHECK(attribute(kDefaultRedaction, key, "v") == "[REDACTED]");
  }
}

TEST_CASE("baggage that becomes attributes is judged by its name as strictly as a header") {
  Redactor redactor(kPolicy);
  const auto copy = [&](std::string_view key) {
    return recorded(redactor, redactor.decide(Place::Baggage, key), "v");
  };
  CHECK(copy("tenant") == "v");
  CHECK(copy("cart.gone") == kDropped);
  CHECK(copy("session.id") == "[REDACTED]");  // the rule that keeps the attribute does not help
  CHECK(copy("userKey") == "[REDACTED]");
  CHECK(count_of(redactor, RedactionKind::SecretName) == 2);
}

TEST_CASE("values that are no strings") {
  Redactor redactor(kPolicy);
  const auto whole = [&](std::string_view key, ValueType type) {
    return redactor.judge_whole(redactor.decide(Place::Attribute, key), type);
  };
  CHECK(whole("cart.total", ValueType::Int) == Verdict::Replace);
  CHECK(whole("cart.total", ValueType::Array) == Verdict::Replace);
  CHECK(whole("cart.total", ValueType::String) == Verdict::Replace);
  CHECK(whole("cart.total", ValueType::Empty) == Verdict::Keep);
  CHECK(whole("cart.gone", ValueType::Map) == Verdict::Drop);
  CHECK(whole("user.email", ValueType::Double) == Verdict::Replace);
  CHECK(whole("user.email", ValueType::Array) == Verdict::Keep);  // element by element
  CHECK(whole("user.email", ValueType::Bytes) == Verdict::Keep);  // hashed as text
  CHECK(whole("cart.note.x", ValueType::Bool) == Verdict::Replace);
  CHECK(whole("session.id", ValueType::Int) == Verdict::Keep);
  CHECK(whole("other", ValueType::Map) == Verdict::Keep);
  CHECK(whole("url.path", ValueType::Int) == Verdict::Keep);
  CHECK(redactor.counts().total() == 6);
  CHECK(count_of(redactor, RedactionKind::KeyMasked) == 5);
  // A name alone hides what can be read, not counts of tokens.
  CHECK(whole("llm.tokens", ValueType::Int) == Verdict::Keep);
  CHECK(whole("has_session", ValueType::Bool) == Verdict::Keep);
  CHECK(whole("credentials", ValueType::Map) == Verdict::Replace);
  CHECK(whole("credentials", ValueType::Bytes) == Verdict::Replace);
  CHECK(attribute(redactor, "user.email", std::string_view("\0\xff", 2)) ==
        "06eb7d6a69ee19e5fbdf749018d3d2ab");
}

TEST_CASE("nested keys: their own rule, else that of what they are in") {
  Redactor redactor(kPolicy);
  const Decision hash = redactor.decide(Place::Attribute, "user.email");
  CHECK(recorded(redactor, redactor.within(hash, "street"), "user-17") ==
        "9da2aeb24657b4660901810a3f2d705f");
  CHECK(recorded(redactor, redactor.within(hash, "cart.note.public"), "kept") == "kept");
  CHECK(recorded(redactor, redactor.within(hash, "password"), "p") == "[REDACTED]");
  const Decision body = redactor.decide(Place::Message, {});
  CHECK(recorded(redactor, redactor.within(body, "text"), "to a@example.com") == "to [REDACTED]");
  CHECK(recorded(redactor, redactor.within(body, "cart.gone"), "x") == kDropped);
}

TEST_CASE("a limit cuts what is recorded, not what is judged") {
  Redactor redactor(kPolicy);
  const Decision masked = redactor.decide(Place::Attribute, "cart.total");
  CHECK(recorded(redactor, masked, "value", 4) == "[RED");
  CHECK(recorded(redactor, masked, "value", 0).empty());
  const Decision body = redactor.decide(Place::Message, {});
  CHECK(recorded(redactor, body, "\xc3\xa9 a@example.com b", 9) == "\xc3\xa9 [REDACT");
  CHECK(recorded(redactor, body, "\xc3\xa9 a@example.com b", 14) == "\xc3\xa9 [REDACTED] b");
  CHECK(recorded(redactor, redactor.decide(Place::Attribute, "user.email"), "user-17", 6) ==
        "9da2ae");
}

TEST_CASE("no redaction records everything") {
  Redactor redactor;
  CHECK(redactor.decide(Place::Attribute, "password").keeps());
  CHECK(redactor.decide(Place::Message, {}).keeps());
  CHECK(attribute(redactor, "http.request.header.cookie", "v") == "v");
  CHECK(attribute(redactor, "url.full", "https://u:p@h/?q#f") == "https://u:p@h/?q#f");
  CHECK(message("a@example.com", kNoRedaction) == "a@example.com");
}

TEST_CASE("a policy refers to the code it needs and to no other") {
  const auto is_linked = [](auto* code) { return code != nullptr; };
  CHECK_FALSE(is_linked(kDefaultRedaction.code.set_key));
  CHECK_FALSE(is_linked(kDefaultRedaction.code.judge_value));
  CHECK(is_linked(kDefaultRedaction.code.scrub_url));
  CHECK(is_linked(kDefaultRedaction.code.scrub_text));
  CHECK(is_linked(kPolicy.code.set_key));
  const detail::RedactionCode& none = kNoRedaction.code;
  CHECK_FALSE(is_linked(none.decide));
  CHECK_FALSE(is_linked(none.apply));
  CHECK_FALSE(is_linked(none.scrub_text));
  CHECK_FALSE(is_linked(none.scrub_url));
  constexpr RedactionPolicy kQuiet{.messages = {}, .scrub_urls = false};
  CHECK_FALSE(is_linked(kQuiet.code.scrub_text));
  CHECK_FALSE(is_linked(kQuiet.code.scrub_url));
  CHECK(message("a@example.com", kQuiet) == "a@example.com");
  CHECK(url("https://u:p@h/", kQuiet) == "https://u:p@h/");
  CHECK(attribute(kQuiet, "exception.message", "a@example.com") == "a@example.com");
}

TEST_CASE("every kind has a name of its own") {
  for (std::size_t i = 0; i < kRedactionKindCount; ++i) {
    const std::string name = redaction_kind_name(static_cast<RedactionKind>(i));
    CHECK(name != "unknown");
    for (std::size_t j = 0; j < i; ++j) {
      CHECK(name != redaction_kind_name(static_cast<RedactionKind>(j)));
    }
  }
  CHECK(std::string(redaction_kind_name(RedactionKind::HashKeyMissing)) == "hash_key_missing");
  CHECK(std::string(redaction_kind_name(RedactionKind::BearerToken)) == "bearer_token");
  CHECK(std::string(redaction_kind_name(RedactionKind::LongBase64)) == "long_base64");
  CHECK(std::string(redaction_kind_name(static_cast<RedactionKind>(99))) == "unknown");
}
