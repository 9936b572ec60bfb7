#pragma once

// A server on 127.0.0.1 that answers everything the same way: an origin, or a collector.

#include <string>
#include <thread>

namespace afterglow::bench {

class HttpServer {
 public:
  /// Listens on a port the system picks; a thread for each connection, as long as the program runs.
  explicit HttpServer(std::string body);

  [[nodiscard]] int port() const { return port_; }

 private:
  void accept_forever() const;
  void serve(int socket) const;

  std::string answer_;
  int listener_;
  int port_;
};

/// A port of 127.0.0.1 that nobody listens on.
int closed_port();

/// A connection to 127.0.0.1.
int connect_to(int port);

/// Send all of it; throws when the connection is gone.
void send_all(int socket, const std::string& text);

/// Read one message with a body of `Content-Length`, beginning with what `rest` holds; what comes
/// after it stays there. Returns its first line; empty at the end of the connection.
std::string read_message(int socket, std::string& rest);

}  // namespace afterglow::bench
