#pragma once

// Names that say their value is a secret: `password`, `X-Api-Key`, `refreshToken`. Values under
// them are masked wherever they appear (see redaction.h). The check is a constant expression, so
// that it costs nothing for literal keys.

#include <cstddef>
#include <string_view>

namespace afterglow {

namespace detail {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
constexpr bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

/// Length of `word` at the start of `text`, whatever the case; 0 when it is not there. A `?` in
/// `word` matches one of `-`, `_`, `.`, or nothing.
constexpr std::size_t match_word(std::string_view text, std::string_view word) {
  std::size_t at = 0;
  for (const char c : word) {
    const bool inside = at < text.size();
    if (c == '?') {
      at += inside && (text[at] == '-' || text[at] == '_' || text[at] == '.') ? 1U : 0U;
    } else if (inside && lower(text[at]) == c) {
      ++at;
    } else {
      return 0;
    }
  }
  return at;
}

inline constexpr std::string_view kSecretParts[] = {
    "token",   "secret", "passw", "pwd",     "credential", "cookie",     "authoriz",
    "session", "sessid", "jwt",   "api?key", "access?key", "private?key"};

/// Too common inside other words: they count as words only, with or without a plural s.
inline constexpr std::string_view kSecretWords[] = {
    "key", "auth", "sig", "signature", "sid", "pass", "pin", "nonce", "otp", "assertion"};

/// Whether a word may end before `text[at]`: at the end, before what is no letter, in camelCase.
constexpr bool is_word_end(std::string_view text, std::size_t at) {
  return at == text.size() || !is_letter(text[at]) ||
         (lower(text[at]) != text[at] && lower(text[at - 1]) == text[at - 1]);
}

}  // namespace detail

/// Whether `name` contains, in any case, one of: token, secret, passw (password, passwd), pwd,
/// credential, cookie, authoriz (Authorization), session, sessid, jwt, api key, access key, private
/// key (with `-`, `_`, `.` or nothing between). Linear in the name.
constexpr bool is_secret_name(std::string_view name) {
  for (; !name.empty(); name.remove_prefix(1)) {
    for (const std::string_view part : detail::kSecretParts) {
      if (detail::match_word(name, part) != 0) {
        return true;
      }
    }
  }
  return false;
}

/// The stricter check for headers, query parameters and baggage, whose names strangers choose: also
/// the whole words key, auth, sig, signature, sid, pass, pin, nonce, otp, assertion (`apiKeys`,
/// `x-sig`, but not `keyword`).
constexpr bool is_secret_parameter(std::string_view name) {
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (at != 0 && !detail::is_word_end(name, at) && detail::is_letter(name[at - 1])) {
      continue;  // inside a word
    }
    std::string_view rest = name;
    rest.remove_prefix(at);
    for (const std::string_view word : detail::kSecretWords) {
      const std::size_t length = detail::match_word(rest, word);
      if (length == 0) {
        continue;
      }
      const bool plural = length < rest.size() && detail::lower(rest[length]) == 's';
      if (detail::is_word_end(rest, length) || (plural && detail::is_word_end(rest, length + 1))) {
        return true;
      }
    }
  }
  return is_secret_name(name);
}

}  // namespace afterglow
