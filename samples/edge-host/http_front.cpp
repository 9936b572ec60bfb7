#include "http_front.h"

#include <string_view>
#include <thread>
#include <utility>

#include "header_block.h"

namespace edge_host {

namespace {

/// Lines that the server adds to a request; clients cannot send them through.
bool is_added_by_server(std::string_view name) {
  return same_header_name(name, "REMOTE_ADDR") || same_header_name(name, "REMOTE_PORT") ||
         same_header_name(name, "LOCAL_ADDR") || same_header_name(name, "LOCAL_PORT");
}

/// False: a header line that must not reach a module, such as one with a NUL.
bool read_request(const httplib::Request& in, ClientRequest& out) {
  out.method = in.method;
  out.target = in.target;
  out.body = in.body;
  for (const auto& [name, value] : in.headers) {
    if (is_added_by_server(name)) {
      continue;
    }
    if (!is_token(name) || !is_header_value(value)) {
      return false;
    }
    append_header(out.headers, name, value);
  }
  return is_target(out.target);
}

/// What belongs to the connection is the server's to write.
bool is_connection_header(std::string_view name) {
  return same_header_name(name, "content-length") || same_header_name(name, "connection") ||
         same_header_name(name, "transfer-encoding") || same_header_name(name, "keep-alive");
}

void write_response(ClientResponse in, httplib::Response& out, std::function<void()> left) {
  out.status = in.status;
  std::string type = "text/plain; charset=utf-8";
  for_each_header(in.headers, [&](std::string_view name, std::string_view value) {
    if (same_header_name(name, "content-type")) {
      type = value;
    } else if (!is_connection_header(name)) {
      out.headers.emplace(name, value);
    }
  });
  // The releaser runs when the server is done with the response: written, or the connection broke.
  // The body goes the plain way, since the server cuts off what a provider gives once it stops.
  out.set_content_provider(0, type, nullptr, [left = std::move(left)](bool) { left(); });
  out.body = std::move(in.body);
}

/// Let the answer pass as the module gave it: without this the server cuts it to ranges and
/// compresses it.
void take_over_content_coding(httplib::Request& request) {
  request.ranges.clear();
  request.headers.erase("Accept-Encoding");
}

/// As the server's own, but without SO_REUSEPORT: two hosts on one port are a mistake to be told.
void set_socket_options(socket_t socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

}  // namespace

HttpFront::HttpFront(std::chrono::milliseconds timeout, std::size_t connections, Dispatch dispatch)
    : timeout_(timeout), dispatch_(std::move(dispatch)) {
  constexpr std::size_t kMaxBodyBytes = 16 * 1024 * 1024;
  const auto handler = [this](const httplib::Request& request, httplib::Response& response) {
    handle(request, response);
  };
  constexpr const char* kEveryPath = "[^]*";
  server_
      .Get(kEveryPath, handler)  // HEAD too
      .Post(kEveryPath, handler)
      .Put(kEveryPath, handler)
      .Patch(kEveryPath, handler)
      .Delete(kEveryPath, handler)
      .Options(kEveryPath, handler);
  server_.new_task_queue = [connections] { return new httplib::ThreadPool(connections); };
  server_.set_payload_max_length(kMaxBodyBytes);
  server_.set_tcp_nodelay(true);
  server_.set_socket_options(set_socket_options);
  server_.set_keep_alive_max_count(1'000'000);
}

int HttpFront::bind(const std::string& host, int port) {
  if (port == 0) {
    return server_.bind_to_any_port(host);
  }
  return server_.bind_to_port(host, port) ? port : -1;
}

void HttpFront::run() {
  server_.listen_after_bind();
  ended_ = true;
}

void HttpFront::stop() {
  // The server forgets a stop that comes before it runs.
  while (!server_.is_running() && !ended_) {
    std::this_thread::yield();
  }
  server_.stop();
}

void HttpFront::handle(const httplib::Request& request, httplib::Response& response) {
  ClientRequest incoming;
  if (!read_request(request, incoming)) {
    response.status = 400;
    response.set_content("a header line is malformed\n", "text/plain");
    return;
  }
  take_over_content_coding(const_cast<httplib::Request&>(request));
  const auto exchange =
      std::make_shared<Exchange>(++last_id_, std::move(incoming), Clock::now() + timeout_);
  dispatch_(exchange);
  write_response(exchange->wait(), response, [exchange] { exchange->mark_left(); });
}

}  // namespace edge_host
