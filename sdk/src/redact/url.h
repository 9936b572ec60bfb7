#pragma once

// URLs without what they carry by accident: user info, the values of query parameters, fragments.
// Reads like a browser where that hides more than RFC 3986 would (`\` is `/`, any number of slashes
// before the host) and gives up, masking the rest, where neither tells the host from a password:
// `http://u:12/34@h/` has the host `u` for both, and was a password with a slash for who wrote it.
// A bounded number of steps for each byte, straight into the sink.

#include <cstdint>

#include "redact/pass.h"

namespace afterglow::redact {

/// What a text is.
enum class UrlPart : std::uint8_t {
  Full,   ///< A URL, absolute or relative.
  Query,  ///< A query, with or without its `?`.
  Path,   ///< A path; also stops at a query or fragment that should not be there.
};

/// What stands for the value of a query parameter, as in OpenTelemetry's conventions.
inline constexpr std::string_view kUrlMask = "REDACTED";

/// Whether `authority`, the text from the slashes to the next slash, may be the begin of user info,
/// whose password has a slash, `?` or `#` in it: there is a port, or user info already, and an `@`
/// in `rest`, what follows. Values of parameters do not count: `?mail=a@b` is usual.
bool may_be_user_info(std::string_view authority, std::string_view rest);

}  // namespace afterglow::redact
