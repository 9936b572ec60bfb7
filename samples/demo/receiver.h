#pragma once

// A receiver of OTLP/HTTP with JSON for looking at traces: checks what arrives on /v1/traces and
// draws it.

#include <functional>
#include <string>

namespace httplib {
class Server;
}

namespace demo {

/// `draw` is called with each valid trace document's drawing, one at a time.
void add_receiver(httplib::Server& server, std::function<void(const std::string&)> draw);

}  // namespace demo
