// The cart handler on plain WASI, the way of CGI (RFC 3875): one process a request, which is in the
// environment and on standard input. The response goes to standard output, telemetry to standard
// error. Preview 1 has no HTTP: the origin's answer is the variable CART, and without it the origin
// is not there.

#include <afterglow/afterglow.h>
#include <unistd.h>

#include <cstddef>
#include <string_view>

#include "cart.h"
#include "text.h"
#include "wasi_headers.h"

namespace {

using afterglow::wasi::CgiHeaders;
using afterglow::wasi::Environment;

constinit char environment_memory[32 * 1024];

/// A client that sends a body must not find its pipe broken, though the cart reads none.
void read_away_body() {
  char buffer[4096];
  while (read(STDIN_FILENO, buffer, sizeof buffer) > 0) {
  }
}

bool write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(STDOUT_FILENO, text.data(), text.size());
    if (count <= 0) {
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool respond(const cart::Response& response) {
  cart::Text<256> head;
  head.append("Status: ");
  head.append_number(response.http_status);
  head.append("\r\nContent-Type: ");
  head.append(response.content_type);
  head.append("\r\nContent-Length: ");
  head.append_number(response.body.size());
  head.append("\r\n\r\n");
  return write_all(head.view()) && write_all(response.body);
}

cart::Step begin(const Environment& environment) {
  cart::Text<8 * 1024> target;
  target.append(environment.get("PATH_INFO"));
  if (const std::string_view query = environment.get("QUERY_STRING"); !query.empty()) {
    target.append("?");
    target.append(query);
  }
  return cart::begin({.method = environment.get("REQUEST_METHOD"),
                      .target = target.view(),
                      .authorization = environment.get("HTTP_AUTHORIZATION"),
                      .user_agent = environment.get("HTTP_USER_AGENT")},
                     cart::telemetry.extract(CgiHeaders{environment}));
}

cart::OriginAnswer ask_origin(const Environment& environment) {
  const std::string_view carts = environment.get("CART");
  if (carts.empty()) {
    return {.failure = "connection_error"};
  }
  return {.http_status = 200, .body = carts};
}

}  // namespace

int main() {
  read_away_body();
  Environment environment;
  if (read_environment(environment_memory, environment).status != afterglow::host::Status::Ok) {
    return respond({.http_status = 431, .body = "the request's head is too long\n"}) ? 0 : 1;
  }
  cart::Step step = begin(environment);
  while (step.kind == cart::Step::Kind::CallOrigin) {
    step = cart::resume(step.slot, ask_origin(environment));
  }
  const bool answered = respond(step.response);
  cart::telemetry.shutdown();
  return answered ? 0 : 1;
}
