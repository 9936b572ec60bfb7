#pragma once

// `Telemetry`: the one object of a module that records and exports.
//
//   constinit Buffer<64 * 1024> memory;
//   constinit Telemetry telemetry{memory, {.service_name = "cart-edge"}};
//
// It is constant-initialised and has a trivial destructor, so it stands at namespace scope in a
// command as well as in a reactor, and nothing happens before its first use inside a request. One
// per module: it attaches itself to the host's hooks at first use.
//
// Between a request and its response it makes no host call but clock reads and one random read for
// each local trace, plus one reading of the environment at an instance's first use. Encoding and
// sending happen in `flush`, `shutdown` and the host's hooks, after the response. No call traps,
// blocks before the response, or fails the request.

#include <afterglow/bound.h>
#include <afterglow/buffer.h>
#include <afterglow/carrier.h>
#include <afterglow/config.h>
#include <afterglow/flush_report.h>
#include <afterglow/observer.h>
#include <afterglow/span.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow {

namespace exporter {
struct Outcome;
}  // namespace exporter
namespace record {
struct LogWork;
}  // namespace record

class Telemetry;

/// The caller of this request, as its headers told: what `Telemetry::extract` returns and
/// `SpanOptions::parent` takes. Move-only: trace state and baggage are in pages that the span takes
/// over.
class RemoteParent {
 public:
  constexpr RemoteParent() = default;
  /// A parent known by other means than headers. Its trace state is copied when a span starts, so
  /// the view must live until then.
  explicit RemoteParent(const SpanContext& context) : context_(context) {}
  RemoteParent(RemoteParent&& other) noexcept;
  RemoteParent& operator=(RemoteParent&& other) noexcept;
  RemoteParent(const RemoteParent&) = delete;
  RemoteParent& operator=(const RemoteParent&) = delete;
  ~RemoteParent() { release(); }

  /// The context that will be continued; invalid when a new trace will begin.
  [[nodiscard]] const SpanContext& context() const { return context_; }
  /// A context that will be linked: the caller of a restarted trace, or the one of `traceparent`
  /// and `x-traceparent` that lost. Invalid when there is none.
  [[nodiscard]] const SpanContext& linked_context() const { return linked_; }

 private:
  friend class Telemetry;
  static constexpr std::uint16_t kNoPage = 0xFFFF;

  void release();

  SpanContext context_;
  SpanContext linked_;
  record::Recorder* recorder_ = nullptr;
  std::uint16_t page_ = kNoPage;
  std::uint16_t generation_ = 0;
  bool trusted_ = true;
};

/// How a local root starts.
struct SpanOptions {
  SpanKind kind = SpanKind::Internal;
  RemoteParent parent = {};
  std::span<const Link> links = {};
  std::uint64_t start_unix_nano = 0;  ///< 0 is now.
  const Scope* scope = nullptr;       ///< Null is the scope without a name.
};

class Telemetry {
 public:
  template <std::size_t Bytes>
  constexpr explicit Telemetry(Buffer<Bytes>& lent AFTERGLOW_LIFETIMEBOUND,
                               const Config& config = {})
      : memory_(lent.data()), size_(Bytes), config_(config) {}

  /// Memory whose size is known at run time only. Below `kMinimumBufferBytes` (after its start is
  /// aligned to 16 bytes) the SDK is disabled: it says so once, and spans still carry their remote
  /// parent on.
  constexpr Telemetry(std::span<std::byte> lent AFTERGLOW_LIFETIMEBOUND, const Config& config)
      : memory_(lent.data()), size_(lent.size()), config_(config) {}

  Telemetry(const Telemetry&) = delete;
  Telemetry& operator=(const Telemetry&) = delete;
  ~Telemetry() = default;

  /// Read the caller's context from request headers, in the formats of `Config::propagators`, and
  /// believe it as far as `Config::incoming` says. Never fails: bad headers are counted and ignored
  /// as W3C Trace Context Level 2, W3C Baggage and B3 say. Makes no host call but the carrier's.
  template <HeaderSource Headers>
  [[nodiscard]] RemoteParent extract(const Headers& headers) {
    return extract_from(IncomingHeaders(headers), config_.incoming);
  }

  /// The same where the program itself knows how far to believe this caller.
  template <HeaderSource Headers>
  [[nodiscard]] RemoteParent extract(const Headers& headers, Trust trust) {
    auto decide = [](void* known, const IncomingHeaders& /*headers*/,
                     const SpanContext& /*caller*/) { return *static_cast<Trust*>(known); };
    return extract_from(IncomingHeaders(headers), {decide, &trust});
  }

  /// Start a local root: the span of a request, or of work that belongs to none.
  [[nodiscard]] Span start_span(std::string_view name, SpanOptions options = {},
                                Attributes attributes = {});

  /// Record what happened outside any span. See <afterglow/log.h>.
  void log(Severity severity, const Value& body, Attributes attributes = {},
           const LogOptions& options = {}, std::uint32_t line = __builtin_LINE());

  /// Take the records of <afterglow/log_c.h> from now on; of several, the last that said so does.
  /// Makes no host call.
  void serve_c_log();

  /// Measure with a counter or up-down counter. Copies `attributes`, of which the order does not
  /// matter. What is not a number, negative on a Counter, or has no room is rejected and counted
  /// (`FlushReport::measurements`). Makes no host call beyond an instance's first use.
  template <CountingInstrument I, MeasurementOf<I> V>
  void add(const I& counter, V value, Attributes attributes = {}) {
    aggregate(counter, detail::bits_of<I>(value), attributes);
  }
  /// The same with a histogram.
  template <RecordingInstrument I, MeasurementOf<I> V>
  void record(const I& histogram, V value, Attributes attributes = {}) {
    aggregate(histogram, detail::bits_of<I>(value), attributes);
  }
  /// The same with a gauge: the last value counts.
  template <GaugeInstrument I, MeasurementOf<I> V>
  void set(const I& gauge, V value, Attributes attributes = {}) {
    aggregate(gauge, detail::bits_of<I>(value), attributes);
  }

  /// Resolve an attribute set once, for what is measured often with it: see <afterglow/bound.h>.
  /// Bound while there is no memory, it rejects and counts what it measures, for good.
  template <SynchronousInstrument I>
  [[nodiscard]] Bound<I> bind(const I& instrument, Attributes attributes = {}) {
    return {*this, resolve(instrument, attributes)};
  }

  /// Have `callback` run at each collection, after the response; `context` is passed to it. Several
  /// callbacks may tell for one instrument. Without memory it is counted (`LostCallback`).
  template <ObservableInstrument I>
  void observe(const I& instrument, ObserveCallback<typename I::Number> callback,
               void* context = nullptr) {
    register_callback(instrument, callback, context);
  }

  /// Let the next flush export metrics, whatever `MetricsConfig::every_requests` and `every_ms`
  /// say.
  void export_metrics_next();

  /// Export what has ended. Where the host calls when the response has left, this returns
  /// `Deferred` and that call exports. Leaves open spans open.
  FlushReport flush();

  /// The last flush: exports open spans too, with the attribute `afterglow.unfinished`, waits for
  /// no hook, and writes one log line of counts when something could not be sent. Later spans are
  /// dropped and counted.
  FlushReport shutdown();

  /// The books as they stand.
  [[nodiscard]] FlushReport report() const;

  /// How often something noteworthy happened, since the instance began.
  [[nodiscard]] std::uint32_t diagnostic_count(Diagnostic kind) const;

  /// Pages of the pool, and how many of them are free now. Both 0 before the first use.
  [[nodiscard]] std::size_t page_count() const;
  [[nodiscard]] std::size_t free_pages() const;

 private:
  friend class Span;
  friend class MeasuredRequest;
  friend class detail::BoundInstrument;
  struct Instance;
  struct Caller;
  struct Metrics;
  struct MetricWork;
  friend struct PullReader;

  Instance* first_use();
  bool set_up();
  void attach_hooks();

  RemoteParent extract_from(const IncomingHeaders& headers, const IncomingTrust& trust);
  static void distrust(RemoteParent& parent, Trust verdict, Caller& caller);
  void find_caller(const IncomingHeaders& headers, RemoteParent& parent, Caller& caller);
  void find_trace_context(const IncomingHeaders& headers, RemoteParent& parent, Caller& caller);
  bool find_x_traceparent(const IncomingHeaders& headers, RemoteParent& parent, bool found);
  void find_b3(const IncomingHeaders& headers, const detail::B3Format& format, RemoteParent& parent,
               Caller& caller);
  bool read_traceparent(const IncomingHeaders& headers, const std::string_view& name,
                        SpanContext& out);
  void keep_trace_state(RemoteParent& parent, const IncomingHeaders& headers);
  void keep_baggage(RemoteParent& parent, const IncomingHeaders& headers);
  record::LocalTrace* hold_page(RemoteParent& parent);

  Span carry_on(RemoteParent& parent);
  Span identity_of_root(const SpanContext& parent, std::uint64_t& id_state);
  record::LocalTrace* begin_local_trace(RemoteParent& parent, const SamplingResult& sampling);
  record::LocalTrace* take_page(RemoteParent& parent);
  void settle_sampling(record::LocalTrace& trace, Span& root, const SamplingResult& sampling);
  void set_trace_state(record::LocalTrace& trace, std::string_view trace_state);
  SamplingResult ask_sampler(TraceSummary summary);
  void change_threshold(record::LocalTrace& trace, ThresholdChange change);
  void link_caller(record::LocalTrace& trace, record::SpanRecord& span, const SpanContext& caller);
  void copy_baggage_attributes(record::LocalTrace& trace, record::SpanRecord& span);
  record::SpanRecord* start_root(record::LocalTrace& trace, record::SpanStart start,
                                 Attributes attributes, Attributes sampler_attributes);

  void finish_trace(record::LocalTrace& trace, record::SpanRecord& root);
  void decide(record::LocalTrace& trace, record::SpanRecord& root, bool has_error);

  FlushReport export_now(bool last);
  void await_answers();
  void settle_flights();
  void report_measurements(FlushReport& result) const;
  void expire(bool all);
  bool send_next_request(std::uint32_t& requests);
  friend struct CLog;
  void add_record(Severity severity, const Value& body, Attributes attributes,
                  const LogOptions& options, std::uint32_t line, std::uint32_t left_out);
  static const record::LogWork kLogWork;
  static void send_logs(void* telemetry, std::uint32_t& requests);
  bool send_next_logs(std::uint32_t& requests);
  friend void detail::send_log_lines(void* telemetry, std::uint32_t& requests);

  Metrics* usable_metrics();
  Metrics* metrics();
  Metrics* set_up_metrics();
  struct ExemplarOf;
  struct RequestMeter;
  // Numbers come as the 64 bits of what their instrument measures.
  void aggregate(const Instrument& instrument, std::uint64_t bits, Attributes attributes);
  void aggregate(const Instrument& instrument, const Span& span, std::uint64_t bits,
                 Attributes attributes);
  measure::BoundPoints resolve(const Instrument& instrument, Attributes attributes);
  void register_callback(const Instrument& instrument, ObserveCallback<std::int64_t> callback,
                         void* context);
  void register_callback(const Instrument& instrument, ObserveCallback<double> callback,
                         void* context);
  static const MetricWork kMetricWork;
  struct MetricExport;

  void apply(const exporter::Outcome& outcome);
  void finish_request(const host::SendResult& result, std::span<char> answer);
  FlushReport report_disabled();

  std::byte* memory_;
  std::size_t size_;
  Config config_;
  Instance* instance_ = nullptr;
  Metrics* measuring_ = nullptr;  // the table, from the first measurement to the shutdown
  bool disabled_ = false;
  bool disabled_told_ = false;
  std::uint64_t disabled_spans_ = 0;
  std::uint64_t disabled_logs_ = 0;
  std::uint64_t disabled_measurements_ = 0;
};

}  // namespace afterglow
