// Canaries on plain WASI: the module searches its whole linear memory, stack and all, after each
// request. Telemetry goes to standard error, where canaries.sh searches it.
//
// Usage: canaries.wasm [plant] [trap]

#include <afterglow/afterglow.h>
#include <unistd.h>

#include <cstring>

#include "entry_points.h"

namespace {

constexpr std::string_view kFromBaggage[] = {"password", "token"};
constinit afterglow::Buffer<256 * 1024> memory;
constinit afterglow::Telemetry telemetry{
    memory, {.baggage_attributes = kFromBaggage, .metrics = {.every_requests = 1}}};

constexpr int kRequests = 12;
constexpr std::size_t kTravelling = 2;  // one member of baggage, with both its marks

// From behind the null pointer to the end.
std::size_t count_in_memory() {
  constexpr std::size_t kFirst = 16;
  constexpr std::size_t kWasmPage = 64 * 1024;
  const std::size_t end = __builtin_wasm_memory_size(0) * kWasmPage;
  return canaries::count_marks({reinterpret_cast<const char*>(kFirst), end - kFirst});
}

void say(std::string_view text) {
  (void)!write(STDOUT_FILENO, text.data(), text.size());
}

}  // namespace

int main(int argc, char** argv) {
  bool plant = false;
  bool trap = false;
  for (int i = 1; i < argc; ++i) {
    plant = plant || std::strcmp(argv[i], "plant") == 0;
    trap = trap || std::strcmp(argv[i], "trap") == 0;
  }
  std::size_t found = 0;
  std::uint32_t number = 0;
  for (int i = 0; i < kRequests; ++i) {
    number = canaries::run_request(telemetry, number, plant, [] {});
    found += count_in_memory() - kTravelling;
    (void)telemetry.flush();
    found += count_in_memory();
  }
  if (trap) {
    (void)canaries::run_request(telemetry, number, plant, [] { __builtin_trap(); });
  }
  (void)telemetry.shutdown();
  found += count_in_memory();
  say(found == 0 ? "no canary in the memory\n" : "a canary is in the memory\n");
  return found == 0 ? 0 : 1;
}
