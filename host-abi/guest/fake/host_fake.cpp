#include <cstring>

#include "fake_host.h"

namespace afterglow::host {
namespace {

constinit FakeHost host_state;
constinit char capture[FakeHost::kCaptureBytes] = {};

// Copies what fits and tells how much that was.
std::uint32_t copy_cut(std::string_view text, std::span<char> out) {
  const std::size_t length = text.size() < out.size() ? text.size() : out.size();
  if (length != 0) {
    std::memcpy(out.data(), text.data(), length);
  }
  return static_cast<std::uint32_t>(length);
}

ReadResult write(std::string_view value, std::span<char> out) {
  if (value.size() > out.size()) {
    return {Status::BufferTooSmall, value.size()};
  }
  return {Status::Ok, copy_cut(value, out)};
}

}  // namespace

FakeHost& fake_host() {
  return host_state;
}

// The port's functions need the inside of the fake.
struct FakePort {
  static FakeHost& note(Call call) {
    host_state.note(call);
    return host_state;
  }

  static SendResult send(const SendRequest& request) {
    FakeHost& host = note(Call::Send);
    if (host.sent_count_ < FakeHost::kMaxSent) {
      host.sent_[host.sent_count_++] = {.signal = request.signal,
                                        .destination = host.keep(request.destination),
                                        .path = host.keep(request.path),
                                        .content_type = host.keep(request.content_type),
                                        .headers = host.keep(request.headers),
                                        .body = host.keep(request.body),
                                        .timeout_ms = request.timeout_ms,
                                        .want_result = request.want_result};
    }
    const ScriptedAnswer answer = host.next_answer_ < host.answer_count_
                                      ? host.answers_[host.next_answer_++]
                                      : host.default_answer;
    SendResult result{.status = answer.status, .raw_code = answer.raw_code};
    if (answer.status == Status::Queued) {
      result.ticket = ++host.last_ticket_;
    }
    if (answer.status == Status::Ok) {
      result.http_status = answer.http_status;
      result.answer_length = copy_cut(answer.body, request.answer);
    }
    return result;
  }

  static Traits traits(std::string_view destination) {
    FakeHost& host = note(Call::Traits);
    host.traits_destination_ = host.keep(destination);
    for (const TraitsOf& differing : host.destination_traits) {
      if (differing.destination == destination) {
        return differing.traits;
      }
    }
    return host.host_traits;
  }

  static Status log_line(std::string_view stream, std::uint32_t severity, std::string_view line) {
    FakeHost& host = note(Call::LogLine);
    if (host.line_count_ < FakeHost::kMaxLines) {
      host.lines_[host.line_count_++] = {host.keep(stream), severity, host.keep(line)};
    }
    return host.log_status;
  }

  // As real hosts do it: the pairs are in the memory that was lent, and gone afterwards.
  static ReadResult config_all(std::span<char> scratch, PairVisitor visit) {
    const FakeHost& host = note(Call::ConfigAll);
    if (host.config_status != Status::Ok) {
      return {host.config_status, 0};
    }
    std::size_t needed = 0;
    for (const Pair& pair : host.environment) {
      needed += pair.key.size() + pair.value.size() + 2;
    }
    if (needed > scratch.size()) {
      return {Status::BufferTooSmall, needed};
    }
    std::span<char> left = scratch;
    for (const Pair& pair : host.environment) {
      copy_cut(pair.key, left);
      copy_cut(pair.value, left.subspan(pair.key.size() + 1));
      left = left.subspan(pair.key.size() + pair.value.size() + 2);
    }
    const char* at = scratch.data();
    for (const Pair& pair : host.environment) {
      visit({at, pair.key.size()}, {at + pair.key.size() + 1, pair.value.size()});
      at += pair.key.size() + pair.value.size() + 2;
    }
    for (char& c : scratch.first(needed)) {
      c = '\xEE';
    }
    return {Status::Ok, needed};
  }

  static ReadResult secret(std::string_view key, std::span<char> out) {
    for (const Pair& pair : note(Call::Secret).secrets) {
      if (pair.key == key) {
        const bool fits = pair.value.size() <= out.size();
        copy_cut(pair.value, out);
        return {fits ? Status::Ok : Status::BufferTooSmall, pair.value.size()};
      }
    }
    return {Status::NotFound, 0};
  }

  static bool attach(const Hooks& hooks) {
    FakeHost& host = note(Call::Attach);
    if (!host.attach_succeeds || host.hooks_.object != nullptr) {
      return false;
    }
    host.hooks_ = hooks;
    return true;
  }

  static bool offer_metrics(const MetricSource& source) {
    FakeHost& host = note(Call::OfferMetrics);
    if (host.metric_source_.object != nullptr) {
      return false;
    }
    host.metric_source_ = source;
    return true;
  }
};

void FakeHost::reset() {
  wall_nano = 1'700'000'000'000'000'000;
  monotonic_nano = 5'000'000'000;
  step_nano = 1000;
  random_status = Status::Ok;
  random_byte = 0;
  config_status = Status::Ok;
  log_status = Status::Ok;
  environment = {};
  platform = {};
  secrets = {};
  host_traits = {.flush = FlushMode::WaitForAnswer};
  destination_traits = {};
  attach_succeeds = true;
  default_answer = {};
  wait_status = Status::Ok;
  waited_answer = {};
  hooks_ = {};
  metric_source_ = {};
  call_count_ = sent_count_ = line_count_ = answer_count_ = next_answer_ = captured_ = 0;
  last_ticket_ = 0;
  traits_destination_ = {};
}

void FakeHost::answer(const ScriptedAnswer& answer) {
  if (answer_count_ < kMaxAnswers) {
    answers_[answer_count_++] = answer;
  }
}

std::size_t FakeHost::count(Call call) const {
  std::size_t count = 0;
  for (const char one : calls()) {
    count += one == static_cast<char>(call) ? 1 : 0;
  }
  return count;
}

std::int32_t FakeHost::response_sent(std::uint64_t request_id) {
  return hooks_.response_sent(hooks_.object, request_id);
}

std::string_view FakeHost::collect_metrics() {
  return metric_source_.object == nullptr ? std::string_view()
                                          : metric_source_.next_part(metric_source_.object);
}

void FakeHost::deliver(std::uint64_t ticket, const ScriptedAnswer& answer) {
  const std::uint32_t length = copy_cut(answer.body, hooks_.answer_buffer);
  hooks_.send_result(hooks_.object,
                     {.status = answer.status,
                      .http_status = answer.http_status,
                      .answer_length = length,
                      .ticket = ticket,
                      .raw_code = answer.raw_code},
                     hooks_.answer_buffer.first(length));
}

void FakeHost::note(Call call) {
  if (call_count_ < kMaxCalls) {
    calls_[call_count_++] = static_cast<char>(call);
  }
}

// A copy that lives until `reset`; empty when the capture memory is full.
std::string_view FakeHost::keep(std::string_view text) {
  if (text.size() > kCaptureBytes - captured_) {
    return {};
  }
  if (text.empty()) {
    return {};
  }
  char* const copy = capture + captured_;
  std::memcpy(copy, text.data(), text.size());
  captured_ += text.size();
  return {copy, text.size()};
}

// --- the port
// -------------------------------------------------------------------------------------

std::uint64_t wall_clock() {
  return FakePort::note(Call::WallClock).wall_nano;
}

std::uint64_t monotonic_clock() {
  FakeHost& host = FakePort::note(Call::MonotonicClock);
  host.wall_nano += host.step_nano;
  return host.monotonic_nano += host.step_nano;
}

Status random(std::span<std::byte> out) {
  FakeHost& host = FakePort::note(Call::Random);
  if (host.random_status == Status::Ok) {
    for (std::byte& byte : out) {
      byte = static_cast<std::byte>(++host.random_byte);
    }
  }
  return host.random_status;
}

ReadResult config(std::string_view key, std::span<char> out) {
  for (const Pair& pair : FakePort::note(Call::Config).environment) {
    if (pair.key == key) {
      return write(pair.value, out);
    }
  }
  return {Status::NotFound, 0};
}

ReadResult config_all(std::span<char> scratch, PairVisitor visit) {
  return FakePort::config_all(scratch, visit);
}

ReadResult secret(std::string_view key, std::span<char> out) {
  return FakePort::secret(key, out);
}

ReadResult resource(std::span<char> /*scratch*/, PairVisitor visit) {
  for (const Pair& pair : FakePort::note(Call::Resource).platform) {
    visit(pair.key, pair.value);
  }
  return {Status::Ok, 0};
}

SendResult send(const SendRequest& request) {
  return FakePort::send(request);
}

Status wait(std::span<SendResult> results, std::uint64_t /*deadline*/, std::span<char> answers) {
  const FakeHost& host = FakePort::note(Call::Wait);
  for (SendResult& result : results) {
    const ScriptedAnswer& answer = host.waited_answer;
    result.status = answer.status;
    result.http_status = answer.http_status;
    result.answer_length = copy_cut(answer.body, answers);
    answers = answers.subspan(result.answer_length);
  }
  return host.wait_status;
}

Status log_line(std::string_view stream, std::uint32_t severity, std::string_view line) {
  return FakePort::log_line(stream, severity, line);
}

Traits traits(std::string_view destination) {
  return FakePort::traits(destination);
}

bool attach(const Hooks& hooks) {
  return FakePort::attach(hooks);
}

bool offer_metrics(const MetricSource& source) {
  return FakePort::offer_metrics(source);
}

}  // namespace afterglow::host
