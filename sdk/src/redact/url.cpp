#include "redact/url.h"

#include "redact/characters.h"
#include "redact/names.h"
#include "redact/sink.h"
#include "redact/step.h"

namespace afterglow {
namespace redact {
namespace {

constexpr std::ptrdiff_t kMaxSchemeLength = 16;
constexpr std::size_t kMaxParameterName = 64;
constexpr std::ptrdiff_t kMaxPortDigits = 5;
constexpr Characters kScheme = kDigit | kHexLetter | kOtherLetter | kPlus | kDash | kDot;

constexpr bool is_slash(char c) {
  return c == '/' || c == '\\';
}
constexpr bool is_letter(char c) {
  return (characters_of(c) & (kHexLetter | kOtherLetter)) != 0;
}
constexpr bool is_digit(char c) {
  return characters_of(c) == kDigit;
}

std::string_view view(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

/// The first of `ends` from `at` on, or `end`.
const char* find_any(const char* at, const char* end, const char* ends) {
  for (; at != end; ++at) {
    count_step();
    for (const char* wanted = ends; *wanted != '\0'; ++wanted) {
      if (*at == *wanted) {
        return at;
      }
    }
  }
  return end;
}

/// The colon behind the scheme at `at`, or null.
const char* find_scheme_end(const char* at, const char* end) {
  const char* const begin = at;
  while (at != end && (characters_of(*at) & kScheme) != 0) {
    count_step();
    ++at;
  }
  return at != begin && at != end && *at == ':' && is_letter(*begin) ? at : nullptr;
}

/// Whether this is a host with an optional port, and nothing that could be part of a password.
bool is_host(const char* at, const char* end) {
  const bool bracketed = at != end && *at == '[';
  for (const char* c = at; c != end; ++c) {
    count_step();
    const auto byte = static_cast<unsigned char>(*c);
    if (byte <= ' ' || byte == 0x7f || (*c == '%' && !bracketed)) {
      return false;
    }
  }
  if (bracketed) {
    at = find_any(at, end, "]");
    if (at == end || (++at != end && *at != ':')) {
      return false;
    }
  }
  at = find_any(at, end, ":");
  if (end - at > kMaxPortDigits + 1) {
    return false;
  }
  for (at += at == end ? 0 : 1; at != end; ++at) {
    if (!is_digit(*at)) {
      return false;
    }
  }
  return true;
}

/// Scrubs from `at_` to `end_`, moving on.
class UrlScrub {
 public:
  UrlScrub(const Pass& pass, std::string_view text, Sink& out)
      : pass_(pass), out_(out), begin_(text.data()), at_(begin_), end_(begin_ + text.size()) {}

  void full();
  void query();
  void path_and_more();
  /// Whether anything was left out.
  [[nodiscard]] bool changed() const { return changed_; }

 private:
  void opaque(const char* colon);
  bool authority(bool is_named);
  void path(const char* end);
  const char* segment(const char* begin, const char* end);
  [[nodiscard]] bool may_be_authority(const char* segment) const;
  void parameter(const char* end);
  void plain(const char* end);
  void copy(const char* end) {
    out_.add(at_, static_cast<std::size_t>(end - at_));
    at_ = end;
  }
  /// Leave out what is before `end`.
  void hide(const char* end, RedactionKind kind) {
    pass_.count(kind);
    changed_ = true;
    at_ = end;
  }

  const Pass& pass_;
  Sink& out_;
  const char* const begin_;
  const char* at_;
  const char* end_;
  bool changed_ = false;
};

void UrlScrub::full() {
  const char* const colon = find_scheme_end(at_, end_);
  if (colon != nullptr) {
    if (colon + 1 == end_ || !is_slash(colon[1]) || colon - at_ > kMaxSchemeLength) {
      opaque(colon);
      return;
    }
    copy(colon + 1);
  }
  const char* host = at_;
  while (host != end_ && is_slash(*host)) {
    count_step();
    ++host;
  }
  const bool is_path = colon == nullptr && host - at_ == 1;
  const bool is_named = colon != nullptr || host != at_;
  copy(host);
  if (!is_path && !authority(is_named)) {
    hide(end_, RedactionKind::UrlUnreadable);
    out_.add(kMask);
    return;
  }
  path_and_more();
}

/// `data:`, `javascript:`, and what may be `user:password@host`.
void UrlScrub::opaque(const char* colon) {
  bool is_name = colon - at_ <= kMaxSchemeLength && find_any(colon, end_, "@") == end_;
  for (const char* c = at_; c != colon; ++c) {
    count_step();
    is_name = is_name && is_letter(*c);
  }
  if (is_name) {
    copy(colon + 1);
  } else {
    out_.add(kMask);
  }
  hide(end_, RedactionKind::UrlUnreadable);
}

/// The host without the user info before it; false when it cannot be told.
bool UrlScrub::authority(bool is_named) {
  const char* const end = find_any(at_, end_, "/\\?#");
  if (may_be_user_info(view(at_, end), view(end, end_))) {
    return false;
  }
  const char* host = end;
  while (host != at_ && host[-1] != '@') {
    count_step();
    --host;
  }
  if (host != at_) {
    hide(host, RedactionKind::UrlUserInfo);
  }
  if (!is_host(at_, end)) {
    return false;
  }
  if (is_named) {
    copy(end);
  } else {
    plain(end);  // as likely the begin of a relative path
  }
  return true;
}

void UrlScrub::path_and_more() {
  path(find_any(at_, end_, "?#"));
  query();
}

/// Whether a segment can be the authority of a URL that is part of the path, or of one that lost
/// its begin.
bool UrlScrub::may_be_authority(const char* segment) const {
  return segment == begin_ || (segment - begin_ > 1 && is_slash(segment[-1]) &&
                               (is_slash(segment[-2]) || segment[-2] == ':'));
}

/// Also without user info in URLs inside the path, and values of `;name=value`.
void UrlScrub::path(const char* end) {
  const char* last_sign = end;
  while (last_sign != at_ && last_sign[-1] != '@') {
    count_step();
    --last_sign;
  }
  const char* begin = at_;
  while (begin != end) {
    const char* const stop = find_any(begin, end, "/\\");
    if (may_be_authority(begin) && stop < last_sign && find_any(begin, stop, ":@") != stop) {
      plain(begin);  // as in `authority`
      hide(last_sign, RedactionKind::UrlUnreadable);
      out_.add(kMask);
      begin = last_sign;
      continue;
    }
    begin = segment(begin, stop);
    begin += begin == end ? 0 : 1;
  }
  plain(end);
}

/// One segment; leaves to be written what is as it was.
const char* UrlScrub::segment(const char* begin, const char* end) {
  const char* info = end;
  while (info != begin && info[-1] != '@') {
    count_step();
    --info;
  }
  if (may_be_authority(begin) ? info != begin : find_any(begin, info, ":") != info) {
    plain(begin);
    hide(info, RedactionKind::UrlUserInfo);
    begin = info;
  }
  for (const char* mark = find_any(begin, end, ";"); mark != end; mark = find_any(at_, end, ";")) {
    plain(mark + 1);
    parameter(find_any(at_, end, ";"));
  }
  return end;
}

void UrlScrub::query() {
  if (at_ != end_ && *at_ == '?') {
    copy(at_ + 1);
  }
  const char* const end = find_any(at_, end_, "#");
  while (at_ != end && !out_.full()) {
    parameter(find_any(at_, end, "&;"));
    if (at_ != end) {
      copy(at_ + 1);
    }
  }
  if (end != end_) {
    hide(end_, RedactionKind::UrlFragment);
  }
}

/// A name is kept, except where it may be a value that lost its name.
void UrlScrub::parameter(const char* end) {
  if (at_ == end) {
    return;
  }
  const char* const equals = find_any(at_, end, "=");
  const std::string_view name = view(at_, equals);
  const bool is_short = name.size() <= kMaxParameterName;
  if (is_short && is_listed(name, pass_.policy.query_parameters) && !names_secret_parameter(name)) {
    plain(end);
    return;
  }
  if (equals != end && is_short) {
    plain(equals);
    copy(equals + 1);
  } else if (equals != end) {
    out_.add(kUrlMask);
    at_ = equals;
    copy(equals + 1);
  }
  hide(end, RedactionKind::QueryParameter);
  out_.add(kUrlMask);
}

void UrlScrub::plain(const char* end) {
  const std::string_view text = view(at_, end);
  if (pass_.policy.code.scrub_text == nullptr) {
    out_.add(text);
  } else if (!text.empty() && pass_.policy.code.scrub_text(pass_, text, out_)) {
    changed_ = true;
  }
  at_ = end;
}

}  // namespace
}  // namespace redact

bool detail::scrub_url(const redact::Pass& pass, redact::UrlPart part, std::string_view text,
                       redact::Sink& out) {
  redact::UrlScrub scrub(pass, text, out);
  switch (part) {
    case redact::UrlPart::Full:
      scrub.full();
      break;
    case redact::UrlPart::Query:
      scrub.query();
      break;
    case redact::UrlPart::Path:
      scrub.path_and_more();
      break;
  }
  return scrub.changed();
}

}  // namespace afterglow
