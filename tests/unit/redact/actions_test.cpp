// Every pattern with every action: on the matching part of a message, and on whole values.

#include <string>
#include <utility>

#include "redact/hmac.h"
#include "redact_text.h"

using namespace redact_test;

namespace {

constexpr std::uint32_t kCharacters = 4;
constexpr std::size_t kActions = 7;
constexpr std::string_view kKey = "a key of the host";

/// What each pattern finds in "x <before><match> y", and its network, where it has one.
struct Sample {
  std::string_view before;
  std::string_view match;
  std::string_view network = kMask;
};
constexpr Sample kSamples[kValuePatternCount] = {{"Bearer ", "abc.def~1"},
                                                 {"", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln"},
                                                 {"", "jane.doe@mail.example"},
                                                 {"", "4111 1111 1111 1111"},
                                                 {"", "203.0.113.77", "203.0.113.0"},
                                                 {"", "2001:db8:1:2::77", "2001:db8:1::"},
                                                 {"", "5f4dcc3b5aa765d61d8327deb882cf99"},
                                                 {"", "wJalrXUtnFEMIaK7MDENGabPxRfiCYEXAMPLEKEY"}};

std::span<const std::byte> bytes(std::string_view text) {
  return std::as_bytes(std::span<const char>(text.data(), text.size()));
}

std::string hex(std::span<const std::byte> digest) {
  std::string text;
  for (const std::byte byte : digest.first(16)) {
    text += "0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4U];
    text += "0123456789abcdef"[std::to_integer<unsigned>(byte) & 15U];
  }
  return text;
}

std::string hash(std::string_view text) {
  std::byte digest[kSha256Bytes];
  Sha256 sha;
  sha.update(bytes(text));
  sha.finish(digest);
  return hex(digest);
}

std::string keyed_hash(std::string_view text) {
  HmacKey key;
  set_key(key, bytes(kKey));
  std::byte digest[kSha256Bytes];
  hmac(key, bytes(text), digest);
  return hex(digest);
}

/// What an action makes of `text`.
std::string treated(RedactAction action, std::string_view text, std::string_view network) {
  switch (action) {
    case RedactAction::Keep:
      return std::string(text);
    case RedactAction::Drop:
      return "";
    case RedactAction::Mask:
      return std::string(kMask);
    case RedactAction::Truncate:
      return std::string(text.substr(0, kCharacters));
    case RedactAction::Hash:
      return hash(text);
    case RedactAction::KeyedHash:
      return keyed_hash(text);
    case RedactAction::IpPrefix:
      return std::string(network);
  }
  return "?";
}

template <std::size_t Cell>
struct Rules {
  static constexpr auto kPattern = static_cast<ValuePattern>(Cell / kActions);
  static constexpr auto kAction = static_cast<RedactAction>(Cell % kActions);
  static constexpr ValueRule kRules[] = {{kPattern, kAction, kCharacters}};
  static constexpr RedactionPolicy kMessages{.messages = kRules};
  static constexpr RedactionPolicy kValues{.values = kRules};
};

template <std::size_t Cell>
void check_message() {
  using R = Rules<Cell>;
  const Sample& sample = kSamples[Cell / kActions];
  CAPTURE(Cell);
  const std::string before = "x " + std::string(sample.before);
  Redactor redactor(R::kMessages);
  redactor.set_key(bytes(kKey));
  const Decision decision = redactor.decide(Place::Message, {});
  CHECK(recorded(redactor, decision, before + std::string(sample.match) + " y") ==
        before + treated(R::kAction, sample.match, sample.network) + " y");
  CHECK(redactor.counts().total() == (R::kAction == RedactAction::Keep ? 0 : 1));
  CHECK(redactor.counts().of(treatment_of(R::kRules[0]).kind) == redactor.counts().total());
}

template <std::size_t Cell>
void check_value() {
  using R = Rules<Cell>;
  const Sample& sample = kSamples[Cell / kActions];
  CAPTURE(Cell);
  for (const std::string_view before : {sample.before, std::string_view("x Bearer ")}) {
    const std::string value = std::string(before) + std::string(sample.match);
    Redactor redactor(R::kValues);
    redactor.set_key(bytes(kKey));
    const bool is_whole = before.empty();  // and so an address, perhaps
    const std::string expected =
        R::kAction == RedactAction::Drop
            ? kDropped
            : treated(R::kAction, value, is_whole ? sample.network : kMask);
    CHECK(attribute(redactor, "note", value) == expected);
    CHECK(redactor.counts().total() == (R::kAction == RedactAction::Keep ? 0 : 1));
    CHECK(attribute(redactor, "note", "x y") == "x y");
  }
}

template <std::size_t Cell>
void check_no_key() {
  using R = Rules<Cell>;
  if (R::kAction == RedactAction::KeyedHash) {
    Redactor redactor(R::kMessages);
    const std::string text = std::string(kSamples[Cell / kActions].before) +
                             std::string(kSamples[Cell / kActions].match);
    const Decision decision = redactor.decide(Place::Message, {});
    CHECK(recorded(redactor, decision, text) ==
          std::string(kSamples[Cell / kActions].before) + std::string(kMask));
    CHECK(redactor.counts().of(RedactionKind::HashKeyMissing) == 1);
  }
}

template <std::size_t... Cells>
void check_all(std::index_sequence<Cells...> /*cells*/) {
  (check_message<Cells>(), ...);
  (check_value<Cells>(), ...);
  (check_no_key<Cells>(), ...);
}

}  // namespace

TEST_CASE("each pattern with each action: parts of messages, whole values, and no key") {
  check_all(std::make_index_sequence<kValuePatternCount * kActions>());
}
