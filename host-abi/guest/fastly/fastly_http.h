#pragma once

// OTLP over HTTP through a backend: a request is handed to the host, which goes on sending it even
// after the module has ended, and may be waited for.

#include <afterglow/host.h>

#include <cstdint>
#include <span>

#include "fastly_routes.h"

namespace afterglow::fastly {

/// Hand the request to the host. `Queued`: its ticket is good for `wait_for_answers`.
host::SendResult post(const Route& route, const host::SendRequest& request);

/// As `host::wait`.
host::Status wait_for_answers(std::span<host::SendResult> results, std::uint64_t deadline,
                              std::span<char> answers);

}  // namespace afterglow::fastly
