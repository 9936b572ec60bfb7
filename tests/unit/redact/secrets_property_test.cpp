// Secrets of every covered kind, planted at random places of random texts: whatever stands around
// them, no six characters
// of theirs in a row come out.

#include <string>
#include <vector>

#include "numbers.h"
#include "redact_text.h"

using namespace redact_test;

namespace {

constexpr int kRounds = 6'000;
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kBase64 =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

/// A number that satisfies Luhn, in groups.
std::string card(Numbers& numbers) {
  const std::size_t length = 13 + numbers.below(7);
  std::string digits = numbers.text(kDigits, length - 1);
  unsigned sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const auto digit = static_cast<unsigned>(digits[digits.size() - 1 - i] - '0');
    const unsigned doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += i % 2 == 0 ? doubled : digit;
  }
  digits += static_cast<char>('0' + (10 - sum % 10) % 10);
  const std::string_view separators[] = {"", " ", "-"};
  const std::string_view separator = separators[numbers.below(3)];
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    text += i != 0 && i % 4 == 0 ? separator : "";
    text += digits[i];
  }
  return text;
}

std::string ipv6(Numbers& numbers) {
  std::string text;
  const std::size_t gap = numbers.one_in(2) ? 3 + numbers.below(4) : 8;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      text += ':';
      i += 1;
    }
    text += numbers.text(kHexDigits, 4) + (i == 7 ? "" : ":");
  }
  return text;
}

/// The secret part of a text of one kind, and what introduces it.
struct Secret {
  std::string before;
  std::string text;
};

Secret secret_of(ValuePattern pattern, Numbers& numbers) {
  switch (pattern) {
    case ValuePattern::BearerToken:
      return {"Bearer ", "t" + numbers.text(kBase64, 8 + numbers.below(60))};
    case ValuePattern::JsonWebToken:
      return {"", "eyJ" + numbers.text(kBase64, 17) + "." + numbers.text(kBase64, 30) + "." +
                      numbers.text(kBase64, 30)};
    case ValuePattern::Email:
      return {"", numbers.text(kLetters, 8) + "@" + numbers.text(kLetters, 8) + ".com"};
    case ValuePattern::PaymentCard:
      return {"", card(numbers)};
    case ValuePattern::LongHex:
      return {"", numbers.text(kHexDigits, 32 + numbers.below(40))};
    case ValuePattern::LongBase64:
      return {"", "aA1" + numbers.text(kBase64, 37 + numbers.below(40))};
    default:
      return {"", ipv6(numbers)};
  }
}

/// Anything, often what patterns are made of, and never letters or digits right beside a secret.
std::string noise(Numbers& numbers) {
  const std::string_view pieces[] = {
      " ",        "eyJ",      "@",  ".",    "Bearer ", "a@b",  "1.2.3.4", "::", "-",      "/",
      "%40",      "\xc3\xa9", "x",  "4111", "beef",    "\xff", "?a=",     "#",  "&page=", ";",
      "https://", "u:p@h",    "\\", "=",    "12 12",   "\n",   "aA1/",    "_"};
  std::string text;
  for (std::size_t left = numbers.below(7); left != 0; --left) {
    text += pieces[numbers.below(std::size(pieces))];
  }
  return text;
}

void check_hidden(const std::string& out, const std::string& secret, std::size_t from) {
  constexpr std::size_t kWindow = 6;
  for (std::size_t at = from; at + kWindow <= secret.size(); ++at) {
    if (out.find(secret.substr(at, kWindow)) != std::string::npos) {
      FAIL("found \"" << secret.substr(at, kWindow) << "\" of \"" << secret << "\" in \"" << out
                      << "\"");
    }
  }
}

}  // namespace

TEST_CASE("no planted secret comes out of a message") {
  for (std::size_t kind = 0; kind < kValuePatternCount; ++kind) {
    const auto pattern = static_cast<ValuePattern>(kind);
    if (pattern == ValuePattern::Ipv4) {
      continue;  // only its last number is hidden; its own test is exact
    }
    Numbers numbers(100 + kind);
    for (int round = 0; round < kRounds; ++round) {
      const Secret secret = secret_of(pattern, numbers);
      const std::string text =
          noise(numbers) + " " + secret.before + secret.text + "," + noise(numbers);
      const std::string out = message(text);
      // A network of 48 bits may stay: up to 15 characters.
      check_hidden(out, secret.text, pattern == ValuePattern::Ipv6 ? 15 : 0);
    }
  }
}

TEST_CASE("no planted secret comes out of a URL") {
  const std::string_view places[] = {"https://@@@@host/p",
                                     "https://host/p/@@@@/q",
                                     "https://host/p?a=@@@@&b",
                                     "/p?@@@@",
                                     "https://host/#@@@@",
                                     "https://u:@@@@@host/p",
                                     "/p;s=@@@@/q",
                                     "https://host/p?a=1;@@@@=1",
                                     "//u:@@@@@host",
                                     "data:@@@@",
                                     "/x/https://u:@@@@@host/p"};
  Numbers numbers(7);
  for (int round = 0; round < kRounds; ++round) {
    for (const ValuePattern pattern : {ValuePattern::JsonWebToken, ValuePattern::Email,
                                       ValuePattern::LongHex, ValuePattern::PaymentCard}) {
      std::string text(places[1 + numbers.below(std::size(places) - 1)]);
      const std::string secret = secret_of(pattern, numbers).text;
      text.replace(text.find("@@@@"), 4, secret);
      const std::string out = url(text);
      CAPTURE(text);
      check_hidden(out, secret, 0);
    }
  }
}

TEST_CASE("any password without a delimiter is gone, whatever it is made of") {
  Numbers numbers(8);
  for (int round = 0; round < kRounds; ++round) {
    std::string password;
    while (password.size() < 12) {
      const char c = static_cast<char>(numbers.below(256));
      if (std::string_view("/\\?#").find(c) == std::string_view::npos) {
        password += c;
      }
    }
    check_hidden(url("https://user:" + password + "@example.com/x"), password, 0);
    check_hidden(url("//user:" + password + "@example.com/x"), password, 0);
    std::string value = password;
    for (char& c : value) {
      c = c == '&' || c == ';' || c == '=' ? '!' : c;
    }
    check_hidden(url("/x?password=" + value + "&a=b"), value, 0);
    check_hidden(url("/x?" + value), value, 0);
  }
}

TEST_CASE("random bytes: nothing breaks, and a limit cuts what would be recorded without it") {
  Numbers numbers(9);
  for (int round = 0; round < kRounds; ++round) {
    std::string text;
    for (std::size_t left = numbers.below(6); left != 0; --left) {
      text += noise(numbers);
      text += numbers.text(numbers.one_in(2) ? kBase64 : kDigits, numbers.below(45));
    }
    const std::string out = message(text);
    (void)url(text);
    (void)attribute(kDefaultRedaction, "url.query", text);
    (void)attribute(kDefaultRedaction, "url.path", text);
    Redactor redactor(kDefaultRedaction);
    const Decision body = redactor.decide(Place::Message, {});
    const auto limit = static_cast<std::uint32_t>(numbers.below(80));
    const std::string cut = recorded(redactor, body, text, limit);
    if (redactor.judge(body, text).verdict == Verdict::Replace &&
        redactor.judge(body, text, limit).verdict == Verdict::Replace) {
      CHECK(cut == out.substr(0, cut.size()));
    }
  }
}
