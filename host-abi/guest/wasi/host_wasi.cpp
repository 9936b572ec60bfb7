// The port on plain WASI preview 1, for any runtime that has it: a body becomes one line on
// standard error, or on standard output where AFTERGLOW_STREAM=stdout says so. Log lines go to
// standard error, but OTLP as lines where bodies go. Nobody ever tells
// what became of a line, so what was written is queued for good: unknown, never exported.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "afterglow/host.h"
#include "wasi_abi.h"
#include "wasi_calls.h"

namespace afterglow::host {
namespace {

constexpr std::string_view kStreamVariable = "AFTERGLOW_STREAM";
constexpr std::size_t kEnvironmentBytes = 4096;

constinit Hooks g_hooks{};
constinit bool g_attached = false;
constinit std::int32_t g_stream = kWasiStderr;
constinit bool g_line_open[] = {false, false, false};  // by descriptor

// Standard error is also the answer to a value nobody knows: standard output holds the response.
void choose_stream(std::string_view value) {
  g_stream = value == "stdout" ? kWasiStdout : kWasiStderr;
}

/// A line that went out in part is closed before the next one, so that it spoils no other.
Status write(std::int32_t fd, std::string_view line) {
  std::size_t written = 0;
  if (g_line_open[fd] && wasi::write_line(fd, {}, written) != Status::Ok)
    return Status::Unavailable;
  const Status status = wasi::write_line(fd, line, written);
  g_line_open[fd] = status != Status::Ok && written != 0;
  return status;
}

}  // namespace

std::uint64_t wall_clock() {
  return wasi::wall_clock();
}

std::uint64_t monotonic_clock() {
  return wasi::monotonic_clock();
}

Status random(std::span<std::byte> out) {
  return wasi::random(out);
}

// Nobody lends memory here: an environment above a few KiB is a limit of this backend.
ReadResult config(std::string_view key, std::span<char> out) {
  char memory[kEnvironmentBytes];
  wasi::Environment environment;
  const ReadResult read = wasi::read_environment(memory, environment);
  if (read.status != Status::Ok)
    return {read.status == Status::BufferTooSmall ? Status::Limit : read.status, 0};
  const std::string_view value = environment.get(key);
  if (value.empty())
    return {Status::NotFound, 0};
  if (value.size() > out.size())
    return {Status::BufferTooSmall, value.size()};
  std::memcpy(out.data(), value.data(), value.size());
  return {Status::Ok, value.size()};
}

ReadResult config_all(std::span<char> scratch, PairVisitor visit) {
  wasi::Environment environment;
  const ReadResult result = wasi::read_environment(scratch, environment);
  choose_stream(environment.get(kStreamVariable));
  environment.for_each(visit);
  return result;
}

ReadResult secret(std::string_view key, std::span<char> out) {
  return config(key, out);
}

ReadResult resource(std::span<char>, PairVisitor) {
  return {Status::Unsupported, 0};
}

SendResult send(const SendRequest& request) {
  const Status status = write(g_stream, request.body);
  return {.status = status == Status::Ok ? Status::Queued : status};
}

Status wait(std::span<SendResult>, std::uint64_t, std::span<char>) {
  return Status::Unsupported;
}

Status log_line(std::string_view stream, std::uint32_t, std::string_view line) {
  return write(stream == "otlp" ? g_stream : kWasiStderr, line);
}

Traits traits(std::string_view) {
  return {};
}

bool attach(const Hooks& hooks) {
  if (g_attached)
    return g_hooks.object == hooks.object;
  g_attached = true;
  g_hooks = hooks;
  return true;
}

// Nobody calls into a command.
bool offer_metrics(const MetricSource& /*source*/) {
  return false;
}

}  // namespace afterglow::host
