#pragma once

// The service behind the edge: it knows the carts, and what it says can be told from here.
//
//   GET /carts/NAME   200, the cart of NAME
//   GET /slow/NAME    the same, after a while
//   GET /fail/NAME    503
//   GET /health       200
//
// Every answer carries the traceparent it was asked with, in the header x-received-traceparent and
// in the body, so that tests see what propagated.

#include <chrono>

namespace httplib {
class Server;
}

namespace demo {

void add_origin(httplib::Server& server, std::chrono::milliseconds slow);

}  // namespace demo
