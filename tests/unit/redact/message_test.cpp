// Messages: the parts that match go, everything else stays byte for byte; and rules by value for
// attributes, which decide about whole values.

#include <string>

#include "redact_text.h"

using namespace redact_test;

namespace {

// Literals, so that they join others while compiling.
#define JWT "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
#define HEX "0123456789abcdef0123456789abcdef"

}  // namespace

TEST_CASE("parts of messages") {
  CHECK(message("").empty());
  CHECK(message("no answer in time") == "no answer in time");
  CHECK(message("to a@example.com, from b@example.org.") == "to [REDACTED], from [REDACTED].");
  CHECK(message("Authorization: Bearer abc.def-1 refused") ==
        "Authorization: Bearer [REDACTED] refused");
  CHECK(message("jwt " JWT " expired") == "jwt [REDACTED] expired");
  CHECK(message("card 4111 1111 1111 1111!") == "card [REDACTED]!");
  CHECK(message("from 203.0.113.7:443 via [2001:db8:1:2::7]") ==
        "from 203.0.113.0:443 via [2001:db8:1::]");
  CHECK(message("key=" HEX ";") == "key=[REDACTED];");
  CHECK(message(std::string("nul \0 a@example.com \xff", 21)) ==
        std::string("nul \0 [REDACTED] \xff", 18));
  Redactor redactor(kDefaultRedaction);
  for (const std::string_view key :
       {"exception.message", "exception.stacktrace", "Exception.Message", "error.message"}) {
    CHECK(attribute(redactor, key, "a@example.com!") == "[REDACTED]!");
  }
  CHECK(redactor.counts().of(RedactionKind::Email) == 4);
  CHECK(redactor.counts().total() == 4);
}

TEST_CASE("matches that overlap become one part") {
  // The token behind Bearer is also a JWT and long base64: one mask.
  Redactor redactor(kDefaultRedaction);
  const Decision body = redactor.decide(Place::Message, {});
  CHECK(recorded(redactor, body, "Bearer " JWT "!") == "Bearer [REDACTED]!");
  CHECK(redactor.counts().total() == 1);
  CHECK(redactor.counts().of(RedactionKind::BearerToken) == 1);
  // An address of letters and digits inside an e-mail address, longer on both sides.
  CHECK(message("x" HEX "y@example.com") == "[REDACTED]");
  // Partly overlapping: base64 up to the slash's end, an e-mail address beyond.
  CHECK(message("/" + std::string(38, 'a') + "B1c@example.com") == "[REDACTED]");
  // Mapped: the whole is one address.
  CHECK(message("::ffff:203.0.113.7") == "203.0.113.0");
}

TEST_CASE("the actions on parts") {
  static constexpr ValueRule kRules[] = {{ValuePattern::Ipv4, RedactAction::Keep},
                                         {ValuePattern::Email, RedactAction::Drop},
                                         {ValuePattern::LongHex, RedactAction::Hash},
                                         {ValuePattern::PaymentCard, RedactAction::Truncate, 6},
                                         {ValuePattern::BearerToken, RedactAction::KeyedHash},
                                         {ValuePattern::Email, RedactAction::Mask}};
  static constexpr RedactionPolicy kPolicy{.messages = kRules};
  CHECK(message("<a@example.com> 1.2.3.4", kPolicy) == "<> 1.2.3.4");
  CHECK(message("4111111111111111.", kPolicy) == "411111.");
  CHECK(message(HEX, kPolicy) == "3eb1bd439947eb762998e566ccc2e099");
  CHECK(message("Bearer x", kPolicy) == "Bearer [REDACTED]");
  Redactor redactor(kPolicy);
  CHECK(redactor.wants_key());
  redactor.set_key(bytes_of("k3y"));
  CHECK(recorded(redactor, redactor.decide(Place::Message, {}), "Bearer user-17") ==
        "Bearer 0cb22625a1ca5a86376b4eefab05f966");
  // What only overlaps is masked, whatever its rules say.
  CHECK(message("Bearer a/x@example.com", kPolicy) == "Bearer [REDACTED]");
  CHECK(message("Bearer x@example.com", kPolicy) == "Bearer ");  // the longer one had it all
  const Judgement kept = redactor.judge(redactor.decide(Place::Message, {}), "1.2.3.4");
  CHECK(kept.verdict == Verdict::Keep);
}

TEST_CASE("what only overlaps is masked, even where each rule would show it") {
  static constexpr ValueRule kRules[] = {{ValuePattern::BearerToken, RedactAction::Keep},
                                         {ValuePattern::Email, RedactAction::Truncate, 9}};
  static constexpr RedactionPolicy kPolicy{.messages = kRules};
  CHECK(message("Bearer a/x@example.com", kPolicy) == "Bearer [REDACTED]");
  CHECK(message("Bearer x@example.com", kPolicy) == "Bearer x@example");
}

TEST_CASE("of many rules for one pattern the first counts") {
  static constexpr ValueRule kRules[] = {
      {ValuePattern::Email, RedactAction::Drop}, {ValuePattern::Email, RedactAction::Mask},
      {ValuePattern::Email, RedactAction::Mask}, {ValuePattern::Email, RedactAction::Mask},
      {ValuePattern::Email, RedactAction::Mask}, {ValuePattern::Email, RedactAction::Mask},
      {ValuePattern::Email, RedactAction::Mask}, {ValuePattern::Email, RedactAction::Mask},
      {ValuePattern::Email, RedactAction::Mask}, {ValuePattern::Email, RedactAction::Mask}};
  static constexpr RedactionPolicy kPolicy{.messages = kRules};
  Redactor redactor(kPolicy);
  CHECK(recorded(redactor, redactor.decide(Place::Message, {}), "<a@b> <c@d>") == "<> <>");
  CHECK(redactor.counts().total() == 2);
}

TEST_CASE("rules by value decide about whole attributes, in their order") {
  static constexpr ValueRule kRules[] = {{ValuePattern::Email, RedactAction::Mask},
                                         {ValuePattern::Ipv4, RedactAction::IpPrefix},
                                         {ValuePattern::Ipv6, RedactAction::IpPrefix},
                                         {ValuePattern::LongHex, RedactAction::Drop},
                                         {ValuePattern::PaymentCard, RedactAction::Keep}};
  static constexpr RedactionPolicy kPolicy{.values = kRules};
  Redactor redactor(kPolicy);
  CHECK(attribute(redactor, "a", "write to a@example.com") == "[REDACTED]");
  CHECK(attribute(redactor, "a", "a@example.com 203.0.113.7") == "[REDACTED]");
  CHECK(attribute(redactor, "a", "203.0.113.7") == "203.0.113.0");
  CHECK(attribute(redactor, "a", "from 203.0.113.7") == "[REDACTED]");
  CHECK(attribute(redactor, "a", "2001:db8::7") == "2001:db8::");
  CHECK(attribute(redactor, "a", HEX) == kDropped);
  CHECK(attribute(redactor, "a", "4111111111111111") == "4111111111111111");
  CHECK(attribute(redactor, "a", "plain") == "plain");
  CHECK(redactor.counts().of(RedactionKind::Email) == 2);
  CHECK(redactor.counts().of(RedactionKind::Ipv4) == 2);
  CHECK(redactor.counts().of(RedactionKind::Ipv6) == 1);
  CHECK(redactor.counts().of(RedactionKind::LongHex) == 1);
  CHECK(redactor.counts().total() == 6);
  CHECK(attribute(kDefaultRedaction, "a", "write to a@example.com") == "write to a@example.com");
}
