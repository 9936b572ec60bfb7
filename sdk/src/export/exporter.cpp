#include "export/exporter.h"

#include <afterglow/version.h>

#include "base/signal_path.h"
#include "export/answer.h"

namespace afterglow::exporter {
namespace {

constexpr std::uint64_t kNanosecondsPerMillisecond = 1'000'000;

// "name\0value\0": the literal's own NUL is not part of the view.
constexpr char kHeaderText[] = "user-agent\0afterglow/0.1.0 OTel-OTLP-Exporter-cpp/0.1.0\0";
constexpr std::uint32_t kInfoSeverity = 9;

// Whatever the host refused has not left; what came to no end may have arrived. Where nobody took
// the body in, or not now, it can be told again. A server that failed, or a gateway that lost its
// server, may have passed it on. Anything else is about the body.
Refusal refusal_of(const host::SendResult& result) {
  if (result.status != host::Status::Ok) {
    return result.status == host::Status::Timeout || result.status == host::Status::Internal
               ? Refusal::Ambiguous
               : Refusal::Retriable;
  }
  switch (result.http_status) {
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
  return result.http_status < 400    ? Refusal::Retriable
         : result.http_status >= 500 ? Refusal::Ambiguous
                                     : Refusal::Final;
}

std::span<char> first_of(std::span<char> answers, std::size_t length) {
  return answers.first(length < answers.size() ? length : answers.size());
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
  const host::SendRequest body_out{
      .signal = signal,
      .destination = target.destination,
      .path = target.path.empty() ? base::signal_path(signal) : target.path,
      .content_type = "application/json",
      .headers = target.headers.empty() ? kOwnHeaders : target.headers,
      .body = body,
      .timeout_ms = target.timeout_ms,
      .want_result = entry != nullptr,
      .answer = answer};
  const host::SendResult result = target.hook.send != nullptr
                                      ? target.hook.send(target.hook.context, body_out)
                                      : host::send(body_out);
  InFlight request{.items = items, .signal = signal, .batch = batch};
  if (result.status == host::Status::Queued && entry != nullptr) {
    request.ticket = result.ticket;
    request.deadline = host::monotonic_clock() + 2 * kNanosecondsPerMillisecond * target.timeout_ms;
    *entry = request;
    return {.signal = signal, .waiting = items, .batch = batch};
  }
  return judge(request, result, first_of(answer, result.answer_length));
}

Outcome Exporter::log(Signal signal, std::string_view body, std::uint32_t items) {
  return judge({.items = items, .signal = signal},
               {.status = host::log_line("otlp", kInfoSeverity, body)}, {});
}

Outcome Exporter::line(std::uint32_t severity, std::string_view text) {
  return judge({.items = 1, .signal = Signal::Logs},
               {.status = host::log_line("logs", severity != 0 ? severity : kInfoSeverity, text)},
               {});
}

bool Exporter::finish(const host::SendResult& result, std::span<char> answer, Outcome& outcome) {
  for (InFlight& entry : in_flight_) {
    if (entry.items != 0 && entry.ticket == result.ticket) {
      outcome = judge(entry, result, answer);
      entry.items = 0;
      return true;
    }
  }
  return false;
}

bool Exporter::expire(bool all, Outcome& outcome) {
  std::uint64_t now = all ? UINT64_MAX : 0;
  for (InFlight& entry : in_flight_) {
    if (entry.items == 0) {
      continue;
    }
    now = now == 0 ? host::monotonic_clock() : now;
    if (entry.deadline <= now) {
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
Outcome Exporter::judge(const InFlight& request, const host::SendResult& result,
                        std::span<char> answer) {
  Outcome outcome{.signal = request.signal, .batch = request.batch};
  const bool has_left = result.status == host::Status::Ok;
  if (result.status == host::Status::Queued || (has_left && result.http_status == 0)) {
    outcome.unknown = request.items;
    return outcome;
  }
  if (!has_left || result.http_status < 200 || result.http_status > 299) {
    diagnostics_.notice(
        has_left ? Diagnostic::ExportRefused : Diagnostic::SendFailed,
        static_cast<std::int32_t>(has_left ? result.http_status
                                           : static_cast<std::uint32_t>(result.status)));
    outcome.dropped = request.items;
    outcome.reason = has_left ? DropReason::Refused : DropReason::SendFailed;
    outcome.refusal = refusal_of(result);
    return outcome;
  }
  const PartialSuccess partial = read_partial_success(answer);
  outcome.reason = DropReason::Rejected;
  outcome.dropped = partial.rejected < request.items ? static_cast<std::uint32_t>(partial.rejected)
                                                     : request.items;
  outcome.exported = request.items - outcome.dropped;
  if (outcome.dropped != 0 || partial.has_message) {
    diagnostics_.notice(Diagnostic::PartialSuccess, static_cast<std::int32_t>(outcome.dropped));
  }
  return outcome;
}

void Exporter::wait(std::uint32_t timeout_ms, std::span<char> answers, void* object,
                    void (*apply)(void* object, const Outcome& outcome)) {
  host::SendResult results[kMaxInFlight];
  std::size_t count = 0;
  for (const InFlight& entry : in_flight_) {
    if (entry.items != 0) {
      results[count].status = host::Status::Queued;
      results[count].ticket = entry.ticket;
      ++count;
    }
  }
  if (count == 0) {
    return;
  }
  const std::uint64_t deadline = host::monotonic_clock() + timeout_ms * kNanosecondsPerMillisecond;
  const std::span<host::SendResult> waited(results, count);
  if (host::wait(waited, deadline, answers) != host::Status::Ok) {
    return;
  }
  for (const host::SendResult& result : waited) {
    const std::span<char> answer = first_of(answers, result.answer_length);
    if (Outcome outcome; finish(result, answer, outcome)) {
      apply(object, outcome);
    }
    answers = answers.subspan(answer.size());
  }
}

}  // namespace afterglow::exporter
