#pragma once

// The small words of traces: kinds, status codes, links, scopes. OpenTelemetry's numbers.

#include <afterglow/attribute.h>
#include <afterglow/context.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow {

/// What a span stands for. The numbers are OTLP's.
enum class SpanKind : std::uint8_t {
  Internal = 1,
  Server = 2,
  Client = 3,
  Producer = 4,
  Consumer = 5
};

/// How a span ended. The numbers are OTLP's; the order of strength is Unset < Error < Ok: once Ok,
/// later calls change nothing.
enum class StatusCode : std::uint8_t { Unset = 0, Ok = 1, Error = 2 };

/// A causal relation to a span that is not the parent, given when a span starts. The context's
/// trace state and the attributes are copied.
struct Link {
  SpanContext context;
  std::span<const Attribute> attributes = {};
};

/// The instrumentation that made a span: a `constexpr` value of the library that records, referred
/// to by address and never copied, so it lives as long as the program.
struct Scope {
  std::string_view name;
  std::string_view version = {};
  std::string_view schema_url = {};
  std::span<const Attribute> attributes = {};
};

/// What spans say that name no scope.
inline constexpr Scope kDefaultScope{};

}  // namespace afterglow
