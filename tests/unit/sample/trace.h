#pragma once

// A trace that starts, as samplers are told of it.

#include <afterglow/sampler.h>

#include <cstdint>
#include <optional>

namespace sampling {

inline constexpr std::uint64_t kWhole = std::uint64_t{1} << 56U;

inline afterglow::TraceId id_with_randomness(std::uint64_t low, std::uint8_t high = 0xFF) {
  afterglow::TraceId id;
  id.bytes.fill(high);
  for (std::size_t i = 0; i < 7; ++i) {
    id.bytes[15 - i] = static_cast<std::uint8_t>(low >> (8 * i));
  }
  return id;
}

/// What a parent told, if there is one.
struct Parent {
  bool sampled = true;
  std::optional<std::uint64_t> threshold = {};
  bool is_remote = true;
};

/// A trace of randomness R; owns what the summary refers to.
struct Trace {
  explicit Trace(std::uint64_t r) : id(id_with_randomness(r)) {}
  Trace(std::uint64_t r, Parent parent) : Trace(r) {
    const std::uint8_t flags = parent.sampled ? afterglow::kSampledFlag : std::uint8_t{0};
    context = {id, {{1}}, flags, parent.is_remote, {}};
    threshold = parent.threshold;
    has_parent = true;
  }

  [[nodiscard]] afterglow::TraceSummary summary() const {
    return {.trace_id = id,
            .parent = has_parent ? &context : nullptr,
            .name = name,
            .kind = kind,
            .attributes = attributes,
            .links = {},
            .parent_threshold = threshold};
  }

  [[nodiscard]] afterglow::SamplingResult ask(const afterglow::Sampler& sampler) const {
    return sampler.ask(summary());
  }

  afterglow::TraceId id;
  afterglow::SpanContext context = {};
  bool has_parent = false;
  std::optional<std::uint64_t> threshold = {};
  std::string_view name = "name";
  afterglow::SpanKind kind = afterglow::SpanKind::Server;
  std::span<const afterglow::Attribute> attributes = {};
};

}  // namespace sampling
