#pragma once

// A receiver of OTLP/HTTP with JSON for looking at traces and metrics: checks what arrives on
// /v1/traces and /v1/metrics and draws it.

#include <functional>
#include <string>

namespace httplib {
class Server;
}

namespace demo {

/// `draw` is called with each valid document's drawing, one at a time: the traces in it, or the
/// totals of all metrics so far.
void add_receiver(httplib::Server& server, std::function<void(const std::string&)> draw);

}  // namespace demo
