#include "bench_host.h"

#include <afterglow/host.h>

namespace {

// A read of the fake clock does nothing but move it, so that it is as cheap as can be: how often it
// was read is seen from where it stands.
constexpr std::uint64_t kStep = 1000;
constexpr std::uint64_t kFakeStart = 1'700'000'000'000'000'000;

constinit bool is_real = false;
constinit bool is_disabled = false;
constinit std::uint64_t fake_time = 0;
constinit std::uint64_t fake_time_at_start = 0;
constinit std::uint32_t other_calls = 0;

std::uint64_t fake_clock() {
  fake_time += kStep;
  return fake_time;
}

}  // namespace

namespace afterglow::bench {

void use_real_host(bool real) {
  is_real = real;
}

void disable_by_environment(bool disabled) {
  is_disabled = disabled;
}

void forget_calls() {
  fake_time_at_start = fake_time;
  other_calls = 0;
}

std::uint32_t clock_reads() {
  return static_cast<std::uint32_t>((fake_time - fake_time_at_start) / kStep);
}

std::uint32_t host_calls() {
  return other_calls + clock_reads();
}

void count_call() {
  ++other_calls;
}

}  // namespace afterglow::bench

namespace afterglow::host {

using bench::count_call;

std::uint64_t wall_clock() {
  return is_real ? bench::real_wall_clock() : kFakeStart + fake_clock();
}

std::uint64_t monotonic_clock() {
  return is_real ? bench::real_monotonic_clock() : fake_clock();
}

Status random(std::span<std::byte> out) {
  count_call();
  if (is_real) {
    bench::real_random(out);
    return Status::Ok;
  }
  std::uint8_t next = 1;
  for (std::byte& byte : out) {
    byte = std::byte{next++};
  }
  return Status::Ok;
}

ReadResult config(std::string_view /*key*/, std::span<char> /*out*/) {
  count_call();
  return {Status::NotFound, 0};
}

ReadResult config_all(std::span<char> /*scratch*/, PairVisitor visit) {
  count_call();
  if (is_disabled) {
    visit("OTEL_SDK_DISABLED", "true");
  }
  return {Status::Ok, 0};
}

ReadResult secret(std::string_view /*key*/, std::span<char> /*out*/) {
  count_call();
  return {Status::NotFound, 0};
}

ReadResult resource(std::span<char> /*scratch*/, PairVisitor /*visit*/) {
  count_call();
  return {Status::Ok, 0};
}

SendResult send(const SendRequest& /*request*/) {
  count_call();
  return {.status = Status::Unsupported};
}

Status wait(std::span<SendResult> /*results*/, std::uint64_t /*deadline*/,
            std::span<char> /*answers*/) {
  count_call();
  return Status::Unsupported;
}

Status log_line(std::string_view /*stream*/, std::uint32_t /*severity*/,
                std::string_view /*line*/) {
  count_call();
  return Status::Ok;
}

Traits traits(std::string_view /*destination*/) {
  return {.flush = FlushMode::WaitForAnswer};
}

bool attach(const Hooks& /*hooks*/) {
  return true;
}

}  // namespace afterglow::host
