// Filters of log records: severity, also by scope, and the trace.

#include "sample/log_filter.h"

#include <doctest/doctest.h>

#include <cstdint>

namespace afterglow::test {
namespace {

using sample::passes_severity;
using sample::passes_trace;

constexpr Scope kLoud{.name = "loud"};
constexpr Scope kQuiet{.name = "quiet"};
constexpr std::uint64_t kLargest = 0xFF'FFFF'FFFF'FFFF;

Severity severity_of(unsigned number) {
  return static_cast<Severity>(number);
}

}  // namespace

TEST_CASE("every severity against every minimum; none given passes") {
  for (unsigned minimum = 0; minimum <= 24; ++minimum) {
    const LogConfig config{.minimum_severity = severity_of(minimum)};
    CHECK(passes_severity(config, Severity::Unspecified, &kDefaultScope));
    for (unsigned severity = 1; severity <= 24; ++severity) {
      CHECK(passes_severity(config, severity_of(severity), &kDefaultScope) ==
            (severity >= minimum));
    }
  }
}

TEST_CASE("a scope's own minimum replaces the general one, up or down") {
  static constexpr ScopeSeverity kScopes[] = {{&kLoud, Severity::Error},
                                              {&kQuiet, Severity::Debug}};
  const LogConfig config{.minimum_severity = Severity::Info, .scopes = kScopes};
  CHECK_FALSE(passes_severity(config, Severity::Warn4, &kLoud));
  CHECK(passes_severity(config, Severity::Error, &kLoud));
  CHECK(passes_severity(config, Severity::Debug, &kQuiet));
  CHECK_FALSE(passes_severity(config, Severity::Trace4, &kQuiet));
  CHECK_FALSE(passes_severity(config, Severity::Debug4, &kDefaultScope));
  CHECK(passes_severity(config, Severity::Info, &kDefaultScope));
}

TEST_CASE("the ratio takes traces, warnings and errors stay, so does what has no severity") {
  const std::uint64_t half = threshold_of(0.5);
  const LogConfig config{.threshold = half};
  CHECK_FALSE(passes_trace(config, Severity::Info4, {half - 1, true}));
  CHECK(passes_trace(config, Severity::Info4, {half, true}));
  CHECK(passes_trace(config, Severity::Trace, {kLargest, true}));
  CHECK_FALSE(passes_trace(config, Severity::Trace, {0, true}));
  CHECK(passes_trace(config, Severity::Warn, {0, true}));
  CHECK(passes_trace(config, Severity::Fatal4, {0, true}));
  CHECK(passes_trace(config, Severity::Unspecified, {0, true}));
  CHECK(passes_trace({}, Severity::Trace, {0, false}));
}

TEST_CASE("trace_based is off by default and takes every severity when it is on") {
  const LogConfig config{.trace_based = true};
  CHECK_FALSE(LogConfig().trace_based);
  CHECK(passes_trace(config, Severity::Trace, {0, true}));
  CHECK_FALSE(passes_trace(config, Severity::Fatal, {kLargest, false}));
  CHECK_FALSE(passes_trace(config, Severity::Unspecified, {kLargest, false}));
}

}  // namespace afterglow::test
