#include "bench_host.h"

#include <afterglow/host.h>

extern "C" __attribute__((import_module("wasi_snapshot_preview1"),
                          import_name("clock_time_get"))) std::uint16_t
wasi_clock_time_get(std::uint32_t id, std::uint64_t precision, std::uint64_t* time);

namespace {

constexpr std::uint32_t kRealtime = 0;
constexpr std::uint32_t kMonotonic = 1;

constinit bool wasi_clock = false;
constinit std::uint64_t counter = 0;

std::uint64_t read_clock(std::uint32_t id, std::uint64_t base) {
  if (!wasi_clock) {
    counter += 1000;
    return base + counter;
  }
  std::uint64_t time = 0;
  (void)wasi_clock_time_get(id, 1, &time);
  return time;
}

}  // namespace

namespace afterglow::bench {

void use_wasi_clock(bool wasi) {
  wasi_clock = wasi;
}

}  // namespace afterglow::bench

namespace afterglow::host {

std::uint64_t wall_clock() {
  return read_clock(kRealtime, 1'700'000'000'000'000'000);
}

std::uint64_t monotonic_clock() {
  return read_clock(kMonotonic, 0);
}

Status random(std::span<std::byte> out) {
  std::uint8_t next = 1;
  for (std::byte& byte : out) {
    byte = std::byte{next++};
  }
  return Status::Ok;
}

ReadResult config(std::string_view /*key*/, std::span<char> /*out*/) {
  return {Status::NotFound, 0};
}

ReadResult config_all(std::span<char> /*scratch*/, PairVisitor /*visit*/) {
  return {Status::Ok, 0};
}

ReadResult secret(std::string_view /*key*/, std::span<char> /*out*/) {
  return {Status::NotFound, 0};
}

ReadResult resource(std::span<char> /*scratch*/, PairVisitor /*visit*/) {
  return {Status::Ok, 0};
}

SendResult send(const SendRequest& /*request*/) {
  return {.status = Status::Unsupported};
}

Status wait(std::span<SendResult> /*results*/, std::uint64_t /*deadline*/,
            std::span<char> /*answers*/) {
  return Status::Unsupported;
}

Status log_line(std::string_view /*stream*/, std::uint32_t /*severity*/,
                std::string_view /*line*/) {
  return Status::Ok;
}

Traits traits(std::string_view /*destination*/) {
  return {.flush = FlushMode::WaitForAnswer};
}

bool attach(const Hooks& /*hooks*/) {
  return true;
}

}  // namespace afterglow::host
