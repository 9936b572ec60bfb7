#pragma once

// What may stand in a request this host sends on a module's behalf. Everything here comes from
// untrusted memory: a line break in a header would be a request of the module's own making, and
// ".." in a path would leave the destination the host allows.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace afterglow::embed {

using HeaderLines = std::vector<std::pair<std::string, std::string>>;

/// Names compare without regard to case.
bool same_header_name(std::string_view a, std::string_view b);

/// A token of RFC 9110.
bool is_header_name(std::string_view name);

/// No control characters but tab.
bool is_header_value(std::string_view value);

/// Whether the header belongs to the transport, so that nobody else may set it.
bool is_transport_header(std::string_view name);

/// Empty, or '/' and visible ASCII without fragment, backslash and dot segments, encoded or not.
bool is_request_path(std::string_view path);

/// http or https, an authority, and neither query nor fragment nor spaces.
bool is_base_url(std::string_view url);

/// Whether the URL's host is this machine itself; such requests never go through a proxy.
bool is_loopback_url(std::string_view url);

/// Read "name\0value\0..."; nothing when it is cut short or a line is not a header.
std::optional<HeaderLines> parse_header_text(std::string_view text);

}  // namespace afterglow::embed
