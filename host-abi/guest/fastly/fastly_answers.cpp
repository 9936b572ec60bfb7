// The second half of fastly_http.h: waiting for what was posted.

#include <cstddef>
#include <span>

#include "fastly_calls.h"
#include "fastly_http.h"
#include "fastly_settings.h"
#include "wasi_calls.h"

namespace afterglow::fastly {
namespace {

using host::SendResult;
using host::Status;

constexpr std::uint64_t kNanosecondsPerMillisecond = 1'000'000;
constexpr std::uint32_t kMillisecondsPerSecond = 1'000;
constexpr std::size_t kMaxTogether = 16;

/// Why an exchange failed. Some hosts leave the detail out: then the answer did not come.
Status failure_of(const AfterglowFastlySendError& error, std::int32_t raw) {
  constexpr std::uint32_t kTimeouts = 1U << 2 | 1U << 9 | 1U << 16;
  constexpr std::uint32_t kUnreachable = 0x1F8U | 0x1C00U | 1U << 23 | 1U << 24;
  const std::uint32_t bit = error.tag < 32 ? 1U << error.tag : 0;
  if ((bit & kTimeouts) != 0)
    return Status::Timeout;
  if ((bit & kUnreachable) != 0 || raw == kFastlyError)
    return Status::Unavailable;
  return to_status(raw);
}

/// Wait until one of `handles` is ready or the clock reaches `deadline`; its index, or nothing.
std::int32_t select(std::span<const Handle> handles, std::uint64_t deadline, std::uint32_t& index) {
  index = kFastlyNothingReady;
  const std::uint64_t now = wasi::monotonic_clock();
  if (now >= deadline)
    return kFastlyOk;
  const std::uint64_t left_ms = (deadline - now) / kNanosecondsPerMillisecond;
  // 0 would wait for ever.
  const std::uint64_t timeout_ms = left_ms < 1 ? 1 : left_ms < UINT32_MAX ? left_ms : UINT32_MAX;
  return afterglow_fastly_select(handles.data(), handles.size(),
                                 static_cast<std::uint32_t>(timeout_ms), &index);
}

/// The answer's body, cut at the size of `out`. Neither does one that never ends hold anybody up.
Status read_body(Handle body, std::span<char> out, std::uint64_t deadline, std::uint32_t& length) {
  length = 0;
  while (length < out.size()) {
    std::uint32_t ready = 0;
    if (select({&body, 1}, deadline, ready) != kFastlyOk)
      return Status::Unavailable;
    if (ready == kFastlyNothingReady)
      return Status::Timeout;
    std::size_t count = 0;
    if (afterglow_fastly_body_read(body, out.data() + length, out.size() - length, &count) !=
            kFastlyOk ||
        count > out.size() - length) {
      return Status::Unavailable;
    }
    if (count == 0)
      break;
    length += static_cast<std::uint32_t>(count);
  }
  return Status::Ok;
}

/// Retry-After in its form of seconds; 0 for the other one, a date.
std::uint32_t read_retry_after_ms(Handle response) {
  constexpr std::string_view kName = "retry-after";
  char text[16];
  std::size_t length = 0;
  std::uint32_t seconds = 0;
  const std::int32_t raw = afterglow_fastly_resp_header_value_get(
      response, kName.data(), kName.size(), text, sizeof(text), &length);
  if (raw != kFastlyOk || length > sizeof(text) || !parse_number({text, length}, seconds))
    return 0;
  const bool fits = seconds <= UINT32_MAX / kMillisecondsPerSecond;
  return fits ? seconds * kMillisecondsPerSecond : UINT32_MAX;
}

void finish(SendResult& result, std::uint64_t deadline, std::span<char> answer) {
  AfterglowFastlySendError error{};
  error.mask = ~0U;
  Handle response = kFastlyInvalidHandle;
  Handle body = kFastlyInvalidHandle;
  const auto pending = static_cast<Handle>(result.ticket);
  result.raw_code = afterglow_fastly_pending_wait(pending, &error, &response, &body);
  if (result.raw_code != kFastlyOk || response == kFastlyInvalidHandle) {
    result.status =
        failure_of(error, result.raw_code == kFastlyOk ? kFastlyError : result.raw_code);
    return;
  }
  std::uint16_t http_status = 0;
  (void)afterglow_fastly_resp_status_get(response, &http_status);
  result.http_status = http_status;
  result.retry_after_ms = read_retry_after_ms(response);
  result.status = read_body(body, answer, deadline, result.answer_length);
  (void)afterglow_fastly_body_close(body);
  (void)afterglow_fastly_resp_close(response);
}

/// The queued ones among `results`, at most `kMaxTogether`.
struct Open {
  Handle handles[kMaxTogether];
  SendResult* results[kMaxTogether];
  std::size_t count = 0;

  explicit Open(std::span<SendResult> among) {
    for (SendResult& result : among) {
      if (result.status == Status::Queued && count < kMaxTogether) {
        handles[count] = static_cast<Handle>(result.ticket);
        results[count++] = &result;
      }
    }
  }
};

}  // namespace

Status wait_for_answers(std::span<SendResult> results, std::uint64_t deadline,
                        std::span<char> answers) {
  while (true) {
    const Open open(results);
    if (open.count == 0)
      return Status::Ok;
    std::uint32_t ready = kFastlyNothingReady;
    const std::int32_t raw = select({open.handles, open.count}, deadline, ready);
    if (raw != kFastlyOk || ready >= open.count) {
      for (SendResult* result : std::span(open.results, open.count)) {
        result->status = raw == kFastlyOk ? Status::Timeout : to_status(raw);
        result->raw_code = raw;
      }
      continue;
    }
    SendResult& result = *open.results[ready];
    finish(result, deadline, answers);
    answers = answers.subspan(result.answer_length);
  }
}

}  // namespace afterglow::fastly
