#pragma once

// The port: everything the SDK may ask of the world outside the sandbox, and the way back up.
//
// These are free functions, declared here and defined by exactly one linked backend
// (`afterglow::host_custom`, `afterglow::host_fake`, ...). There is no virtual call and no null
// host: WebAssembly resolves imports at load time, so the choice is the linker's.
//
// Rules for every function:
//   * it never traps and never throws; what went wrong is a `Status`;
//   * the caller owns all memory; a backend copies what it needs before it returns;
//   * strings are UTF-8 and not NUL-terminated; times are nanoseconds;
//   * nothing here is called before an instance's first use, so a backend may be called only
//     inside a request.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow {

/// Which kind of telemetry a request carries. The numbers are part of the host ABI.
enum class Signal : std::uint32_t { Traces = 1, Metrics = 2, Logs = 3 };

namespace host {

/// What became of a call. The numbers are permanent and shared with `afterglow_host_v1`.
enum class Status : std::int32_t {
  Ok = 0,               ///< Done. For `send`: finished, `http_status` is valid.
  Queued = 1,           ///< The host copied the request; the outcome is not known yet.
  InvalidArgument = 2,  ///< The host refused the arguments.
  NotFound = 3,         ///< No such key, destination or secret.
  BufferTooSmall = 4,   ///< The output buffer is too small; the needed size is told.
  Unsupported = 5,      ///< This host cannot do that.
  MemoryFault = 6,      ///< A pointer or length left the memory.
  Limit = 7,            ///< A quota or size limit of the host.
  Timeout = 8,          ///< No answer in time.
  Unavailable = 9,      ///< Connect, DNS or TLS failure.
  Denied = 10,          ///< The host's policy forbids it.
  Again = 11,           ///< Not now; later may work.
  Internal = 12,        ///< Anything else, and every number this SDK does not know.
};

/// A non-owning reference to a callable that is given (key, value) pairs. Lives only as long as
/// the call it is passed to; the views it hands out end with that call too.
class PairVisitor {
 public:
  template <class F>
    requires(!std::same_as<F, PairVisitor>)  // a copy is no visitor of a visitor
  PairVisitor(F& visit)  // NOLINT(google-explicit-constructor): a parameter-only reference
      : object_(&visit), call_(call<F>) {}

  void operator()(const std::string_view& key, const std::string_view& value) const {
    call_(object_, key, value);
  }

 private:
  template <class F>
  static void call(void* object, const std::string_view& key, const std::string_view& value) {
    (*static_cast<F*>(object))(key, value);
  }

  void* object_;
  void (*call_)(void* object, const std::string_view& key, const std::string_view& value);
};

/// Wall clock: nanoseconds since 1970-01-01T00:00:00Z. One host call.
std::uint64_t wall_clock();

/// Monotonic clock: nanoseconds since some fixed moment; may stand still between I/O on hosts whose
/// `Traits::clock_frozen` is set. One host call.
std::uint64_t monotonic_clock();

/// Fill `out` with unpredictable bytes. One host call. On failure `out` is unspecified and the SDK
/// falls back to the clocks.
Status random(std::span<std::byte> out);

/// The outcome of reading one value: `length` bytes were written, or, with
/// `Status::BufferTooSmall`, `length` bytes are needed.
struct ReadResult {
  Status status = Status::Unsupported;
  std::size_t length = 0;
};

/// Read the configuration value of `key` (an `OTEL_*` variable or an entry of the platform's
/// configuration store) into `out`.
ReadResult config(std::string_view key, std::span<char> out);

/// Visit every configuration pair at once: one or two host calls instead of one per variable.
/// `scratch` is lent for the duration of the call; when the pairs do not fit, nothing is visited
/// and `BufferTooSmall` comes back with the needed size.
ReadResult config_all(std::span<char> scratch, PairVisitor visit);

/// Read a secret, such as an exporter's token, into `out`. The SDK wipes its copy after use.
ReadResult secret(std::string_view key, std::span<char> out);

/// Visit the resource attributes the platform tells of itself (`cloud.region`, `host.name`, ...).
/// Called at the first flush, never before. `scratch` as for `config_all`.
ReadResult resource(std::span<char> scratch, PairVisitor visit);

/// One body on its way out.
struct SendRequest {
  Signal signal = Signal::Traces;
  std::string_view destination;   ///< Logical name; empty is the host's default destination.
  std::string_view path;          ///< Such as "/v1/traces".
  std::string_view content_type;  ///< Such as "application/json".
  std::string_view headers;       ///< "name\0value\0..." beyond the content type, may be empty.
  std::string_view body;          ///< Copied by the host before `send` returns.
  std::uint32_t timeout_ms = 0;   ///< For the whole exchange; 0 is the host's default.
  bool want_result = false;       ///< Ask for `Hooks::send_result` when the request is queued.
  std::span<char> answer;         ///< Where the body of a finished answer goes, cut at its size.
};

/// What became of a request.
///   * `Ok`: finished; `http_status`, `retry_after_ms` and `answer_length` are valid.
///   * `Queued`: `ticket` names it in `wait` and `Hooks::send_result`.
///   * anything else: failed for that reason; nothing will be heard of it again.
struct SendResult {
  Status status = Status::Unsupported;
  std::uint32_t http_status = 0;
  std::uint32_t retry_after_ms = 0;  ///< From the answer's Retry-After; 0 when there was none.
  std::uint32_t answer_length = 0;   ///< Bytes written to `SendRequest::answer`.
  std::uint64_t ticket = 0;
  std::int32_t raw_code = 0;  ///< The platform's own number, for the diagnostic.
};

/// POST one body to a logical destination and path. May block on hosts that can
/// (`FlushMode::WaitForAnswer`), never on the others.
SendResult send(const SendRequest& request);

/// Wait until every queued entry of `results` is finished or the monotonic clock reaches
/// `deadline` (nanoseconds); entries still open then become `Status::Timeout`. Answers' bodies are
/// written one after another into `answers`. `Unsupported` where a guest cannot wait.
Status wait(std::span<SendResult> results, std::uint64_t deadline, std::span<char> answers);

/// Write one line, without its newline, to the platform's log. `severity` is OpenTelemetry's number
/// (1 to 24); `stream` names a log where the platform has several.
Status log_line(std::string_view stream, std::uint32_t severity, std::string_view line);

/// How `flush()` behaves on this host.
enum class FlushMode : std::uint8_t {
  SendAndForget,  ///< Hand over and go on; the outcome stays unknown.
  WaitForAnswer,  ///< The guest can block until the answer is there.
  OnHook,         ///< The host calls `Hooks::response_sent` after the response; work waits for it.
  OnTick,         ///< The host calls `Hooks::tick` now and then; work waits for it.
};

/// What this host can do. Read at the first flush, never before.
struct Traits {
  FlushMode flush = FlushMode::SendAndForget;
  bool reports_results = false;  ///< `Hooks::send_result` follows each queued request that asks.
  bool clock_frozen = false;     ///< Clocks stand still between I/O.
  bool takes_urls = false;       ///< A destination may be "https://HOST:PORT" (or http), too.
  bool reads_endpoint = false;   ///< The backend reads OTEL_EXPORTER_OTLP_ENDPOINT and _HEADERS.
  std::uint32_t max_send_bytes = 0;         ///< Largest body; 0 is unlimited.
  std::uint32_t max_log_bytes = 0;          ///< Longest log line; 0 is unlimited.
  std::uint32_t max_sends_per_request = 0;  ///< Bodies per request served; 0 is unlimited.
  std::uint32_t post_response_ms = 0;       ///< Time granted after a response; 0 is unlimited.
};

/// What this host can do for requests to `destination`, named as in `SendRequest`.
Traits traits(std::string_view destination);

/// The way up: what the host's calls into the module reach. `object` is passed back as is.
struct Hooks {
  void* object = nullptr;

  /// The response of `request_id` has left. Returns 0 when everything was handed over, or n: call
  /// again in n milliseconds.
  std::int32_t (*response_sent)(void* object, std::uint64_t request_id) = nullptr;

  /// A queued request came to its end. `answer` is the body of the answer, in `answer_buffer`.
  void (*send_result)(void* object, const SendResult& result, std::span<char> answer) = nullptr;

  /// The host's timer. Returns as `response_sent`.
  std::int32_t (*tick)(void* object) = nullptr;

  /// Memory lent to the backend for the body of an answer.
  std::span<char> answer_buffer;
};

/// Register `hooks`. Makes no host call. The first registration wins: a module has one `Telemetry`.
/// Returns false when another one is registered already.
bool attach(const Hooks& hooks);

/// Who tells metrics to a host that collects them itself. `object` is passed back as is.
struct MetricSource {
  void* object = nullptr;

  /// The next part of a report, a whole OTLP/JSON document, valid until the host calls again; empty
  /// after the last part, and the call after that begins a new report.
  std::string_view (*next_part)(void* object) = nullptr;
};

/// Let the host collect from `source`. Makes no host call. The first registration wins; false when
/// there is another one, and on hosts that do not collect. Only modules that call it can be asked.
bool offer_metrics(const MetricSource& source);

}  // namespace host
}  // namespace afterglow
