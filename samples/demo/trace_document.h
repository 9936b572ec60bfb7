#pragma once

// OTLP/JSON traces, read into plain values for drawing. Whatever arrives is checked against the
// rules of the wire format, so that a mistake in the sender is told instead of drawn.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

struct SpanEvent {
  std::string name;
  std::uint64_t unix_nano = 0;
};

struct TextAttribute {
  std::string key;
  std::string value;
};

struct TraceSpan {
  std::string service;
  std::string trace_id;        ///< 32 lower-case hex digits.
  std::string span_id;         ///< 16 lower-case hex digits.
  std::string parent_span_id;  ///< The same, or empty.
  std::string name;
  int kind = 0;  ///< OTLP's number.
  std::uint64_t start_unix_nano = 0;
  std::uint64_t end_unix_nano = 0;
  int status = 0;  ///< OTLP's number; 2 is an error.
  std::string status_message;
  std::vector<TextAttribute> attributes;  ///< Those with a string value only.
  std::vector<SpanEvent> events;
};

/// The spans of an ExportTraceServiceRequest, in document order. On bad input nothing, and `error`
/// says what is wrong.
std::optional<std::vector<TraceSpan>> parse_traces(std::string_view json, std::string& error);

}  // namespace demo
