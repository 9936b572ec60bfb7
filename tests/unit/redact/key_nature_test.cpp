// What literal keys know of themselves: plain ones are not asked about, so no key that the policy
// treats may be plain.

#include "redact_text.h"

using namespace redact_test;

namespace {

template <std::size_t N>
consteval bool is_plain(const char (&text)[N]) {
  return Key(text).nature() == afterglow::detail::KeyNature::Plain;
}

}  // namespace

TEST_CASE("keys that a policy scrubs are not plain, in any case and spelling") {
  static_assert(!is_plain("url.full") && !is_plain("URL.Full") && !is_plain("url.query"));
  static_assert(!is_plain("url.path") && !is_plain("url.original") && !is_plain("url.fragment"));
  static_assert(!is_plain("http.url") && !is_plain("http.target") && !is_plain("HTTP.Target"));
  static_assert(!is_plain("exception.message") && !is_plain("exception.stacktrace"));
  static_assert(!is_plain("error.message"));
  static_assert(!is_plain("http.request.header.x-user") && !is_plain("http.response.header.age"));
  static_assert(!is_plain("http.proxy.Header.x"));
  static_assert(!is_plain("rpc.request.metadata.x") && !is_plain("rpc.response.metadata.x"));
  static_assert(!is_plain("password") && !is_plain("session.id"));
  static_assert(is_plain("http.request.method") && is_plain("http.response.status_code"));
  static_assert(is_plain("error.type") && is_plain("server.address") && is_plain("a"));
  static_assert(Key(DynamicKey("a")).nature() == afterglow::detail::KeyNature::Unknown);
}

TEST_CASE("plain keys are asked about where a rule by key or by value could match") {
  static constexpr KeyRule kKeys[] = {{KeyMatch::Exact, "note", RedactAction::Mask}};
  static constexpr ValueRule kValues[] = {{ValuePattern::Email, RedactAction::Mask}};
  static constexpr RedactionPolicy kByKey{.keys = kKeys};
  static constexpr RedactionPolicy kByValue{.values = kValues};
  const SecretName plain = secret_name(Key("note"));
  CHECK(plain == SecretName::Plain);
  CHECK(Redactor(kDefaultRedaction).decide(Place::Attribute, "note", plain).keeps());
  CHECK_FALSE(Redactor(kByKey).decide(Place::Attribute, "note", plain).keeps());
  CHECK_FALSE(Redactor(kByValue).decide(Place::Attribute, "note", plain).keeps());
}

TEST_CASE("what a literal key knows of itself leads to the decision that its text leads to") {
  static constexpr KeyRule kKeys[] = {{KeyMatch::Prefix, "url.", RedactAction::Drop}};
  static constexpr RedactionPolicy kByKey{.keys = kKeys};
  static constexpr RedactionPolicy kWholeUrls{.scrub_urls = false};
  const Key keys[] = {"url.full",          "url.query",       "url.path",
                      "url.original",      "url.fragment",    "url.scheme",
                      "URL_Full",          "http.url",        "HTTP.Target",
                      "exception.message", "error.message",   "exception.stacktrace",
                      "exception.type",    "password",        "http.request.header.x-user",
                      "rpc.metadata.x",    "server.address",  "user.email",
                      "http.route",        "rpc.a.metadata.b"};
  for (const RedactionPolicy* policy : {&kDefaultRedaction, &kNoRedaction, &kByKey, &kWholeUrls}) {
    const Redactor redactor(*policy);
    for (const Key& key : keys) {
      CAPTURE(key.text());
      for (const Place place : {Place::Attribute, Place::Baggage}) {
        const Decision known = redactor.decide_for(place, key);
        const Decision asked = redactor.decide(place, key.text());
        CHECK(known.way == asked.way);
        CHECK(known.is_ruled == asked.is_ruled);
        CHECK(known.treatment.action == asked.treatment.action);
      }
    }
  }
}
