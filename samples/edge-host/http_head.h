#pragma once

// The text of HTTP/1.1 (RFC 9112) on the clients' side: the head of a request is read, the answer
// is written. Values of headers pass as they came, byte for byte, each line for itself: what a
// module does with a malformed `traceparent` depends on it, and an HTTP library that decodes, joins
// or drops lines would hide it.

#include <cstddef>
#include <string>
#include <string_view>

#include "exchange.h"

namespace edge_host {

/// What a request's head says of its body and of the connection.
struct Framing {
  bool chunked = false;
  std::size_t body_bytes = 0;  ///< When not chunked.
  bool expects_continue = false;
  bool keep_alive = true;
};

/// The longest body that is taken.
inline constexpr std::size_t kMaxBodyBytes = 16 * 1024 * 1024;

/// Read a head: request line and header lines, each with its CRLF, without the empty line at the
/// end. Returns 0, or the HTTP status to refuse it with; `out` and `framing` are then unspecified.
int parse_head(std::string_view head, ClientRequest& out, Framing& framing);

/// The size in a chunk's first line, its extensions left out. False: it is none, or above
/// `kMaxBodyBytes`.
bool parse_chunk_size(std::string_view line, std::size_t& size);

/// The whole answer. `head_only`: for HEAD, the length of the body but not the body.
std::string response_text(const ClientResponse& response, bool head_only, bool keep_alive);

}  // namespace edge_host
