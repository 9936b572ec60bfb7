// A module that tells the host's collector nonsense of its own making, chosen by the last request:
//
//   /good     {"resourceMetrics": …}, a counter `misreport.requests` of all requests
//   /fall     the same counter, but 1
//   /outside  bytes behind the end of the memory
//   /endless  parts without an end
//   /long     one part of 20 MiB
//   /text     no JSON
//   /deep     JSON, 100,000 lists deep
//   /wrong    JSON of another shape, with a second counter that must not count
//   /trap     traps

#include <cstdint>
#include <string_view>

#include "edge_host_v1.h"

namespace {

constinit std::uint32_t requests = 0;
constinit bool told = false;
constinit char target[32] = {};
constinit std::uint32_t target_length = 0;
constinit char document[512 * 1024] = {};

constexpr std::string_view kBegin =
    R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"misreport.requests",)"
    R"("sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"asInt":)";
constexpr std::string_view kEnd = "}]}}]}]}]}";
constexpr std::string_view kWrong =
    R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"misreport.wrong",)"
    R"("sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"asInt":5}]}},)"
    R"({"name":7}]}]}]})";

struct Writer {
  std::uint32_t size = 0;
  void add(std::string_view text) {
    for (const char c : text) {
      document[size++] = c;
    }
  }
};

std::uint64_t part(const void* address, std::uint64_t length) {
  return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(address)) << 32U | length;
}

std::uint64_t counter(std::uint32_t value) {
  Writer out;
  out.add(kBegin);
  const char digits[] = {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
  out.add(value < 10 ? std::string_view(digits + 1, 1) : std::string_view(digits, 2));
  out.add(kEnd);
  return part(document, out.size);
}

std::uint64_t deep() {
  constexpr std::uint32_t kDepth = 100'000;
  Writer out;
  out.add(R"({"resourceMetrics":)");
  for (std::uint32_t i = 0; i < kDepth; ++i) {
    out.add("[");
  }
  for (std::uint32_t i = 0; i < kDepth; ++i) {
    out.add("]");
  }
  out.add("}");
  return part(document, out.size);
}

}  // namespace

extern "C" {

__attribute__((export_name("afterglow_abi_version_1_0"))) void speaks_1_0() {}

__attribute__((export_name("afterglow_v1_export_metrics"))) std::uint64_t tell_metrics() {
  const std::string_view wanted(target, target_length);
  constexpr std::uint64_t kLong = 20 * 1024 * 1024;
  if (wanted == "/endless") {
    return counter(1);
  }
  told = !told;
  if (!told) {
    return 0;
  }
  if (wanted == "/trap") {
    __builtin_trap();
  }
  if (wanted == "/outside") {
    return part(reinterpret_cast<const void*>(0xFFFF'FFFF), 0xFFFF'FFFF);
  }
  if (wanted == "/long") {
    while (__builtin_wasm_memory_size(0) * 65536 <= kLong) {
      if (__builtin_wasm_memory_grow(0, 64) == SIZE_MAX) {
        return 0;
      }
    }
    return part(nullptr, kLong);
  }
  if (wanted == "/text" || wanted == "/wrong") {
    const std::string_view text = wanted == "/text" ? "{\"resourceMetrics\"" : kWrong;
    return part(text.data(), text.size());
  }
  return wanted == "/deep" ? deep() : counter(wanted == "/fall" ? 1 : requests);
}
}

void edge_on_request(std::uint64_t id) {
  ++requests;
  (void)edge_request_target(id, target, sizeof target, &target_length);
  told = false;
  edge_respond(id, 200, nullptr, 0, "ok", 2);
}

void edge_on_backend_response(std::uint64_t, std::uint64_t) {}
