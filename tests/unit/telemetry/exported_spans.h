#pragma once

// Exported documents read back: spans by their members, and ids that a seed decides.

#include <afterglow/afterglow.h>
#include <fake_host.h>

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "vectors/json_tree.h"

namespace afterglow::test {

/// T of a trace state, as a receiver reads it.
inline std::optional<std::uint64_t> threshold_in(std::string_view trace_state) {
  const std::size_t ot = trace_state.find("ot=");
  const std::size_t th = ot == std::string_view::npos ? ot : trace_state.find("th:", ot);
  if (th == std::string_view::npos) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  std::size_t digits = 0;
  for (const char c : trace_state.substr(th + 3)) {
    const std::size_t digit = std::string_view("0123456789abcdef").find(c);
    if (digit == std::string_view::npos) {
      break;
    }
    value = value * 16 + digit;
    ++digits;
  }
  return value << (4 * (14 - digits));
}

/// A span, event or link of an exported document.
struct Exported {
  vectors::Json json;

  /// The text of a member, "(none)" without it.
  [[nodiscard]] std::string text(std::string_view key) const {
    const vectors::Json* found = json.find(key);
    return found == nullptr ? "(none)" : found->text;
  }
  [[nodiscard]] unsigned number(std::string_view key) const {
    const vectors::Json* found = json.find(key);
    return found == nullptr ? 0 : found->number;
  }
  [[nodiscard]] std::size_t count(std::string_view list) const {
    const vectors::Json* found = json.find(list);
    return found == nullptr ? 0 : found->items.size();
  }
  [[nodiscard]] Exported item(std::string_view list, std::size_t index) const {
    return {json.find(list)->items.at(index)};
  }
  /// The value of an attribute as text, "(none)" without it.
  [[nodiscard]] std::string attribute(std::string_view key) const {
    const vectors::Json* list = json.find("attributes");
    for (std::size_t i = 0; list != nullptr && i < list->items.size(); ++i) {
      const vectors::Json& value = *list->items[i].find("value");
      if (list->items[i].find("key")->text == key) {
        return value.items.at(0).type == vectors::Json::Type::Bool
                   ? (value.items.at(0).boolean ? "true" : "false")
                   : value.items.at(0).text;
      }
    }
    return "(none)";
  }
  [[nodiscard]] std::string name() const { return text("name"); }
  /// The rule that kept its trace.
  [[nodiscard]] std::string rule() const { return attribute("afterglow.sampling.rule"); }
  [[nodiscard]] std::string trace_state() const { return text("traceState"); }
};

/// All spans of one document.
inline void append_spans(std::string_view document, std::vector<Exported>& spans) {
  const vectors::Json root = vectors::parse_json(document);
  for (const vectors::Json& resource : root.find("resourceSpans")->items) {
    for (const vectors::Json& scope : resource.find("scopeSpans")->items) {
      for (const vectors::Json& span : scope.find("spans")->items) {
        spans.push_back({span});
      }
    }
  }
}

/// All spans that the fake host was given.
inline std::vector<Exported> spans_of(const host::FakeHost& host) {
  std::vector<Exported> spans;
  for (std::size_t i = 0; i < host.sent_count(); ++i) {
    append_spans(host.sent(i).body, spans);
  }
  return spans;
}

/// The names of spans, in order, with blanks between them.
inline std::string names_of(const std::vector<Exported>& spans) {
  std::string names;
  for (const Exported& span : spans) {
    names += (names.empty() ? "" : " ") + span.name();
  }
  return names;
}

/// Ids of a seeded generator. `next_randomness` is R of the next trace.
class SeededIds {
 public:
  explicit SeededIds(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] IdGenerator generator() {
    return {.trace_id = [](void* self) { return static_cast<SeededIds*>(self)->trace_id(); },
            .span_id = [](void* self) { return static_cast<SeededIds*>(self)->span_id(); },
            .context = this,
            .random = true};
  }

  std::optional<std::uint64_t> next_randomness = {};

 private:
  template <class Id>
  Id id(std::uint64_t low) {
    Id made{};
    for (std::size_t i = 0; i < made.bytes.size(); ++i) {
      made.bytes[made.bytes.size() - 1 - i] =
          static_cast<std::uint8_t>(i < 8 ? low >> (8 * i) : random_());
    }
    return made;
  }
  TraceId trace_id() {
    const std::uint64_t low = next_randomness.value_or(random_());
    next_randomness.reset();
    return id<TraceId>(low | (std::uint64_t{1} << 63U));
  }
  SpanId span_id() { return id<SpanId>(random_() | 1U); }

  std::mt19937_64 random_;
};

}  // namespace afterglow::test
