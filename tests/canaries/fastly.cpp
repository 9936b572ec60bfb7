// Canaries in a sandbox of Fastly Compute. No host of it shows the memory of a module, so this one
// searches its own, all of it, while it records and after each flush, and answers what it found;
// after a trap nobody can. "/plant" plants one in each request.

#include <afterglow/afterglow.h>

#include "entry_points.h"
#include "fastly_calls.h"
#include "fastly_exchange.h"
#include "text.h"

namespace {

constexpr std::string_view kFromBaggage[] = {"password", "token"};
constinit afterglow::Buffer<256 * 1024> memory;
constinit afterglow::Telemetry telemetry{
    memory, {.baggage_attributes = kFromBaggage, .metrics = {.every_requests = 1}}};
constinit edge::Exchange client;

constexpr int kRequests = 12;

// From behind the null pointer to the end.
std::size_t count_in_memory() {
  constexpr std::size_t kFirst = 16;
  constexpr std::size_t kWasmPage = 64 * 1024;
  const std::size_t end = __builtin_wasm_memory_size(0) * kWasmPage;
  return canaries::count_marks({reinterpret_cast<const char*>(kFirst), end - kFirst});
}

}  // namespace

int main() {
  afterglow::fastly::init();
  if (!client.accept()) {
    return 0;
  }
  const bool plant = client.target() == "/plant";
  std::size_t recording = 0;
  std::size_t kept = 0;
  std::uint32_t number = 0;
  for (int i = 0; i < kRequests; ++i) {
    number = canaries::run_request(telemetry, number, plant);
    recording += count_in_memory();
    (void)telemetry.flush();
    kept += count_in_memory();
  }
  cart::Text<64> answer;
  answer.append("recording ");
  answer.append_number(recording);
  answer.append("\nmemory ");
  answer.append_number(kept);
  answer.append("\n");
  client.respond(200, "text/plain; charset=utf-8", answer.view());
  telemetry.shutdown();
}
