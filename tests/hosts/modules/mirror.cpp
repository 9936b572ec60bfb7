// Shows what reaches a module and what leaves it, unchanged. GET and HEAD are answered with the
// header block as the module got it, other methods with the body. /call passes the header block on
// to the backend "mirror" and answers with the header block that came back.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "edge_host_v1.h"

namespace {

constexpr std::string_view kBackend = "mirror";
constexpr std::string_view kMethod = "POST";
constexpr std::string_view kTarget = "/called?a=%41";

constinit char method[64];
constinit char target[256];
constinit char block[128 * 1024];
constinit char body[17 * 1024 * 1024];

template <std::size_t Size>
std::string_view read(edge_status (*from)(std::uint64_t, char*, std::uint32_t, std::uint32_t*),
                      std::uint64_t id, char (&buffer)[Size]) {
  std::uint32_t needed = 0;
  return from(id, buffer, Size, &needed) == EDGE_OK ? std::string_view(buffer, needed)
                                                    : std::string_view("not read");
}

std::uint32_t size32(std::string_view text) {
  return static_cast<std::uint32_t>(text.size());
}
std::uint32_t address(std::string_view text) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(text.data()));
}

void respond(std::uint64_t id, std::uint32_t http_status, std::string_view content) {
  constexpr std::string_view kHeaders{
      "x-empty\0\0x-mixed\0%41 \xff\0content-length\0"
      "7\0",
      40};
  edge_respond(id, http_status, kHeaders.data(), size32(kHeaders), content.data(), size32(content));
}

void call(std::uint64_t id, std::string_view headers) {
  const edge_call in = {.size = sizeof(edge_call),
                        .timeout_ms = 0,
                        .backend = address(kBackend),
                        .backend_len = size32(kBackend),
                        .method = address(kMethod),
                        .method_len = size32(kMethod),
                        .target = address(kTarget),
                        .target_len = size32(kTarget),
                        .headers = address(headers),
                        .headers_len = size32(headers),
                        .body = 0,
                        .body_len = 0};
  std::uint64_t number = 0;
  if (const edge_status status = edge_call_backend(id, &in, &number); status != EDGE_OK) {
    respond(id, 502, "not called");
  }
}

}  // namespace

void edge_on_request(std::uint64_t id) {
  const std::string_view name = read(edge_request_method, id, method);
  const std::string_view headers = read(edge_request_headers, id, block);
  if (read(edge_request_target, id, target) == "/call") {
    call(id, headers);
  } else if (read(edge_request_target, id, target) == "/nothing") {
    respond(id, 204, {});
  } else {
    respond(id, 200, name == "GET" || name == "HEAD" ? headers : read(edge_request_body, id, body));
  }
}

void edge_on_backend_response(std::uint64_t id, std::uint64_t number) {
  respond(id, 200, read(edge_backend_headers, number, block));
}
