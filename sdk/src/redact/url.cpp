#include "redact/url.h"

#include "redact/characters.h"
#include "redact/names.h"
#include "redact/sink.h"
#include "redact/step.h"

namespace afterglow {
namespace redact {
namespace {

constexpr std::size_t kMaxSchemeLength = 16;
constexpr std::size_t kMaxParameterName = 64;
constexpr std::size_t kMaxPortDigits = 5;

constexpr bool is_slash(char c) {
  return c == '/' || c == '\\';
}
constexpr bool is_alphanumeric(char c) {
  return (characters_of(c) & (kDigit | kHexLetter | kOtherLetter)) != 0;
}
constexpr bool is_digit(char c) {
  return characters_of(c) == kDigit;
}

/// Moves the first `count` bytes of `text` into what is returned.
std::string_view take(std::string_view& text, std::size_t count) {
  const std::string_view taken{text.data(), count};
  text.remove_prefix(count);
  return taken;
}

/// Bytes before the first that is one of `ends`.
std::size_t length_until(std::string_view text, std::string_view ends) {
  std::size_t at = 0;
  while (at != text.size() && ends.find(text[at]) == std::string_view::npos) {
    count_step();
    ++at;
  }
  return at;
}

/// Length of the scheme at the start of `text`, without its colon; 0 when there is none.
std::size_t scheme_length(std::string_view text) {
  std::size_t at = 0;
  while (at != text.size() &&
         (is_alphanumeric(text[at]) || text[at] == '+' || text[at] == '-' || text[at] == '.')) {
    count_step();
    ++at;
  }
  const bool is_scheme = at != 0 && at != text.size() && text[at] == ':' && !is_digit(text[0]) &&
                         is_alphanumeric(text[0]);
  return is_scheme ? at : 0;
}

bool is_port(std::string_view text) {
  if (text.size() > kMaxPortDigits) {
    return false;
  }
  for (const char c : text) {
    if (!is_digit(c)) {
      return false;
    }
  }
  return true;
}

/// Whether `text` is a host with an optional port, and nothing that could be part of a password.
bool is_host(std::string_view text) {
  const bool bracketed = !text.empty() && text.front() == '[';
  for (const char c : text) {
    count_step();
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 0x7f || (c == '%' && !bracketed)) {
      return false;
    }
  }
  if (bracketed) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) {
      return false;
    }
    text.remove_prefix(close + 1);
    if (!text.empty() && text.front() != ':') {
      return false;
    }
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return true;
  }
  text.remove_prefix(colon + 1);
  return is_port(text);
}

class UrlScrub {
 public:
  UrlScrub(const Pass& pass, Sink& out) : pass_(pass), out_(out) {}

  /// Each returns whether anything was left out.
  bool full(std::string_view url);
  bool query(std::string_view text);
  bool path_and_more(std::string_view text);

 private:
  void opaque(std::string_view scheme, std::string_view rest);
  bool authority(std::string_view& url, bool is_named);
  void path(std::string_view text);
  void parameters(std::string_view text);
  void parameter(std::string_view text);
  void plain(std::string_view text);

  void hide(RedactionKind kind, std::string_view instead) {
    pass_.count(kind);
    out_.add(instead);
    changed_ = true;
  }

  const Pass& pass_;
  Sink& out_;
  bool changed_ = false;
};

bool UrlScrub::full(std::string_view url) {
  const std::size_t scheme = scheme_length(url);
  if (scheme != 0) {
    const bool has_authority = scheme + 1 != url.size() && is_slash(url[scheme + 1]);
    const std::string_view name = take(url, scheme);
    if (!has_authority || scheme > kMaxSchemeLength) {
      opaque(name, url);
      return changed_;
    }
    out_.add(name);
    out_.add(take(url, 1));
  }
  std::size_t slashes = 0;
  while (slashes != url.size() && is_slash(url[slashes])) {
    count_step();
    ++slashes;
  }
  out_.add(take(url, slashes));
  const bool is_path = scheme == 0 && slashes == 1;
  if (!is_path && !authority(url, scheme != 0 || slashes != 0)) {
    hide(RedactionKind::UrlUnreadable, kMask);
    return changed_;
  }
  return path_and_more(url);
}

/// `data:`, `javascript:`, and what may be `user:password@host`.
void UrlScrub::opaque(std::string_view scheme, std::string_view rest) {
  bool is_name = scheme.size() <= kMaxSchemeLength && rest.find('@') == std::string_view::npos;
  for (const char c : scheme) {
    count_step();
    is_name = is_name && is_alphanumeric(c) && !is_digit(c);
  }
  hide(RedactionKind::UrlUnreadable, is_name ? scheme : kMask);
  out_.add(is_name ? ":" : "");
}

/// The host, removed from `url` with the user info before it; false when it cannot be told.
bool UrlScrub::authority(std::string_view& url, bool is_named) {
  std::string_view host = take(url, length_until(url, "/\\?#"));
  const std::size_t sign = host.rfind('@');
  if (sign != std::string_view::npos) {
    host.remove_prefix(sign + 1);
    hide(RedactionKind::UrlUserInfo, "");
  }
  if (!is_host(host)) {
    return false;
  }
  if (is_named) {
    out_.add(host);
  } else {
    plain(host);  // as likely the begin of a relative path
  }
  return true;
}

bool UrlScrub::path_and_more(std::string_view text) {
  path(take(text, length_until(text, "?#")));
  return query(text);
}

/// Also without user info in URLs inside the path, and values of `;name=value`.
void UrlScrub::path(std::string_view text) {
  std::size_t done = 0;
  std::size_t segment = 0;
  bool colon = false;
  const auto plain_until = [&](std::size_t end) {
    plain({text.data() + done, end - done});
    done = end;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    count_step();
    const char c = text[at];
    if (is_slash(c)) {
      segment = at + 1;
      colon = false;
    } else if (c == ':') {
      colon = true;
    } else if (c == '@' && colon) {
      plain_until(segment);
      hide(RedactionKind::UrlUserInfo, "");
      done = segment = at + 1;
    } else if (c == ';') {
      plain_until(at + 1);
      std::string_view rest = text;
      rest.remove_prefix(at + 1);
      const std::string_view value = take(rest, length_until(rest, "/\\;"));
      parameter(value);
      at += value.size();
      done = segment = at + 1;
    }
  }
  plain_until(text.size());
}

bool UrlScrub::query(std::string_view text) {
  if (!text.empty() && text.front() == '?') {
    out_.add(take(text, 1));
  }
  parameters(take(text, length_until(text, "#")));
  if (!text.empty()) {
    hide(RedactionKind::UrlFragment, "");
  }
  return changed_;
}

void UrlScrub::parameters(std::string_view text) {
  while (!text.empty() && !out_.full()) {
    parameter(take(text, length_until(text, "&;")));
    if (!text.empty()) {
      out_.add(take(text, 1));
    }
  }
}

void UrlScrub::parameter(std::string_view text) {
  std::string_view value = text;
  const std::string_view name = take(value, length_until(value, "="));
  const bool is_allowed = name.size() <= kMaxParameterName &&
                          is_listed(name, pass_.policy.query_parameters) &&
                          !names_secret_parameter(name);
  if (is_allowed) {
    plain(text);
    return;
  }
  if (value.empty()) {
    if (!name.empty()) {
      hide(RedactionKind::QueryParameter, kUrlMask);  // a value without a name, perhaps
    }
    return;
  }
  if (name.size() <= kMaxParameterName) {
    plain(name);
  } else {
    hide(RedactionKind::QueryParameter, kUrlMask);
  }
  out_.add("=");
  hide(RedactionKind::QueryParameter, kUrlMask);
}

void UrlScrub::plain(std::string_view text) {
  if (text.empty()) {
    return;
  }
  if (pass_.policy.code.scrub_text == nullptr) {
    out_.add(text);
  } else if (pass_.policy.code.scrub_text(pass_, text, out_)) {
    changed_ = true;
  }
}

}  // namespace
}  // namespace redact

bool detail::scrub_url(const redact::Pass& pass, redact::UrlPart part, std::string_view text,
                       redact::Sink& out) {
  redact::UrlScrub scrub(pass, out);
  switch (part) {
    case redact::UrlPart::Full:
      return scrub.full(text);
    case redact::UrlPart::Query:
      return scrub.query(text);
    default:
      return scrub.path_and_more(text);
  }
}

}  // namespace afterglow
