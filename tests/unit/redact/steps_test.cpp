// The work is linear: steps are counted, for values made to be slow, of 64 KiB and 1 MiB.
// tests/fuzz/linear counts instructions for the same, and for the encoders.

#include <string>

#include "redact/step.h"
#include "redact_text.h"

namespace afterglow::redact {
std::uint64_t steps_counted = 0;
}  // namespace afterglow::redact

using namespace redact_test;

namespace {

constexpr std::size_t kSmall = std::size_t{64} << 10U;
constexpr std::size_t kLarge = std::size_t{1} << 20U;

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) {
    text += piece;
  }
  return text;
}

std::uint64_t steps_for(const Redactor& model, const Decision& decision, const std::string& text) {
  Redactor redactor = model;
  const std::uint64_t before = steps_counted;
  const Judgement judged = redactor.judge(decision, text);
  if (judged.verdict == Verdict::Replace) {
    std::string out(judged.length, '\0');
    redactor.write(decision, text, out);
  }
  return steps_counted - before;
}

/// Steps for each byte, at most `limit`, and no more of them where there are more bytes.
void check_linear(const RedactionPolicy& policy, Place place, std::string_view key,
                  std::string_view piece, std::uint64_t limit) {
  CAPTURE(key);
  CAPTURE(piece);
  const Redactor redactor(policy);
  const Decision decision = redactor.decide(place, key);
  const std::uint64_t small = steps_for(redactor, decision, repeated(piece, kSmall));
  const std::uint64_t large = steps_for(redactor, decision, repeated(piece, kLarge));
  CHECK(large > 0);
  CHECK(large <= limit * kLarge);
  CHECK(large <= small * (kLarge / kSmall) + small / 2 + 1000);
}

constexpr std::string_view kHostile[] = {"1",
                                         "1.",
                                         "1.1.1.1.",
                                         "@",
                                         "a@",
                                         "a@b ",
                                         ":",
                                         "a:",
                                         "::",
                                         "1:2::",
                                         "eyJ",
                                         "eyJ.",
                                         "eyJa ",
                                         ".",
                                         "..eyJ",
                                         "Bearer ",
                                         "bearer",
                                         "bearer=",
                                         " ",
                                         "        x",
                                         "4111 ",
                                         "4111-1111 ",
                                         "411 1 ",
                                         "1 ",
                                         "123 ",
                                         "-",
                                         "/",
                                         "aA1/",
                                         "aA1",
                                         "%40",
                                         "a%40",
                                         "\xff",
                                         "\xc3\xa9",
                                         "?",
                                         "#",
                                         "&",
                                         "a=b&",
                                         ";",
                                         ";a",
                                         ";a=b/",
                                         "//",
                                         "u:p@h/",
                                         "/a:b@",
                                         "=",
                                         "\\",
                                         "0123456789abcdef ",
                                         "Bearer eyJa@b.c/1.2.3.4 4111111111111111 ",
                                         "https://u:p@h?a=b#",
                                         "//u:1/2@h",
                                         "://u:1;",
                                         "%",
                                         "{\"a\":[\""};

}  // namespace

TEST_CASE("messages") {
  for (const std::string_view piece : kHostile) {
    check_linear(kDefaultRedaction, Place::Message, {}, piece, 48);
  }
}

TEST_CASE("URLs, queries and paths") {
  for (const std::string_view piece : kHostile) {
    for (const std::string_view key : {"url.full", "url.query", "url.path"}) {
      const std::string start = key == std::string_view("url.full") ? "https://h/" : "";
      CAPTURE(key);
      CAPTURE(piece);
      const Redactor redactor(kDefaultRedaction);
      const Decision decision = redactor.decide(Place::Attribute, key);
      const auto small = steps_for(redactor, decision, start + repeated(piece, kSmall));
      const auto large = steps_for(redactor, decision, start + repeated(piece, kLarge));
      CHECK(large <= 56 * kLarge);
      CHECK(large <= small * (kLarge / kSmall) + small / 2 + 1000);
    }
  }
}

TEST_CASE("whole values") {
  static constexpr ValueRule kAll[] = {{ValuePattern::LongBase64, RedactAction::Mask},
                                       {ValuePattern::LongHex, RedactAction::Mask},
                                       {ValuePattern::Ipv6, RedactAction::Mask},
                                       {ValuePattern::Ipv4, RedactAction::Mask},
                                       {ValuePattern::PaymentCard, RedactAction::Mask},
                                       {ValuePattern::Email, RedactAction::Mask},
                                       {ValuePattern::JsonWebToken, RedactAction::Mask},
                                       {ValuePattern::BearerToken, RedactAction::Mask}};
  static constexpr RedactionPolicy kValues{.values = kAll};
  for (const std::string_view piece : kHostile) {
    check_linear(kValues, Place::Attribute, "a", piece, 24);
  }
}

TEST_CASE("hashes") {
  static constexpr KeyRule kKeys[] = {{KeyMatch::Exact, "a", RedactAction::Hash}};
  static constexpr RedactionPolicy kHash{.keys = kKeys};
  check_linear(kHash, Place::Attribute, "a", "x", 2);
}

TEST_CASE("what a rule by key does not concern is not looked at") {
  const Redactor redactor(kDefaultRedaction);
  const std::uint64_t before = steps_counted;
  const Decision decision = redactor.decide(Place::Attribute, "cart.items");
  CHECK(steps_for(redactor, decision, repeated("1", kLarge)) == 0);
  CHECK(steps_counted == before);
}
