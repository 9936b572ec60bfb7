#include "redact/patterns.h"

#include "redact/characters.h"
#include "redact/ip_address.h"
#include "redact/step.h"

namespace afterglow::redact {
namespace {

/// A run of characters that a pattern may be made of; a check narrows it to the pattern.
struct Run {
  const char* begin;
  const char* end;
  const char* text;
  const char* text_end;
};

bool is_any(char c, Characters set) {
  return (characters_of(c) & set) != 0;
}

/// The first `c` from `at` on, or `end`.
const char* find(const char* at, const char* end, char c) {
  while (at != end && *at != c) {
    count_step();
    ++at;
  }
  return at;
}

void trim(Run& run, Characters set) {
  while (run.end != run.begin && is_any(run.end[-1], set)) {
    count_step();
    --run.end;
  }
  while (run.begin != run.end && is_any(*run.begin, set)) {
    count_step();
    ++run.begin;
  }
}

/// Whether the word "bearer" ends at `end`.
bool is_bearer(const char* text, const char* end) {
  constexpr char kWord[] = "bearer";
  for (std::ptrdiff_t i = sizeof kWord - 2; i >= 0; --i) {
    if (end == text || (*--end | 0x20) != kWord[i]) {
      return false;
    }
  }
  return true;
}

/// A run behind the word "Bearer" and something that separates.
bool check_bearer(Run& run) {
  const char* gap = run.begin;
  while (gap != run.text && (is_any(gap[-1], kSpace | kColon | kPercent) || gap[-1] == '=' ||
                             gap[-1] == '"' || gap[-1] == '\'' || gap[-1] == '\t')) {
    count_step();
    --gap;
  }
  const bool is_word_again = run.end - run.begin == 6 && is_bearer(run.begin, run.end);
  return gap != run.begin && is_bearer(run.text, gap) && !is_word_again;
}

bool check_jwt(Run& run) {
  while (run.end - run.begin > 3 &&
         !(run.begin[0] == 'e' && run.begin[1] == 'y' && run.begin[2] == 'J')) {
    count_step();
    ++run.begin;
  }
  return run.end - run.begin > 3 && run.end - find(run.begin, run.end, '.') > 1;
}

bool check_email(Run& run) {
  while (run.end != run.begin && is_any(run.end[-1], kDot | kDash)) {
    count_step();
    --run.end;  // the end of a sentence
  }
  bool has_sign = false;
  for (const char* at = run.begin; at != run.end; ++at) {
    count_step();
    if (has_sign && is_any(*at, kHexLetter | kOtherLetter | kForeign)) {
      return true;
    }
    const bool is_escaped = *at == '%' && run.end - at > 2 && at[1] == '4' && at[2] == '0';
    has_sign = has_sign || ((*at == '@' || is_escaped) && at != run.begin);
  }
  return false;
}

/// Whether a card number ends before `at`: whole groups of digits, Luhn's sum from the right. Looks
/// back at most 19 digits.
bool is_card_end(const char* begin, const char* at) {
  unsigned sum = 0;
  unsigned digits = 0;
  unsigned in_group = 0;
  bool last_group = true;
  while (at != begin && digits < 19) {
    count_step();
    unsigned digit = static_cast<unsigned>(*--at - '0') << (digits % 2);
    sum += digit > 9 ? digit - 9 : digit;
    ++digits;
    ++in_group;
    if (at != begin && is_any(at[-1], kDigit)) {
      continue;
    }
    if (!last_group && in_group < 3) {
      return false;
    }
    if (digits >= 13 && sum % 10 == 0) {
      return true;
    }
    if (at - begin < 2 || !is_any(at[-2], kDigit)) {
      return false;
    }
    --at;  // over one separator
    in_group = 0;
    last_group = false;
  }
  return false;
}

/// A run of digits, spaces and hyphens goes as a whole as soon as one card number is in it.
bool check_card(Run& run) {
  trim(run, kSpace | kDash);
  for (const char* at = run.begin; at != run.end; ++at) {
    count_step();
    if (is_any(*at, kDigit) && (at + 1 == run.end || !is_any(at[1], kDigit)) &&
        is_card_end(run.begin, at + 1)) {
      return true;
    }
  }
  return false;
}

bool check_ipv4(Run& run) {
  IpAddress address;
  trim(run, kDot);
  return parse_ipv4(run.begin, run.end, address);
}

/// Cuts off words that end or begin with hexadecimal letters: `port:2001:db8::1:up`.
bool check_ipv6(Run& run) {
  constexpr Characters kWord = kOtherLetter | kUnderscore | kForeign;
  if (run.begin != run.text && is_any(run.begin[-1], kWord)) {
    run.begin = find(run.begin, run.end, ':');
    run.begin += run.begin == run.end ? 0 : 1;
  }
  if (run.end != run.text_end && is_any(*run.end, kWord)) {
    while (run.end != run.begin && *run.end != ':') {
      count_step();
      --run.end;
    }
  }
  while (run.end != run.begin && run.end[-1] == '.') {
    count_step();
    --run.end;
  }
  if (run.end - run.begin >= 2 && run.begin[0] == ':' && run.begin[1] != ':') {
    ++run.begin;
  }
  if (run.end - run.begin >= 2 && run.end[-1] == ':' && run.end[-2] != ':') {
    --run.end;
  }
  IpAddress address;
  return run.end - run.begin > 2 && parse_ipv6(run.begin, run.end, address);  // more than "::"
}

bool check_hex(Run& /*run*/) {
  return true;
}

/// What has been seen of one candidate.
struct Base64Part {
  std::size_t length = 0;
  std::size_t slashes = 0;
  Characters cases = 0;

  void add(char c) {
    ++length;
    slashes += c == '/' ? 1U : 0U;
    const Characters kind = characters_of(c);
    if (kind == kDigit) {
      cases |= kDigit;
    } else if ((kind & (kHexLetter | kOtherLetter)) != 0) {
      cases |= (c & 0x20) != 0 ? kHexLetter : kOtherLetter;  // lower or upper
    }
  }
  [[nodiscard]] bool is_secret() const {
    return length >= 40 && cases == (kDigit | kHexLetter | kOtherLetter) && slashes * 10 <= length;
  }
};

/// The whole run, or, where it is rather a path, from its first long segment to its last.
bool check_base64(Run& run) {
  Base64Part whole;
  Base64Part segment;
  const char* first = nullptr;
  const char* last = nullptr;
  for (const char* at = run.begin; at != run.end; ++at) {
    count_step();
    whole.add(*at);
    if (*at == '/') {
      segment = {};
      continue;
    }
    segment.add(*at);
    if (segment.is_secret()) {
      last = at + 1;
      first = first == nullptr ? last - segment.length : first;
    }
  }
  if (!whole.is_secret()) {
    run.begin = first;
    run.end = last;
  }
  return run.end != nullptr;
}

struct Shape {
  Characters run;         ///< Every character of the run is one of these.
  Characters required;    ///< The text has each of these,
  std::uint32_t letters;  ///< and each of these letters, in either case.
  std::uint32_t length;   ///< The run has at least as many characters.
  bool (*check)(Run& run);
};

constexpr Characters kAlphanumeric = kDigit | kHexLetter | kOtherLetter;
constexpr Characters kToken = kAlphanumeric | kDash | kUnderscore | kPlus | kSlash;

constexpr std::uint32_t letter(char c) {
  return 1U << (static_cast<unsigned char>(c) & 31U);
}
constexpr std::uint32_t kOfBearer = letter('b') | letter('e') | letter('a') | letter('r');
constexpr std::uint32_t kOfJwt = letter('e') | letter('y') | letter('j');

/// By `ValuePattern`.
constexpr Shape kShapes[kValuePatternCount] = {
    {kToken | kDot | kTilde, 0, kOfBearer, 1, check_bearer},
    {kAlphanumeric | kDash | kUnderscore | kDot, kDot, kOfJwt, 5, check_jwt},
    {kAlphanumeric | kDash | kUnderscore | kDot | kPlus | kTilde | kAt | kPercent | kForeign, 0, 0,
     3, check_email},
    {kDigit | kSpace | kDash, kDigit, 0, 13, check_card},
    {kDigit | kDot, kDigit | kDot, 0, 7, check_ipv4},
    {kDigit | kHexLetter | kColon | kDot, kColon, 0, 3, check_ipv6},
    {kDigit | kHexLetter, 0, 0, 32, check_hex},
    {kToken, kDigit, 0, 40, check_base64},
};

}  // namespace

Found Finder::next() {
  const Shape& shape = kShapes[static_cast<std::size_t>(pattern_)];
  while (at_ != end_) {
    count_step();
    Run run{at_, at_, begin_, end_};
    while (at_ != end_ && is_any(*at_, shape.run)) {
      count_step();
      ++at_;
    }
    run.end = at_;
    if (run.end == run.begin) {
      ++at_;
    } else if (static_cast<std::size_t>(run.end - run.begin) >= shape.length && shape.check(run)) {
      return {static_cast<std::size_t>(run.begin - begin_),
              static_cast<std::size_t>(run.end - begin_)};
    }
  }
  return {};
}

namespace {

/// What one look at each byte of a text tells.
struct Seen {
  Characters kinds = 0;
  std::uint32_t letters = 0;
  std::size_t digits = 0;
  std::size_t longest_token = 0;

  explicit Seen(std::string_view text) {
    std::size_t token = 0;
    for (const char c : text) {
      count_step();
      const Characters kind = characters_of(c);
      kinds |= kind;
      letters |= (kind & (kHexLetter | kOtherLetter)) != 0 ? letter(c) : 0;
      digits += kind == kDigit ? 1U : 0U;
      token = (kind & kToken) != 0 ? token + 1 : 0;
      longest_token = token > longest_token ? token : longest_token;
    }
  }

  [[nodiscard]] bool allows(ValuePattern pattern) const {
    const Shape& shape = kShapes[static_cast<std::size_t>(pattern)];
    switch (pattern) {
      case ValuePattern::Email:
        return (kinds & (kAt | kPercent)) != 0;
      case ValuePattern::PaymentCard:
        return digits >= shape.length;
      case ValuePattern::LongHex:
      case ValuePattern::LongBase64:
        return longest_token >= shape.length;
      default:
        return true;
    }
  }
};

}  // namespace

unsigned possible_patterns(std::string_view text) {
  const Seen seen(text);
  unsigned possible = 0;
  for (unsigned i = 0; i < kValuePatternCount; ++i) {
    const Shape& shape = kShapes[i];
    const bool missing = (shape.required & ~seen.kinds) != 0 ||
                         (shape.letters & ~seen.letters) != 0 || text.size() < shape.length;
    possible |= missing || !seen.allows(static_cast<ValuePattern>(i)) ? 0U : 1U << i;
  }
  return possible;
}

}  // namespace afterglow::redact
