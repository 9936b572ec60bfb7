#pragma once

// The fake host: a backend for tests. Its clocks, random bytes, environment and answers are
// scripted; every call of the port is written down in order, every body is captured.
//
//   FakeHost& host = fake_host();      // one per program, like any backend
//   host.reset();
//   host.answer({.status = Status::Ok, .http_status = 503});
//   ...
//   CHECK(host.sent(0).body == expected);
//
// Steer it through the public fields; it allocates nothing, so allocations can be counted around
// it.

#include <afterglow/host.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow::host {

/// One function of the port.
enum class Call : char {
  WallClock = 'w',
  MonotonicClock = 'm',
  Random = 'r',
  Config = 'c',
  ConfigAll = 'e',
  Secret = 's',
  Resource = 'p',
  Send = 'S',
  Wait = 'W',
  LogLine = 'l',
  Traits = 't',
  Attach = 'a',
  OfferMetrics = 'o',
};

struct Pair {
  std::string_view key;
  std::string_view value;
};

/// What this host can do for requests to one destination.
struct TraitsOf {
  std::string_view destination;
  Traits traits;
};

/// What `send` was given. The texts are copies.
struct Sent {
  Signal signal = Signal::Traces;
  std::string_view destination;
  std::string_view path;
  std::string_view content_type;
  std::string_view headers;
  std::string_view body;
  std::uint32_t timeout_ms = 0;
  bool want_result = false;
};

/// What `send` answers. For a queued request the ticket is filled in.
struct ScriptedAnswer {
  Status status = Status::Ok;
  std::uint32_t http_status = 200;
  std::string_view body = "{}";
  std::int32_t raw_code = 0;
};

/// What `log_line` was given. The texts are copies.
struct Line {
  std::string_view stream;
  std::uint32_t severity = 0;
  std::string_view text;
};

class FakeHost {
 public:
  static constexpr std::size_t kMaxCalls = 64 * 1024;
  static constexpr std::size_t kMaxSent = 1024;
  static constexpr std::size_t kMaxLines = 64;
  static constexpr std::size_t kMaxAnswers = 64;
  static constexpr std::size_t kCaptureBytes = 16 * 1024 * 1024;

  // Steering.
  std::uint64_t wall_nano = 0;
  std::uint64_t monotonic_nano = 0;
  std::uint64_t step_nano = 0;  // each monotonic read advances both clocks by this much
  Status random_status = Status::Ok;
  std::uint8_t random_byte = 0;  // the last one; the next is one more
  Status config_status = Status::Ok;
  Status log_status = Status::Ok;
  std::span<const Pair> environment;
  std::span<const Pair> platform;  // what `resource` tells
  std::span<const Pair> secrets;
  Traits host_traits;
  std::span<const TraitsOf> destination_traits;  // those that differ
  bool attach_succeeds = true;
  ScriptedAnswer default_answer;
  Status wait_status = Status::Ok;
  ScriptedAnswer waited_answer;  // what `wait` says of every request

  /// Everything as at the start of a program.
  void reset();

  /// Answer the next `send` that has no answer yet; later ones get `default_answer`.
  void answer(const ScriptedAnswer& answer);

  // Reading.
  /// The calls so far, one character each (`Call`).
  [[nodiscard]] std::string_view calls() const { return {calls_, call_count_}; }
  void forget_calls() { call_count_ = 0; }
  [[nodiscard]] std::size_t count(Call call) const;
  [[nodiscard]] std::size_t sent_count() const { return sent_count_; }
  [[nodiscard]] const Sent& sent(std::size_t index) const { return sent_[index]; }
  [[nodiscard]] std::size_t line_count() const { return line_count_; }
  [[nodiscard]] std::string_view line(std::size_t index) const { return lines_[index].text; }
  [[nodiscard]] std::string_view line_stream(std::size_t index) const {
    return lines_[index].stream;
  }
  [[nodiscard]] std::uint32_t line_severity(std::size_t index) const {
    return lines_[index].severity;
  }
  [[nodiscard]] const Hooks& hooks() const { return hooks_; }
  /// The destination `traits` was last asked for.
  [[nodiscard]] std::string_view traits_destination() const { return traits_destination_; }

  // The host's own moves.
  /// The response of a request has left.
  std::int32_t response_sent(std::uint64_t request_id);
  /// A queued request came to its end.
  void deliver(std::uint64_t ticket, const ScriptedAnswer& answer);
  /// The next part of a report of metrics; empty at its end, and where nobody offered any.
  std::string_view collect_metrics();

 private:
  friend struct FakePort;

  void note(Call call);
  std::string_view keep(std::string_view text);

  Hooks hooks_;
  MetricSource metric_source_;
  char calls_[kMaxCalls] = {};
  std::size_t call_count_ = 0;
  Sent sent_[kMaxSent];
  std::size_t sent_count_ = 0;
  Line lines_[kMaxLines];
  std::size_t line_count_ = 0;
  ScriptedAnswer answers_[kMaxAnswers];
  std::size_t answer_count_ = 0;
  std::size_t next_answer_ = 0;
  std::uint64_t last_ticket_ = 0;
  std::string_view traits_destination_;
  std::size_t captured_ = 0;
};

FakeHost& fake_host();

}  // namespace afterglow::host
