#pragma once

// URLs without what they carry by accident: user info, the values of query parameters, fragments.
// Reads like a browser where that hides more than RFC 3986 would (`\` is `/`, any number of slashes
// before the host) and gives up, masking the rest, where neither tells the host from a password.
// One pass, straight into the sink.

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

}  // namespace afterglow::redact
