#include "http_front.h"

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <thread>
#include <utility>

#include "connection.h"
#include "http_head.h"
#include "thread_name.h"

namespace edge_host {

namespace {

/// A socket that listens on `address`, or -1. Without SO_REUSEPORT: two hosts on one port are a
/// mistake to be told.
int listen_on(const addrinfo& address) {
  const int socket = ::socket(address.ai_family, address.ai_socktype, address.ai_protocol);
  if (socket < 0) {
    return -1;
  }
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(socket, address.ai_addr, address.ai_addrlen) != 0 || listen(socket, SOMAXCONN) != 0) {
    close(socket);
    return -1;
  }
  return socket;
}

int port_of(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    return -1;
  }
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port
                   : reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace

HttpFront::HttpFront(std::chrono::milliseconds timeout, std::size_t connections, Dispatch dispatch)
    : timeout_(timeout), connections_(connections), dispatch_(std::move(dispatch)) {
  if (pipe(stop_pipe_.data()) != 0) {
    throw std::runtime_error("no pipe can be made");
  }
}

HttpFront::~HttpFront() {
  for (const int file : {listener_, stop_pipe_[0], stop_pipe_[1]}) {
    if (file >= 0) {
      close(file);
    }
  }
}

int HttpFront::bind(const std::string& host, int port) {
  const addrinfo wanted{
      .ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0) {
    return -1;
  }
  for (const addrinfo* each = found; each != nullptr && listener_ < 0; each = each->ai_next) {
    listener_ = listen_on(*each);
  }
  freeaddrinfo(found);
  return listener_ < 0 ? -1 : port_of(listener_);
}

void HttpFront::run() {
  std::array<pollfd, 2> events{{{.fd = listener_, .events = POLLIN, .revents = 0},
                                {.fd = stop_pipe_[0], .events = POLLIN, .revents = 0}}};
  while (!stopping_) {
    if (poll(events.data(), events.size(), -1) > 0 && events[0].revents != 0 && !stopping_) {
      accept_one();
    }
  }
  close(std::exchange(listener_, -1));
  std::unique_lock lock(mutex_);
  closed_.wait(lock, [this] { return open_ == 0; });
}

void HttpFront::accept_one() {
  {
    std::unique_lock lock(mutex_);
    closed_.wait(lock, [this] { return open_ < connections_ || stopping_; });
    if (stopping_) {
      return;
    }
    ++open_;
  }
  const int socket = accept(listener_, nullptr, nullptr);
  std::thread([this, socket] {
    name_this_thread("connection");
    if (socket >= 0) {
      Connection connection(socket, stop_pipe_[0]);
      serve(connection);
    }
    const std::lock_guard lock(mutex_);
    --open_;
    closed_.notify_all();
  }).detach();  // `run` waits until the last one has counted itself out
}

void HttpFront::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    closed_.notify_all();
  }
  [[maybe_unused]] const ssize_t written = write(stop_pipe_[1], "", 1);
}

void HttpFront::serve(Connection& connection) {
  while (connection.wait_for_request() && answer_next(connection)) {
  }
}

/// Read a request and answer it. False: the connection is done for.
bool HttpFront::answer_next(Connection& connection) {
  ClientRequest request;
  Framing framing;
  const int refusal = connection.read(request, framing);
  if (refusal == Connection::kGone) {
    return false;
  }
  if (refusal != 0) {
    const ClientResponse response{refusal, {}, "the request is malformed or too large\n"};
    connection.write(response_text(response, false, false));
    connection.linger();
    return false;
  }
  const bool head_only = request.method == "HEAD";
  const auto exchange =
      std::make_shared<Exchange>(++last_id_, std::move(request), Clock::now() + timeout_);
  dispatch_(exchange);
  const ClientResponse response = exchange->wait();
  const bool keep_alive = framing.keep_alive && !stopping_;
  const bool written = connection.write(response_text(response, head_only, keep_alive));
  exchange->mark_left();
  return written && keep_alive;
}

}  // namespace edge_host
