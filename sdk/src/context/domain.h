#pragma once

// Names of hosts, as they stand in URLs and Host headers.

#include <string_view>

namespace afterglow::context {

/// Whether `host` (a port behind it is ignored) is `domain` or a name below it. Letters match
/// whatever their case, and a final dot means nothing. An empty domain covers nothing.
[[nodiscard]] bool is_host_in_domain(std::string_view host, std::string_view domain);

}  // namespace afterglow::context
