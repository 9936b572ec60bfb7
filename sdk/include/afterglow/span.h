#pragma once

// A span: one operation of a request, from its start to its end.
//
//   Span client = server.start_child("GET", {.kind = SpanKind::Client});
//   client.inject(headers_out);
//   client.set_attribute(sc::error::kType, "timeout").set_status(StatusCode::Error, "no answer");
//   client.end();                       // or leave the scope
//
// `Span` is a handle of 40 bytes in WebAssembly; the record is in the lent memory. It can be moved,
// not copied, and ends what it holds when it is destroyed or assigned to. Parents are explicit:
// there is no ambient current span, which would be wrong as soon as two subrequests overlap.
// Recording cannot fail: what does not fit is dropped whole and counted. Specification: trace API,
// "Span".

#include <afterglow/attribute.h>
#include <afterglow/bound.h>
#include <afterglow/carrier.h>
#include <afterglow/context.h>
#include <afterglow/hooks.h>
#include <afterglow/log.h>
#include <afterglow/trace_types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow {

class Telemetry;
struct HttpRequest;
struct HttpResponse;

/// How a child span starts. `links` is copied; `scope` is kept by address.
struct ChildOptions {
  SpanKind kind = SpanKind::Internal;
  std::span<const Link> links = {};
  std::uint64_t start_unix_nano = 0;  ///< 0 is now.
  const Scope* scope = nullptr;       ///< Null is the parent's.
};

/// What `start_child` takes where nothing is given: a constant, so that calls need not build it.
inline constexpr ChildOptions kDefaultChild{};

class Span {
 public:
  /// An inert span: it records nothing and injects nothing.
  constexpr Span() = default;
  Span(Span&& other) noexcept;
  /// Ends what this handle held.
  Span& operator=(Span&& other) noexcept;
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;
  /// Ends the span.
  [[gnu::always_inline]] constexpr ~Span() { end(); }

  /// Start a span below this one, in the same local trace, with the same sampling decision. Below
  /// a span that has ended nothing is recorded, and the drop is counted.
  [[nodiscard, gnu::always_inline]] Span start_child(std::string_view name,
                                                     const ChildOptions& options = kDefaultChild,
                                                     Attributes attributes = {}) {
    return state_ == State::Recording ? recorded_child(name, options, attributes)
                                      : unrecorded_child();
  }

  /// Set an attribute. The last value of a key wins. `value` is copied.
  Span& set_attribute(Key key, const Value& value);
  Span& set_attributes(Attributes attributes);

  /// Add an event, now or at `unix_nano`. Events keep their order.
  Span& add_event(std::string_view name, Attributes attributes = {}, std::uint64_t unix_nano = 0);

  /// Add a link; better given when the span starts, where samplers see it. Attributes and trace
  /// state are copied.
  Span& add_link(const Link& link);

  /// Add the conventions' `exception` event with `exception.type` and `exception.message`;
  /// `attributes` win over both. Leaves the status alone.
  Span& record_error(std::string_view type, std::string_view message, Attributes attributes = {});

  /// Record what happened, correlated with this span, also when it is not sampled or has ended.
  /// `line` is the place in the code, for `LogConfig::per_site`.
  Span& log(Severity severity, const Value& body, Attributes attributes = {},
            const LogOptions& options = {}, std::uint32_t line = __builtin_LINE());

  /// Measure as `Telemetry::add` does; the point may keep the measurement as an exemplar that
  /// points at this span, as `MetricsConfig::exemplars` says, which takes one clock read.
  template <CountingInstrument I, MeasurementOf<I> V>
  Span& add(const I& counter, V value, Attributes attributes = {}) {
    return aggregate(counter, detail::bits_of<I>(value), attributes);
  }
  template <RecordingInstrument I, MeasurementOf<I> V>
  Span& record(const I& histogram, V value, Attributes attributes = {}) {
    return aggregate(histogram, detail::bits_of<I>(value), attributes);
  }
  template <GaugeInstrument I, MeasurementOf<I> V>
  Span& set(const I& gauge, V value, Attributes attributes = {}) {
    return aggregate(gauge, detail::bits_of<I>(value), attributes);
  }

  /// Set the status. Unset < Error < Ok: a weaker code changes nothing. `message` is kept with
  /// Error only.
  Span& set_status(StatusCode code, std::string_view message = {});

  /// Record an HTTP request, or the response to it, as the conventions ask: <afterglow/http.h>.
  Span& set_http_request(const HttpRequest& request);
  Span& set_http_response(const HttpResponse& response);

  Span& update_name(std::string_view name);

  /// End the span, now or at `unix_nano`, but never before its start. Ending twice is harmless.
  [[gnu::always_inline]] constexpr void end(std::uint64_t unix_nano = 0) {
    if (state_ == State::Recording || state_ == State::Unsampled) {
      end_open(unix_nano);
    }
  }

  /// True from the start of a recorded span to its end.
  [[nodiscard]] bool is_recording() const;

  /// Who this span is; ids stay valid after the end, `trace_state` while the trace has memory.
  [[nodiscard]] SpanContext context() const;

  /// Write the headers that carry this span's context into an outgoing request, in the formats of
  /// `Config::propagators`: `traceparent`, `tracestate` and `baggage` by default. Each outgoing
  /// request wants a span of its own. `host` is the name of the destination, which
  /// `Config::outgoing` may refuse. Works whatever became of the record; an inert span writes
  /// nothing.
  template <HeaderSink Sink>
  void inject(Sink&& sink, std::string_view host = {}) const {
    auto set = [&sink](std::string_view name, std::string_view value) { sink.set(name, value); };
    write_headers(host::PairVisitor(set), host);
  }

  /// Write the response headers of `Config::response_headers` (none by default), which tell the
  /// caller who answered. Nothing is written for a caller that `Config::incoming` did not trust.
  /// Set your own `server-timing` afterwards by appending: the sink's `set` replaces.
  template <HeaderSink Sink>
  void inject_response(Sink&& sink) const {
    auto set = [&sink](std::string_view name, std::string_view value) { sink.set(name, value); };
    write_response_headers(host::PairVisitor(set));
  }

  /// Baggage belongs to the local trace: what one of its spans sets, all of them carry on from
  /// then, and it is gone with the trace. Specification: W3C Baggage, at most 8,192 bytes.
  ///
  /// Set a member, in the place of any other of that key. `key` is an HTTP token; `value` is any
  /// text and is percent-encoded; `properties` is added as it is (`ttl=30;private`). What is
  /// invalid, or does not fit, changes nothing and is counted (`BaggageInvalid`,
  /// `BaggageTruncated`).
  Span& set_baggage(std::string_view key, std::string_view value, std::string_view properties = {});
  Span& remove_baggage(std::string_view key);
  /// Write the decoded value of `key` to `out`, as many whole characters as fit, and return the
  /// length it needs; 0 when there is none.
  [[nodiscard]] std::size_t baggage(std::string_view key, std::span<char> out) const;
  /// All of it, as it travels; valid until the next change.
  [[nodiscard]] std::string_view baggage_header() const;

 private:
  friend class Telemetry;

  enum class State : std::uint8_t {
    Inert,           // default-constructed or moved from
    Recording,       // has a record
    Ended,           // has ended; its trace may be gone
    Unsampled,       // has no record; holds its local trace for trace state and baggage
    EndedUnsampled,  // the same, without holding it: its trace may be gone
    Lost,            // meant to be recorded, but no memory or a cap: only the ids are here
  };
  static constexpr std::uint16_t kNoPage = 0xFFFF;

  Span& aggregate(const Instrument& instrument, std::uint64_t bits, Attributes attributes);
  void write_headers(const host::PairVisitor& set, std::string_view host) const;
  void write_response_headers(const host::PairVisitor& set) const;
  [[nodiscard]] SpanContext identity() const;
  [[nodiscard]] record::LocalTrace* local_trace() const;
  [[nodiscard]] record::SpanRecord* recording() const;
  [[nodiscard]] Span recorded_child(std::string_view name, const ChildOptions& options,
                                    Attributes attributes) const;
  [[nodiscard]] Span unrecorded_child() const;
  [[nodiscard]] Span orphan() const;
  Span(const Span& parent, SpanId id, State state);
  void end_open(std::uint64_t unix_nano);
  void hold(const record::LocalTrace& trace, record::SpanRecord& span);
  void hold_unsampled(record::LocalTrace* trace);
  void lose();

  record::Recorder* recorder_ = nullptr;
  std::uint32_t record_ = 0;      // where the record is in the pages, if any
  std::uint16_t page_ = kNoPage;  // the first of the local trace
  std::uint16_t generation_ = 0;  // of that page: another one's is gone
  std::uint8_t trace_flags_ = 0;
  State state_ = State::Inert;
  TraceId trace_id_;
  SpanId span_id_;
};

static_assert(sizeof(Span) <= 32 + 2 * sizeof(void*));

}  // namespace afterglow
