// A module that misbehaves on request, to see that its host holds:
//
//   /trap    executes an unreachable instruction
//   /loop    never returns
//   /silent  returns without an answer
//   /grow    takes all the memory it can get and says how many pages it has
//   /abi     gives every import pointers that leave the memory and says what they answered
//   other    says how many requests this instance has seen

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "edge_host_v1.h"

namespace {

constexpr std::uint32_t kOutside = 0xFFFF'FFF0;
constinit std::uint32_t requests_seen = 0;

/// Text for an answer.
struct Answer {
  char data[512];
  std::size_t size = 0;

  void text(std::string_view part) {
    for (const char c : part) {
      data[size++] = c;
    }
  }
  void number(std::uint32_t number) {
    if (number >= 10) {
      this->number(number / 10);
    }
    data[size++] = static_cast<char>('0' + number % 10);
  }
};

char* outside() {
  return reinterpret_cast<char*>(kOutside);
}

void say(std::uint64_t id, const Answer& answer) {
  edge_respond(id, 200, nullptr, 0, answer.data, static_cast<std::uint32_t>(answer.size));
}

void grow(Answer& answer) {
  while (__builtin_wasm_memory_grow(0, 16) != static_cast<std::size_t>(-1)) {
  }
  answer.number(static_cast<std::uint32_t>(__builtin_wasm_memory_size(0)));
}

void abuse(std::uint64_t id, Answer& answer) {
  std::uint32_t needed = 0;
  char byte = 0;
  auto* const far_number = reinterpret_cast<std::uint32_t*>(outside());
  edge_call call = {.size = sizeof(edge_call), .backend = kOutside, .backend_len = 64};
  std::uint64_t number = 0;
  const edge_status statuses[] = {
      edge_request_method(id, outside(), 64, &needed),
      edge_request_target(id, &byte, 1, far_number),
      edge_request_target(id, &byte, 1, &needed),
      edge_request_headers(id + 1, &byte, 1, &needed),
      edge_request_body(id, &byte, UINT32_MAX, &needed),
      edge_call_backend(id, reinterpret_cast<const edge_call*>(outside()), &number),
      edge_call_backend(id, &call, &number),
      edge_backend_body(1, &byte, 1, &needed),
      edge_respond(id, 200, outside(), 64, nullptr, 0),
      edge_respond(id, 99, nullptr, 0, nullptr, 0),
      edge_respond(id, 200, "a: b", 4, nullptr, 0),
  };
  for (const edge_status status : statuses) {
    answer.number(static_cast<std::uint32_t>(status));
    answer.text(" ");
  }
}

}  // namespace

void edge_on_request(std::uint64_t id) {
  char buffer[64];
  std::uint32_t length = 0;
  edge_request_target(id, buffer, sizeof buffer, &length);
  const std::string_view target(buffer, length <= sizeof buffer ? length : 0);
  Answer answer;
  ++requests_seen;
  if (target == "/trap") {
    __builtin_trap();
  }
  for (volatile bool forever = target == "/loop"; forever;) {
  }
  if (target == "/silent") {
    return;
  }
  if (target == "/grow") {
    grow(answer);
  } else if (target == "/abi") {
    abuse(id, answer);
  } else {
    answer.number(requests_seen);
  }
  say(id, answer);
}

void edge_on_backend_response(std::uint64_t, std::uint64_t) {}
