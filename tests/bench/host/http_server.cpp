#include "http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace afterglow::bench {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int must(int result, const char* what) {
  if (result < 0) {
    throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
  }
  return result;
}

int listen_anywhere(int& port) {
  const int listener = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  sockaddr_in address = loopback(0);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  must(bind(listener, generic, size), "bind");
  must(listen(listener, 128), "listen");
  must(getsockname(listener, generic, &size), "getsockname");
  port = ntohs(address.sin_port);
  return listener;
}

void send_at_once(int socket) {
  const int on = 1;
  (void)setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

std::size_t content_length(const std::string& head) {
  std::string lower = head;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::string_view kName = "\r\ncontent-length:";
  const std::size_t at = lower.find(kName);
  return at == std::string::npos ? 0 : std::stoul(lower.substr(at + kName.size()));
}

}  // namespace

HttpServer::HttpServer(std::string body)
    : answer_("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body),
      listener_(listen_anywhere(port_)) {
  std::thread([this] { accept_forever(); }).detach();
}

void HttpServer::accept_forever() const {
  for (;;) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      return;
    }
    send_at_once(socket);
    std::thread([this, socket] { serve(socket); }).detach();
  }
}

void HttpServer::serve(int socket) const {
  std::string rest;
  try {
    while (!read_message(socket, rest).empty()) {
      send_all(socket, answer_);
    }
  } catch (const std::exception&) {
    // The client went away.
  }
  close(socket);
}

int closed_port() {
  int port = 0;
  close(listen_anywhere(port));
  return port;
}

int connect_to(int port) {
  const int connection = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  const sockaddr_in address = loopback(port);
  must(connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
  send_at_once(connection);
  return connection;
}

void send_all(int socket, const std::string& text) {
  for (std::size_t sent = 0; sent < text.size();) {
    sent += static_cast<std::size_t>(
        must(static_cast<int>(send(socket, text.data() + sent, text.size() - sent, MSG_NOSIGNAL)),
             "send"));
  }
}

std::string read_message(int socket, std::string& rest) {
  char buffer[16 * 1024];
  for (;;) {
    const std::size_t end = rest.find("\r\n\r\n");
    if (end != std::string::npos) {
      const std::size_t total = end + 4 + content_length(rest.substr(0, end));
      if (rest.size() >= total) {
        std::string line = rest.substr(0, rest.find("\r\n"));
        rest.erase(0, total);
        return line;
      }
    }
    const ssize_t received = recv(socket, buffer, sizeof buffer, 0);
    if (received <= 0) {
      return {};
    }
    rest.append(buffer, static_cast<std::size_t>(received));
  }
}

}  // namespace afterglow::bench
