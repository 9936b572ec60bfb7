// The port on top of afterglow_host_v1: for every host that implements that ABI, in whatever
// language. State is a few words: who is attached, and what `info` said.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "afterglow/host.h"
#include "custom_abi.h"

namespace afterglow::host {
namespace {

constexpr std::string_view kResourceKey = "afterglow.resource";

constinit Hooks g_hooks{};
constinit bool g_attached = false;
constinit Traits g_traits{};
constinit bool g_traits_known = false;

/// The one place where the ABI's numbers become ours; they are equal by contract.
Status to_status(afterglow_status raw) {
  const bool known = raw >= AFTERGLOW_OK && raw <= AFTERGLOW_INTERNAL;
  return known ? static_cast<Status>(raw) : Status::Internal;
}

std::uint32_t address(const char* pointer) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(pointer));
}

std::uint32_t length(std::size_t size) {
  return static_cast<std::uint32_t>(size);
}

std::uint64_t read_clock(std::int32_t id) {
  std::uint64_t time_ns = 0;
  return afterglow_wasi_clock_time_get(id, 1, &time_ns) == 0 ? time_ns : 0;
}

ReadResult read_value(std::string_view key, std::span<char> out) {
  std::uint32_t needed = 0;
  const Status status = to_status(afterglow_host_config_get(
      key.data(), length(key.size()), out.data(), length(out.size()), &needed));
  if (status == Status::Ok && needed > out.size())
    return {Status::Internal, 0};
  return {status, needed};
}

/// "key\0value\0...": a tail without its closing NUL is not a pair and is left out.
void visit_pairs(std::string_view text, PairVisitor visit) {
  while (true) {
    const std::size_t key_end = text.find('\0');
    if (key_end == std::string_view::npos)
      return;
    const std::size_t value_end = text.find('\0', key_end + 1);
    if (value_end == std::string_view::npos)
      return;
    // Not `substr`: its bounds check links the C library's printf.
    visit({text.data(), key_end}, {text.data() + key_end + 1, value_end - key_end - 1});
    text.remove_prefix(value_end + 1);
  }
}

ReadResult read_pairs(std::string_view key, std::span<char> scratch, PairVisitor visit) {
  const ReadResult result = read_value(key, scratch);
  if (result.status == Status::Ok)
    visit_pairs({scratch.data(), result.length}, visit);
  return result;
}

afterglow_send_req to_abi(const SendRequest& request) {
  return {.size = sizeof(afterglow_send_req),
          .flags = request.want_result ? AFTERGLOW_SEND_WANT_RESULT : 0,
          .target = address(request.destination.data()),
          .target_len = length(request.destination.size()),
          .path = address(request.path.data()),
          .path_len = length(request.path.size()),
          .content_type = address(request.content_type.data()),
          .content_type_len = length(request.content_type.size()),
          .headers = address(request.headers.data()),
          .headers_len = length(request.headers.size()),
          .body = address(request.body.data()),
          .body_len = length(request.body.size()),
          .timeout_ms = request.timeout_ms,
          .signal = static_cast<std::uint32_t>(request.signal),
          .resp_buf = address(request.answer.data()),
          .resp_cap = length(request.answer.size())};
}

FlushMode flush_mode(std::uint64_t features) {
  if ((features & AFTERGLOW_FEATURE_RESPONSE_SENT) != 0)
    return FlushMode::OnHook;
  if ((features & AFTERGLOW_FEATURE_BLOCKING_SEND) != 0)
    return FlushMode::WaitForAnswer;
  return FlushMode::SendAndForget;
}

std::span<char> read_answer(std::uint64_t ticket) {
  const std::span<char> buffer = g_hooks.answer_buffer;
  std::uint32_t needed = 0;
  const afterglow_status raw =
      afterglow_host_result_body(ticket, buffer.data(), length(buffer.size()), &needed);
  if (raw != AFTERGLOW_OK || needed > buffer.size())
    return {};
  return buffer.first(needed);
}

}  // namespace

std::uint64_t wall_clock() {
  return read_clock(kWasiRealtime);
}

std::uint64_t monotonic_clock() {
  return read_clock(kWasiMonotonic);
}

Status random(std::span<std::byte> out) {
  const std::int32_t raw = afterglow_wasi_random_get(out.data(), length(out.size()));
  return raw == 0 ? Status::Ok : Status::Internal;
}

ReadResult config(std::string_view key, std::span<char> out) {
  if (key.empty())
    return {Status::InvalidArgument, 0};  // the ABI would answer with all pairs
  return read_value(key, out);
}

ReadResult config_all(std::span<char> scratch, PairVisitor visit) {
  return read_pairs({}, scratch, visit);
}

// Hosts leave secrets out of the listing and answer them by name.
ReadResult secret(std::string_view key, std::span<char> out) {
  return config(key, out);
}

ReadResult resource(std::span<char> scratch, PairVisitor visit) {
  return read_pairs(kResourceKey, scratch, visit);
}

SendResult send(const SendRequest& request) {
  const afterglow_send_req in = to_abi(request);
  afterglow_send_res out{};
  out.size = sizeof(out);
  const afterglow_status raw = afterglow_host_send(&in, &out);
  const bool fits = out.resp_len <= request.answer.size();
  return {.status = to_status(raw),
          .http_status = out.http_status,
          .retry_after_ms = out.retry_after_ms,
          .answer_length = fits ? out.resp_len : 0,
          .ticket = out.ticket,
          .raw_code = raw};
}

// The ABI has no waiting: a host that can block does so inside `send`.
Status wait(std::span<SendResult>, std::uint64_t, std::span<char>) {
  return Status::Unsupported;
}

Status log_line(std::string_view stream, std::uint32_t severity, std::string_view line) {
  return to_status(afterglow_host_log(severity, stream.data(), length(stream.size()), line.data(),
                                      length(line.size())));
}

Traits traits(std::string_view /*destination*/) {
  if (g_traits_known)
    return g_traits;
  g_traits_known = true;
  afterglow_info info{};
  info.size = sizeof(info);
  if (afterglow_host_info(&info) != AFTERGLOW_OK)
    return g_traits;
  g_traits = {.flush = flush_mode(info.features),
              .reports_results = (info.features & AFTERGLOW_FEATURE_SEND_RESULT) != 0,
              .clock_frozen = (info.features & AFTERGLOW_FEATURE_CLOCK_FROZEN) != 0,
              .takes_urls = (info.features & AFTERGLOW_FEATURE_URL_TARGET) != 0,
              .max_send_bytes = info.max_send_bytes,
              .max_log_bytes = info.max_log_bytes,
              .max_sends_per_request = info.max_sends_per_request,
              .post_response_ms = info.post_response_ms};
  return g_traits;
}

bool attach(const Hooks& hooks) {
  if (g_attached)
    return g_hooks.object == hooks.object;
  g_attached = true;
  g_hooks = hooks;
  return true;
}

}  // namespace afterglow::host

// The exports stand in this file, beside `attach`: wasm-ld silently drops exports that live in an
// archive member of their own, and then nothing would ever flush.
extern "C" {

void afterglow_abi_version_1_0(void) {}

std::int32_t afterglow_v1_on_response_sent(std::uint64_t request_id) {
  const afterglow::host::Hooks& hooks = afterglow::host::g_hooks;
  return hooks.response_sent == nullptr ? 0 : hooks.response_sent(hooks.object, request_id);
}

void afterglow_v1_on_send_result(std::uint64_t ticket, afterglow_status status,
                                 std::uint32_t http_status, std::uint32_t retry_after_ms) {
  using namespace afterglow::host;
  if (g_hooks.send_result == nullptr)
    return;
  const std::span<char> answer = read_answer(ticket);
  const SendResult result{.status = to_status(status),
                          .http_status = http_status,
                          .retry_after_ms = retry_after_ms,
                          .answer_length = length(answer.size()),
                          .ticket = ticket,
                          .raw_code = status};
  g_hooks.send_result(g_hooks.object, result, answer);
}
}
