#pragma once

// Names that say their value is a secret: `password`, `X-Api-Key`, `refreshToken`. Values under
// them are masked wherever they appear (see redaction.h). The check is a constant expression, so
// that it costs nothing for literal keys.

#include <afterglow/ascii.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace afterglow {

namespace detail {

/// Parts of secret names, each ended by a space. `?` matches one of `-`, `_`, `.`, or nothing.
inline constexpr char kSecretParts[] =
    "token secret passw pwd credential cookie authoriz session sessid jwt api?key access?key "
    "private?key ";

/// Too common inside other words: they count as words only, with or without a plural s.
inline constexpr char kSecretWords[] = "key auth sig signature sid pass pin nonce otp assertion ";

/// Where the word at `word` ends when it is at `at`, whatever the case; null when it is not there.
/// Moves `word` behind its space.
constexpr const char* match_word(const char* at, const char* end, const char*& word) {
  for (; *word != ' '; ++word) {
    if (at == nullptr) {
      continue;
    }
    const bool inside = at != end;
    if (*word == '?') {
      at += inside && (*at == '-' || *at == '_' || *at == '.') ? 1 : 0;
    } else {
      at = inside && lower(*at) == *word ? at + 1 : nullptr;
    }
  }
  ++word;
  return at;
}

/// Whether a word may end before `at`, which is inside or at the end of a name and not its begin:
/// there, before what is no letter, and in camelCase.
constexpr bool is_word_end(const char* at, const char* end) {
  return at == end || !is_letter(*at) || (lower(*at) != *at && lower(at[-1]) == at[-1]);
}

/// The letters that words begin with, as bits from `a` on.
constexpr std::uint32_t initials_of(const char* words) {
  std::uint32_t initials = 0;
  for (char before = ' '; *words != '\0'; before = *words++) {
    initials |= before == ' ' ? 1U << (*words - 'a') : 0U;
  }
  return initials;
}

/// Whether a word of `words` is in the name: anywhere, or standing apart.
constexpr bool has_word(const char* name, const char* end, const char* words,
                        std::uint32_t initials, bool apart) {
  for (const char* at = name; at != end; ++at) {
    if (!is_letter(*at) || (initials >> (lower(*at) - 'a') & 1U) == 0) {
      continue;
    }
    if (apart && at != name && is_letter(at[-1]) && !is_word_end(at, end)) {
      continue;
    }
    for (const char* word = words; *word != '\0';) {
      const char* const after = match_word(at, end, word);
      if (after != nullptr && (!apart || is_word_end(after, end) ||
                               (lower(*after) == 's' && is_word_end(after + 1, end)))) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace detail

/// Whether `name` contains, in any case, one of: token, secret, passw (password, passwd), pwd,
/// credential, cookie, authoriz (Authorization), session, sessid, jwt, api key, access key, private
/// key (with `-`, `_`, `.` or nothing between). Linear in the name.
constexpr bool is_secret_name(std::string_view name) {
  return detail::has_word(
      name.data(), name.data() + name.size(), detail::kSecretParts,
      std::integral_constant<std::uint32_t, detail::initials_of(detail::kSecretParts)>::value,
      false);
}

/// The stricter check for headers, query parameters and baggage, whose names strangers choose: also
/// the whole words key, auth, sig, signature, sid, pass, pin, nonce, otp, assertion (`apiKeys`,
/// `x-sig`, but not `keyword`).
constexpr bool is_secret_parameter(std::string_view name) {
  return detail::has_word(name.data(), name.data() + name.size(), detail::kSecretWords,
                          std::integral_constant<std::uint32_t,
                                                 detail::initials_of(detail::kSecretWords)>::value,
                          true) ||
         is_secret_name(name);
}

namespace detail {

/// `_` and `-` are the same, as are upper and lower case.
constexpr char folded(char c) {
  return c == '_' ? '-' : lower(c);
}

constexpr bool begins_with(std::string_view name, std::string_view prefix) {
  if (name.size() < prefix.size()) {
    return false;
  }
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (folded(name[i]) != folded(prefix[i])) {
      return false;
    }
  }
  return true;
}

/// What a literal key says about its values. Computed while compiling, so that a policy without
/// rules by key or by value costs nothing where there is nothing to decide.
enum class KeyNature : std::uint8_t {
  Unknown,  ///< Not a literal.
  Plain,
  Message,  ///< Of an exception or an error.
  UrlFull,  ///< A whole URL; `UrlQuery` and `UrlPath` are parts of one.
  UrlQuery,
  UrlPath,
  Scrubbed,  ///< A policy treats it in another way, as it does headers.
  Secret,
};

struct KnownKey {
  std::string_view name;
  KeyNature nature;
};

/// Keys of the conventions whose values have parts to scrub.
inline constexpr KnownKey kKnownKeys[] = {{"url.full", KeyNature::UrlFull},
                                          {"url.query", KeyNature::UrlQuery},
                                          {"url.path", KeyNature::UrlPath},
                                          {"url.original", KeyNature::UrlFull},
                                          {"url.fragment", KeyNature::Scrubbed},
                                          {"http.url", KeyNature::UrlFull},
                                          {"http.target", KeyNature::UrlFull},
                                          {"exception.message", KeyNature::Message},
                                          {"exception.stacktrace", KeyNature::Message},
                                          {"error.message", KeyNature::Message}};

/// `Plain` for a key that is none of them.
constexpr KeyNature known_nature(std::string_view name) {
  for (const KnownKey& known : kKnownKeys) {
    if (name.size() == known.name.size() && begins_with(name, known.name)) {
      return known.nature;
    }
  }
  return KeyNature::Plain;
}

consteval KeyNature nature_of(std::string_view name) {
  if (is_secret_name(name)) {
    return KeyNature::Secret;
  }
  const std::string_view mark = begins_with(name, "http.")  ? ".header"
                                : begins_with(name, "rpc.") ? ".metadata"
                                                            : "";
  for (std::string_view rest = name; !mark.empty() && !rest.empty(); rest.remove_prefix(1)) {
    if (begins_with(rest, mark)) {
      return KeyNature::Scrubbed;
    }
  }
  return known_nature(name);
}

}  // namespace detail

}  // namespace afterglow
