#include "export/exporter.h"

#include <afterglow/version.h>

#include "export/answer.h"

namespace afterglow::exporter {
namespace {

constexpr std::uint64_t kNanosecondsPerMillisecond = 1'000'000;

// "name\0value\0": the literal's own NUL is not part of the view.
constexpr char kHeaderText[] = "user-agent\0afterglow/0.1.0 OTel-OTLP-Exporter-cpp/0.1.0\0";
constexpr std::uint32_t kInfoSeverity = 9;

constexpr std::string_view path_of(Signal signal) {
  switch (signal) {
    case Signal::Traces:
      return "/v1/traces";
    case Signal::Metrics:
      return "/v1/metrics";
    case Signal::Logs:
      return "/v1/logs";
  }
  return "/";
}

// Whatever the host refused has not left; what came to no end may have arrived.
Refusal refusal_of(host::Status status) {
  return status == host::Status::Timeout || status == host::Status::Internal ? Refusal::Ambiguous
                                                                             : Refusal::Retriable;
}

// Where nobody took the body in, or not now, it can be told again. A server that failed, or a
// gateway that lost its server, may have passed it on. Anything else is about the body.
Refusal refusal_of(std::uint32_t http_status) {
  switch (http_status) {
    case 401:
    case 403:
    case 404:
    case 405:
    case 429:
    case 503:
      return Refusal::Retriable;
    case 408:
      return Refusal::Ambiguous;
    default:
      break;
  }
  return http_status < 400    ? Refusal::Retriable
         : http_status >= 500 ? Refusal::Ambiguous
                              : Refusal::Final;
}

}  // namespace

constexpr std::string_view kOwnHeaders(kHeaderText, sizeof kHeaderText - 1);
static_assert(kOwnHeaders.find(kVersion) != std::string_view::npos && kOwnHeaders.back() == '\0');

const host::Traits& Exporter::traits(std::string_view destination) {
  if (!traits_known_) {
    traits_ = host::traits(destination);
    traits_known_ = true;
  }
  return traits_;
}

Outcome Exporter::send(const Target& target, Signal signal, std::string_view body,
                       std::uint32_t items, std::span<char> answer, std::uint8_t batch) {
  const host::Traits& host_traits = traits(target.destination);
  const bool can_wait = host_traits.flush == host::FlushMode::WaitForAnswer;
  // The host knows nothing of what a hook has queued: nobody will tell.
  const bool is_told = target.hook.send == nullptr && (can_wait || host_traits.reports_results);
  InFlight* entry = is_told ? free_entry() : nullptr;
  const host::SendRequest request{.signal = signal,
                                  .destination = target.destination,
                                  .path = target.path.empty() ? path_of(signal) : target.path,
                                  .content_type = "application/json",
                                  .headers = target.headers.empty() ? kOwnHeaders : target.headers,
                                  .body = body,
                                  .timeout_ms = target.timeout_ms,
                                  .want_result = entry != nullptr,
                                  .answer = answer};
  const host::SendResult result = target.hook.send != nullptr
                                      ? target.hook.send(target.hook.context, request)
                                      : host::send(request);
  if (result.status == host::Status::Queued && entry != nullptr) {
    *entry = {
        .ticket = result.ticket,
        .deadline = host::monotonic_clock() + 2 * kNanosecondsPerMillisecond * target.timeout_ms,
        .signal = signal,
        .batch = batch,
        .items = items};
    return {.signal = signal, .waiting = items, .batch = batch};
  }
  const std::size_t length =
      result.answer_length < answer.size() ? result.answer_length : answer.size();
  Outcome outcome = judge(signal, items, result, answer.first(length));
  outcome.batch = batch;
  return outcome;
}

Outcome Exporter::log(Signal signal, std::string_view body, std::uint32_t items) {
  const host::Status status = host::log_line("otlp", kInfoSeverity, body);
  return judge(signal, items, {.status = status}, {});
}

Outcome Exporter::line(std::uint32_t severity, std::string_view text) {
  const host::Status status =
      host::log_line("logs", severity != 0 ? severity : kInfoSeverity, text);
  return judge(Signal::Logs, 1, {.status = status}, {});
}

bool Exporter::finish(const host::SendResult& result, std::span<char> answer, Outcome& outcome) {
  for (InFlight& entry : in_flight_) {
    if (entry.items != 0 && entry.ticket == result.ticket) {
      outcome = judge(entry.signal, entry.items, result, answer);
      outcome.batch = entry.batch;
      entry.items = 0;
      return true;
    }
  }
  return false;
}

bool Exporter::expire(bool all, Outcome& outcome) {
  bool any = false;
  for (const InFlight& entry : in_flight_) {
    any = any || entry.items != 0;
  }
  if (!any) {
    return false;
  }
  const std::uint64_t now = all ? UINT64_MAX : host::monotonic_clock();
  for (InFlight& entry : in_flight_) {
    if (entry.items != 0 && entry.deadline <= now) {
      outcome = {.signal = entry.signal, .unknown = entry.items, .batch = entry.batch};
      entry.items = 0;
      return true;
    }
  }
  return false;
}

Exporter::InFlight* Exporter::free_entry() {
  for (InFlight& entry : in_flight_) {
    if (entry.items == 0) {
      return &entry;
    }
  }
  return nullptr;
}

// The one place where an answer becomes an outcome (OTLP/HTTP, "Response").
Outcome Exporter::judge(Signal signal, std::uint32_t items, const host::SendResult& result,
                        std::span<char> answer) {
  if (result.status == host::Status::Queued ||
      (result.status == host::Status::Ok && result.http_status == 0)) {
    return {.signal = signal, .unknown = items};
  }
  if (result.status != host::Status::Ok) {
    diagnostics_.notice(Diagnostic::SendFailed, static_cast<std::int32_t>(result.status));
    return {.signal = signal,
            .dropped = items,
            .reason = DropReason::SendFailed,
            .refusal = refusal_of(result.status)};
  }
  if (result.http_status < 200 || result.http_status > 299) {
    diagnostics_.notice(Diagnostic::ExportRefused, static_cast<std::int32_t>(result.http_status));
    return {.signal = signal,
            .dropped = items,
            .reason = DropReason::Refused,
            .refusal = refusal_of(result.http_status)};
  }
  const PartialSuccess partial = read_partial_success(answer);
  const std::uint64_t rejected = partial.rejected < items ? partial.rejected : items;
  if (rejected != 0 || partial.has_message) {
    diagnostics_.notice(Diagnostic::PartialSuccess, static_cast<std::int32_t>(rejected));
  }
  return {.signal = signal,
          .exported = items - rejected,
          .dropped = rejected,
          .reason = DropReason::Rejected};
}

std::size_t Exporter::wait_for_results(std::uint32_t timeout_ms,
                                       std::span<host::SendResult> results,
                                       std::span<char> answers) {
  std::size_t count = 0;
  for (const InFlight& entry : in_flight_) {
    if (entry.items != 0) {
      results[count].status = host::Status::Queued;
      results[count].ticket = entry.ticket;
      ++count;
    }
  }
  if (count == 0) {
    return 0;
  }
  const std::uint64_t deadline = host::monotonic_clock() + timeout_ms * kNanosecondsPerMillisecond;
  return host::wait(results.first(count), deadline, answers) == host::Status::Ok ? count : 0;
}

}  // namespace afterglow::exporter
