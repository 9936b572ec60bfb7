#pragma once

// A span: one operation of a request, from its start to its end.
//
//   Span client = server.start_child("GET", {.kind = SpanKind::Client});
//   client.inject(headers_out);
//   client.set_attribute(sc::error::kType, "timeout").set_status(StatusCode::Error, "no answer");
//   client.end();                       // or leave the scope
//
// `Span` is a handle of 40 bytes; the record is in the lent memory. It can be moved, not copied,
// and ends what it holds when it is destroyed or assigned to. Parents are explicit: there is no
// ambient current span, which would be wrong as soon as two subrequests overlap. Recording cannot
// fail: what does not fit is dropped whole and counted. Specification: trace API, "Span".

#include <afterglow/attribute.h>
#include <afterglow/carrier.h>
#include <afterglow/context.h>
#include <afterglow/hooks.h>
#include <afterglow/trace_types.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow {

class Telemetry;

/// How a child span starts. `links` is copied; `scope` is kept by address.
struct ChildOptions {
  SpanKind kind = SpanKind::Internal;
  std::span<const Link> links = {};
  std::uint64_t start_unix_nano = 0;  ///< 0 is now.
  const Scope* scope = nullptr;       ///< Null is the parent's.
};

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
  constexpr ~Span() {
    if (recorder_ != nullptr) {
      end();
    }
  }

  /// Start a span below this one, in the same local trace, with the same sampling decision. Below
  /// a span that has ended nothing is recorded, and the drop is counted.
  [[nodiscard]] Span start_child(std::string_view name, const ChildOptions& options = {},
                                 Attributes attributes = {});

  /// Set an attribute. The last value of a key wins. `value` is copied.
  Span& set_attribute(Key key, const Value& value);
  Span& set_attributes(Attributes attributes);

  /// Add an event, now or at `unix_nano`. Events keep their order.
  Span& add_event(std::string_view name, Attributes attributes = {}, std::uint64_t unix_nano = 0);

  /// Add the conventions' `exception` event with `exception.type` and `exception.message`;
  /// `attributes` win over both. Leaves the status alone.
  Span& record_error(std::string_view type, std::string_view message, Attributes attributes = {});

  /// Set the status. Unset < Error < Ok: a weaker code changes nothing. `message` is kept with
  /// Error only.
  Span& set_status(StatusCode code, std::string_view message = {});

  Span& update_name(std::string_view name);

  /// End the span, now or at `unix_nano`, but never before its start. Ending twice is harmless.
  void end(std::uint64_t unix_nano = 0);

  /// True from the start of a recorded span to its end.
  [[nodiscard]] bool is_recording() const;

  /// Who this span is; ids stay valid after the end, `trace_state` while the trace has memory.
  [[nodiscard]] SpanContext context() const;

  /// Write `traceparent`, and `tracestate` when there is one, for an outgoing request. Works
  /// whatever became of the record; an inert span writes nothing.
  template <HeaderSink Sink>
  void inject(Sink&& sink) const {
    char traceparent[55];
    if (!write_traceparent(traceparent)) {
      return;
    }
    sink.set(std::string_view("traceparent"), std::string_view(traceparent, sizeof traceparent));
    if (const std::string_view state = context().trace_state; !state.empty()) {
      sink.set(std::string_view("tracestate"), state);
    }
  }

 private:
  friend class Telemetry;

  enum class State : std::uint8_t {
    Inert,           // default-constructed or moved from
    Recording,       // slot_ is the record
    Ended,           // slot_ is the record, which may be gone
    Unsampled,       // slot_ is the local trace, kept for its ids and trace state
    EndedUnsampled,  // slot_ is the local trace, which may be gone
    Lost,            // meant to be recorded, but no memory or a cap: only the ids are here
  };
  static constexpr std::uint32_t kNoSlot = 0xFFFF'FFFF;

  bool write_traceparent(std::span<char, 55> out) const;
  [[nodiscard]] record::LocalTrace* local_trace() const;
  [[nodiscard]] record::SpanRecord* recording() const;
  [[nodiscard]] Span identity_of_child(std::uint64_t& id_state) const;
  [[nodiscard]] Span unsampled_child() const;
  [[nodiscard]] Span child_without_record() const;
  void hold(record::SpanRecord* span);
  void hold_unsampled(record::LocalTrace* trace);

  record::Recorder* recorder_ = nullptr;  // null when there is nothing to end
  std::uint32_t slot_ = kNoSlot;
  std::uint16_t generation_ = 0;
  std::uint8_t trace_flags_ = 0;
  State state_ = State::Inert;
  TraceId trace_id_;
  SpanId span_id_;
};

static_assert(sizeof(Span) <= 40);

}  // namespace afterglow
