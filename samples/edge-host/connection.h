#pragma once

// A client's connection: reads requests from the socket and writes what goes back. One thread.

#include <cstddef>
#include <string>
#include <string_view>

#include "exchange.h"
#include "http_head.h"

namespace edge_host {

class Connection {
 public:
  /// Takes `socket` over. `stop` becomes readable when the program ends.
  Connection(int socket, int stop);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Wait until a request begins. False: none came in a while, the client left, or the program
  /// ends; what has begun is still read.
  bool wait_for_request();

  /// Read a request. Returns 0, the HTTP status to refuse it with, or `kGone`.
  int read(ClientRequest& out, Framing& framing);
  static constexpr int kGone = -1;

  /// Write all of it. False: the client is gone.
  bool write(std::string_view text);

  /// After a refusal: read on for a while, since closing with bytes unread would take the answer
  /// away from the client.
  void linger();

  /// The longest head that is taken.
  static constexpr std::size_t kMaxHeadBytes = 64 * 1024;

 private:
  bool fill();
  int read_head(std::string& head);
  bool read_bytes(std::size_t count, std::string& out);
  int read_line(std::string& line);
  int read_chunks(std::string& body);

  const int socket_;
  const int stop_;
  std::string unread_;
};

}  // namespace edge_host
