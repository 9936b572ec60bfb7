#include "connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>

namespace edge_host {

namespace {

constexpr int kBadRequest = 400;
constexpr int kTooLarge = 413;
constexpr int kHeadTooLarge = 431;
constexpr int kPatienceSeconds = 5;  // between two requests, and between two reads or writes
constexpr std::string_view kCrlf = "\r\n";

}  // namespace

Connection::Connection(int socket, int stop) : socket_(socket), stop_(stop) {
  const timeval patience{.tv_sec = kPatienceSeconds, .tv_usec = 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const int yes = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

Connection::~Connection() {
  close(socket_);
}

bool Connection::wait_for_request() {
  if (!unread_.empty()) {
    return true;
  }
  std::array<pollfd, 2> events{{{.fd = socket_, .events = POLLIN, .revents = 0},
                                {.fd = stop_, .events = POLLIN, .revents = 0}}};
  return poll(events.data(), events.size(), kPatienceSeconds * 1000) > 0 &&
         events[0].revents != 0 && fill();
}

/// Read what there is. False: the end, or nothing for too long.
bool Connection::fill() {
  std::array<char, 16 * 1024> buffer;
  const ssize_t count = recv(socket_, buffer.data(), buffer.size(), 0);
  if (count <= 0) {
    return false;
  }
  unread_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

int Connection::read(ClientRequest& out, Framing& framing) {
  std::string head;
  if (const int refusal = read_head(head); refusal != 0) {
    return refusal;
  }
  if (const int refusal = parse_head(head, out, framing); refusal != 0) {
    return refusal;
  }
  if (framing.expects_continue && unread_.empty() && !write("HTTP/1.1 100 Continue\r\n\r\n")) {
    return kGone;
  }
  if (framing.chunked) {
    return read_chunks(out.body);
  }
  return read_bytes(framing.body_bytes, out.body) ? 0 : kGone;
}

int Connection::read_head(std::string& head) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  while (unread_.starts_with(kCrlf)) {
    unread_.erase(0, kCrlf.size());
  }
  std::size_t end = unread_.find(kEnd);
  while (end == unread_.npos) {
    const std::size_t seen = unread_.size();
    if (seen > kMaxHeadBytes) {
      return kHeadTooLarge;
    }
    if (!fill()) {
      return kGone;
    }
    end = unread_.find(kEnd, seen < kEnd.size() ? 0 : seen - kEnd.size());
  }
  if (end > kMaxHeadBytes) {
    return kHeadTooLarge;
  }
  head = unread_.substr(0, end + kCrlf.size());
  unread_.erase(0, end + kEnd.size());
  return 0;
}

bool Connection::read_bytes(std::size_t count, std::string& out) {
  while (unread_.size() < count) {
    if (!fill()) {
      return false;
    }
  }
  out.append(unread_, 0, count);
  unread_.erase(0, count);
  return true;
}

int Connection::read_line(std::string& line) {
  constexpr std::size_t kMaxLineBytes = 8 * 1024;
  std::size_t end = unread_.find(kCrlf);
  while (end == unread_.npos) {
    if (unread_.size() > kMaxLineBytes) {
      return kBadRequest;
    }
    if (!fill()) {
      return kGone;
    }
    end = unread_.find(kCrlf);
  }
  line = unread_.substr(0, end);
  unread_.erase(0, end + kCrlf.size());
  return 0;
}

int Connection::read_chunks(std::string& body) {
  std::string line;
  std::size_t size = 0;
  do {
    if (const int refusal = read_line(line); refusal != 0) {
      return refusal;
    }
    if (!parse_chunk_size(line, size)) {
      return kBadRequest;
    }
    if (body.size() + size > kMaxBodyBytes) {
      return kTooLarge;
    }
    if (!read_bytes(size, body)) {
      return kGone;
    }
    // The line after a chunk is empty; those after the last one are trailers, up to an empty one.
    do {
      if (const int refusal = read_line(line); refusal != 0) {
        return refusal;
      }
      if (size != 0 && !line.empty()) {
        return kBadRequest;
      }
    } while (!line.empty());
  } while (size != 0);
  return 0;
}

bool Connection::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
    if (count <= 0) {
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void Connection::linger() {
  shutdown(socket_, SHUT_WR);
  for (std::size_t read = 0; read <= kMaxBodyBytes && fill(); read += unread_.size()) {
    unread_.clear();
  }
}

}  // namespace edge_host
