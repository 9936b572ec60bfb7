// Stands for Fastly's own SDK in the same module: the same imports, under other C names and with
// other C++ types. That it links, and that handles mean the same to both, is what is tested.

#include "neighbour.h"

#include <cstdint>

#define NEIGHBOUR_IMPORT(module, name) \
  extern "C" __attribute__((import_module(module), import_name(name)))

NEIGHBOUR_IMPORT("fastly_http_body", "new")
int fastly_http_body_new(int* body);
NEIGHBOUR_IMPORT("fastly_http_body", "write")
int fastly_http_body_write(int body, const std::uint8_t* data, unsigned size, int end,
                           unsigned* written);
NEIGHBOUR_IMPORT("fastly_http_body", "close")
int fastly_http_body_close(int body);

bool neighbour_writes() {
  constexpr std::uint8_t kText[] = {'h', 'i'};
  int body = 0;
  unsigned written = 0;
  return fastly_http_body_new(&body) == 0 &&
         fastly_http_body_write(body, kText, sizeof kText, 0, &written) == 0 && written == 2 &&
         fastly_http_body_close(body) == 0;
}
