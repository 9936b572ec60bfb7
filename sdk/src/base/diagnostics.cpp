#include "base/diagnostics.h"

#include <afterglow/host.h>

#include <bit>

#include "base/line.h"

namespace afterglow::base {
namespace {

constexpr std::uint32_t kWarnSeverity = 13;

// In the order of the enumeration. A number sign stands for the detail.
constexpr const char* kTexts[kDiagnosticCount] = {
    "the lent buffer is too small: telemetry is disabled (bytes #)",
    "a second Telemetry in this module gets no host hooks: call flush() on it",
    "the environment could not be read (host status #)",
    "an OTEL_* value was ignored for its default",
    "the host gave no random bytes: ids come from the clocks (host status #)",
    "an invalid traceparent was ignored",
    "several traceparent lines: none was trusted (lines #)",
    "an invalid tracestate was discarded",
    "members of a tracestate were dropped for its size",
    "an invalid B3 header was ignored",
    "invalid members of a baggage header were ignored (members #)",
    "members of a baggage header were dropped for size or memory (members #)",
    "a new name or status message did not fit",
    "resource attributes were left out: the buffer's resource region is full (attributes #)",
    "a request could not be sent (host status #)",
    "the collector refused a request (HTTP status #)",
    "the collector rejected items of a request (items #)",
    "instruments of one name differ in kind, number type or unit: each is exported",
    "there is not enough memory for what is measured",
};

}  // namespace

void tell_line(const DiagnosticHandler& handler, Diagnostic kind, std::string_view line) {
  if (handler.handle != nullptr) {
    handler.handle(handler.context, kind, line);
    return;
  }
  (void)host::log_line("afterglow", kWarnSeverity, line);
}

void Diagnostics::tell(const DiagnosticHandler& handler) {
  for (std::size_t i = 0; i < kDiagnosticCount; ++i) {
    Entry& entry = entries_[i];
    if (std::bit_width(entry.count) == std::bit_width(entry.told)) {
      continue;
    }
    entry.told = entry.count;
    Line line;
    line.add("afterglow: ");
    for (const char* c = kTexts[i]; *c != '\0'; ++c) {
      if (*c == '#') {
        line.add(std::int64_t{entry.detail});
      } else {
        line.add(*c);
      }
    }
    if (entry.count > 1) {
      line.add(", ").add(std::int64_t{entry.count}).add(" times so far");
    }
    tell_line(handler, static_cast<Diagnostic>(i), line.text());
  }
}

}  // namespace afterglow::base
