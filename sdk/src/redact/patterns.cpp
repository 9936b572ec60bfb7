#include "redact/patterns.h"

#include <afterglow/secret_name.h>

#include "redact/characters.h"
#include "redact/ip_address.h"
#include "redact/step.h"

namespace afterglow::redact {
namespace {

std::string_view part(std::string_view text, std::size_t begin, std::size_t end) {
  return {text.data() + begin, end - begin};
}

bool is_any(char c, Characters set) {
  return (characters_of(c) & set) != 0;
}

// --- Checks: the part of the run [begin, end) of `text` that is the pattern.

/// A run behind the word "Bearer" and something that separates.
Found check_bearer(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::string_view kWord = "bearer";
  std::size_t gap = begin;
  while (gap != 0 && std::string_view(" \t:=\"'%").find(text[gap - 1]) != std::string_view::npos) {
    count_step();
    --gap;
  }
  if (gap == begin || gap < kWord.size() ||
      afterglow::detail::match_word(part(text, gap - kWord.size(), gap), kWord) == 0) {
    return {};
  }
  if (end - begin == kWord.size() &&
      afterglow::detail::match_word(part(text, begin, end), kWord) != 0) {
    return {};  // said twice; what follows is the token
  }
  return {begin, end};
}

Found check_jwt(std::string_view text, std::size_t begin, std::size_t end) {
  const std::size_t start = part(text, begin, end).find("eyJ");
  if (start == std::string_view::npos) {
    return {};
  }
  const std::size_t dot = part(text, begin + start, end).find('.');
  return dot == std::string_view::npos || begin + start + dot + 1 == end
             ? Found{}
             : Found{begin + start, end};
}

Found check_email(std::string_view text, std::size_t begin, std::size_t end) {
  while (end != begin && is_any(text[end - 1], kDot | kDash)) {
    count_step();
    --end;  // the end of a sentence
  }
  const std::string_view run = part(text, begin, end);
  std::size_t sign = run.find('@');
  std::size_t domain = sign == std::string_view::npos ? sign : sign + 1;
  const std::size_t escaped = run.find("%40");
  if (escaped < sign) {
    sign = escaped;
    domain = escaped + 3;
  }
  if (sign == std::string_view::npos || sign == 0) {
    return {};
  }
  for (; domain < run.size(); ++domain) {
    count_step();
    if (is_any(run[domain], kHexLetter | kOtherLetter | kForeign)) {
      return {begin, end};
    }
  }
  return {};
}

/// Whether a card number ends with the digit before `end`: whole groups of digits, Luhn's sum from
/// the right. Looks back at most 19 digits.
bool is_card_end(std::string_view text, std::size_t begin, std::size_t end) {
  unsigned sum = 0;
  unsigned digits = 0;
  unsigned in_group = 0;
  bool last_group = true;
  for (std::size_t at = end; at != begin && digits < 19;) {
    count_step();
    const unsigned digit = static_cast<unsigned>(text[--at] - '0');
    const unsigned doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digits % 2 == 0 ? digit : doubled;
    ++digits;
    ++in_group;
    if (at != begin && is_any(text[at - 1], kDigit)) {
      continue;
    }
    if (!last_group && in_group < 3) {
      return false;
    }
    if (digits >= 13 && sum % 10 == 0) {
      return true;
    }
    if (at - begin < 2 || !is_any(text[at - 2], kDigit)) {
      return false;
    }
    --at;  // over one separator
    in_group = 0;
    last_group = false;
  }
  return false;
}

/// A run of digits, spaces and hyphens goes as a whole as soon as one card number is in it.
Found check_card(std::string_view text, std::size_t begin, std::size_t end) {
  while (begin != end && !is_any(text[begin], kDigit)) {
    count_step();
    ++begin;
  }
  while (end != begin && !is_any(text[end - 1], kDigit)) {
    count_step();
    --end;
  }
  for (std::size_t at = begin; at < end; ++at) {
    count_step();
    const bool ends_group =
        is_any(text[at], kDigit) && (at + 1 == end || !is_any(text[at + 1], kDigit));
    if (ends_group && is_card_end(text, begin, at + 1)) {
      return {begin, end};
    }
  }
  return {};
}

Found check_ipv4(std::string_view text, std::size_t begin, std::size_t end) {
  while (begin != end && text[begin] == '.') {
    count_step();
    ++begin;
  }
  while (end != begin && text[end - 1] == '.') {
    count_step();
    --end;
  }
  IpAddress address;
  return parse_ipv4(part(text, begin, end), address) ? Found{begin, end} : Found{};
}

/// Cuts off words that end or begin with hexadecimal letters: `port:2001:db8::1:up`.
Found check_ipv6(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr Characters kWord = kOtherLetter | kUnderscore | kForeign;
  if (begin != 0 && is_any(text[begin - 1], kWord)) {
    const std::size_t colon = part(text, begin, end).find(':');
    if (colon == std::string_view::npos) {
      return {};
    }
    begin += colon + 1;
  }
  if (end != text.size() && is_any(text[end], kWord)) {
    const std::size_t colon = part(text, begin, end).rfind(':');
    end = colon == std::string_view::npos ? begin : begin + colon;
  }
  while (end != begin && text[end - 1] == '.') {
    count_step();
    --end;
  }
  if (end - begin >= 2 && text[begin] == ':' && text[begin + 1] != ':') {
    ++begin;
  }
  if (end - begin >= 2 && text[end - 1] == ':' && text[end - 2] != ':') {
    --end;
  }
  IpAddress address;
  const bool has_digits = end - begin > 2;  // not "::"
  return has_digits && parse_ipv6(part(text, begin, end), address) ? Found{begin, end} : Found{};
}

Found check_hex(std::string_view /*text*/, std::size_t begin, std::size_t end) {
  return {begin, end};
}

/// What has been seen of one candidate.
struct Base64Part {
  std::size_t length = 0;
  std::size_t slashes = 0;
  bool digit = false;
  bool upper = false;
  bool lower = false;

  void add(char c) {
    ++length;
    slashes += c == '/' ? 1 : 0;
    digit = digit || (c >= '0' && c <= '9');
    upper = upper || (c >= 'A' && c <= 'Z');
    lower = lower || (c >= 'a' && c <= 'z');
  }
  [[nodiscard]] bool is_secret() const {
    return length >= 40 && digit && upper && lower && slashes * 10 <= length;
  }
};

/// The whole run, or, where it is rather a path, from its first long segment to its last.
Found check_base64(std::string_view text, std::size_t begin, std::size_t end) {
  Base64Part whole;
  Base64Part segment;
  Found found;
  for (std::size_t at = begin; at != end; ++at) {
    count_step();
    whole.add(text[at]);
    if (text[at] == '/') {
      segment = {};
      continue;
    }
    segment.add(text[at]);
    if (segment.is_secret()) {
      found = {found.empty() ? at + 1 - segment.length : found.begin, at + 1};
    }
  }
  return whole.is_secret() ? Found{begin, end} : found;
}

struct Shape {
  Characters run;        ///< Every character of the run is one of these.
  Characters required;   ///< The text has each of these.
  std::uint32_t length;  ///< The run has at least as many characters.
  Found (*check)(std::string_view text, std::size_t begin, std::size_t end);
};

constexpr Characters kAlphanumeric = kDigit | kHexLetter | kOtherLetter;

/// By `ValuePattern`.
constexpr Shape kShapes[kValuePatternCount] = {
    {kAlphanumeric | kDash | kUnderscore | kDot | kTilde | kPlus | kSlash, kOtherLetter, 1,
     check_bearer},
    {kAlphanumeric | kDash | kUnderscore | kDot, kOtherLetter | kDot, 5, check_jwt},
    {kAlphanumeric | kDash | kUnderscore | kDot | kPlus | kTilde | kAt | kPercent | kForeign, 0, 3,
     check_email},
    {kDigit | kSpace | kDash, kDigit, 13, check_card},
    {kDigit | kDot, kDigit | kDot, 7, check_ipv4},
    {kDigit | kHexLetter | kColon | kDot, kColon, 3, check_ipv6},
    {kDigit | kHexLetter, 0, 32, check_hex},
    {kAlphanumeric | kDash | kUnderscore | kPlus | kSlash, kDigit, 40, check_base64},
};

const Shape& shape_of(ValuePattern pattern) {
  return kShapes[static_cast<std::size_t>(pattern)];
}

}  // namespace

Found Finder::next() {
  const Shape& shape = shape_of(pattern_);
  while (at_ < text_.size()) {
    count_step();
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_any(text_[at_], shape.run)) {
      count_step();
      ++at_;
    }
    if (at_ == begin) {
      ++at_;
    } else if (at_ - begin >= shape.length) {
      const Found found = shape.check(text_, begin, at_);
      if (!found.empty()) {
        return found;
      }
    }
  }
  return {};
}

unsigned possible_patterns(std::string_view text) {
  unsigned seen = 0;
  for (const char c : text) {
    count_step();
    seen |= characters_of(c);
  }
  unsigned possible = 0;
  for (unsigned i = 0; i < kValuePatternCount; ++i) {
    const bool missing = (kShapes[i].required & ~seen) != 0 || text.size() < kShapes[i].length;
    possible |= missing ? 0U : 1U << i;
  }
  const bool has_sign = (seen & (kAt | kPercent)) != 0;
  return has_sign ? possible : possible & ~(1U << static_cast<unsigned>(ValuePattern::Email));
}

}  // namespace afterglow::redact
