// What the SDK says of itself: exact lines, and only when a count reaches a power of two.

#include "base/diagnostics.h"

#include <doctest/doctest.h>
#include <fake_host.h>

#include <string>
#include <vector>

#include "base/line.h"

namespace {

using afterglow::Diagnostic;
using afterglow::DiagnosticHandler;
using afterglow::base::Diagnostics;
using afterglow::base::Line;

struct Told {
  Diagnostic kind;
  std::string line;
};

DiagnosticHandler into(std::vector<Told>& told) {
  return {.handle =
              [](void* context, Diagnostic kind, std::string_view line) {
                static_cast<std::vector<Told>*>(context)->push_back({kind, std::string(line)});
              },
          .context = &told};
}

TEST_CASE("nothing noticed, nothing told") {
  std::vector<Told> told;
  Diagnostics diagnostics;
  diagnostics.tell(into(told));
  CHECK(told.empty());
}

TEST_CASE("a line says what, why and how often") {
  std::vector<Told> told;
  Diagnostics diagnostics;
  diagnostics.notice(Diagnostic::ExportRefused, 503);
  diagnostics.tell(into(told));
  diagnostics.notice(Diagnostic::ExportRefused, -7);
  diagnostics.tell(into(told));
  diagnostics.notice(Diagnostic::TraceparentInvalid);
  diagnostics.tell(into(told));
  REQUIRE(told.size() == 3);
  CHECK(told[0].kind == Diagnostic::ExportRefused);
  CHECK(told[0].line == "afterglow: the collector refused a request (HTTP status 503)");
  CHECK(told[1].line ==
        "afterglow: the collector refused a request (HTTP status -7), 2 times so far");
  CHECK(told[2].kind == Diagnostic::TraceparentInvalid);
  CHECK(told[2].line == "afterglow: an invalid traceparent was ignored");
}

TEST_CASE("every kind has its line, told in the order of the enumeration") {
  std::vector<Told> told;
  Diagnostics diagnostics;
  for (std::size_t i = afterglow::kDiagnosticCount; i-- != 0;) {
    diagnostics.notice(static_cast<Diagnostic>(i), 4);
  }
  diagnostics.tell(into(told));
  REQUIRE(told.size() == afterglow::kDiagnosticCount);
  const char* const expected[] = {
      "afterglow: the lent buffer is too small: telemetry is disabled (bytes 4)",
      "afterglow: a second Telemetry in this module gets no host hooks: call flush() on it",
      "afterglow: the environment could not be read (host status 4)",
      "afterglow: an OTEL_* value was ignored for its default",
      "afterglow: the host gave no random bytes: ids come from the clocks (host status 4)",
      "afterglow: an invalid traceparent was ignored",
      "afterglow: several traceparent lines: none was trusted (lines 4)",
      "afterglow: an invalid tracestate was discarded",
      "afterglow: members of a tracestate were dropped for its size",
      "afterglow: an invalid B3 header was ignored",
      "afterglow: invalid members of a baggage header were ignored (members 4)",
      "afterglow: members of a baggage header were dropped for size or memory (members 4)",
      "afterglow: a new name or status message did not fit",
      ("afterglow: resource attributes were left out: the buffer's resource region is full "
       "(attributes 4)"),
      "afterglow: a request could not be sent (host status 4)",
      "afterglow: the collector refused a request (HTTP status 4)",
      "afterglow: the collector rejected items of a request (items 4)",
      ("afterglow: instruments of one name differ in kind, number type or unit: each is "
       "exported"),
      "afterglow: there is not enough memory for what is measured",
  };
  static_assert(std::size(expected) == afterglow::kDiagnosticCount);
  for (std::size_t i = 0; i < afterglow::kDiagnosticCount; ++i) {
    CHECK(told[i].kind == static_cast<Diagnostic>(i));
    CHECK(told[i].line == expected[i]);
  }
}

TEST_CASE("a lasting fault is told at powers of two only") {
  std::vector<Told> told;
  Diagnostics diagnostics;
  for (int i = 1; i <= 1000; ++i) {
    diagnostics.notice(Diagnostic::SendFailed, 9);
    diagnostics.tell(into(told));
  }
  REQUIRE(told.size() == 10);  // 1, 2, 4, … 512
  for (std::size_t i = 0, count = 1; i < told.size(); ++i, count *= 2) {
    const std::string times = count == 1 ? "" : ", " + std::to_string(count) + " times so far";
    CHECK(told[i].line == "afterglow: a request could not be sent (host status 9)" + times);
  }
  CHECK(diagnostics.count(Diagnostic::SendFailed) == 1000);
  CHECK(diagnostics.count(Diagnostic::ExportRefused) == 0);
}

TEST_CASE("many cases between two flushes are one line with the count") {
  std::vector<Told> told;
  Diagnostics diagnostics;
  for (int i = 0; i < 5; ++i) {
    diagnostics.notice(Diagnostic::PartialSuccess, i);
  }
  diagnostics.tell(into(told));
  diagnostics.tell(into(told));
  REQUIRE(told.size() == 1);
  CHECK(told[0].line ==
        "afterglow: the collector rejected items of a request (items 4), 5 times so far");
}

TEST_CASE("without a handler the line goes to the host's log") {
  afterglow::host::FakeHost& host = afterglow::host::fake_host();
  host.reset();
  Diagnostics diagnostics;
  diagnostics.notice(Diagnostic::TracestateDiscarded);
  CHECK(host.calls().empty());  // noticing makes no host call
  diagnostics.tell({});
  CHECK(host.calls() == "l");
  REQUIRE(host.line_count() == 1);
  CHECK(host.line(0) == "afterglow: an invalid tracestate was discarded");
}

TEST_CASE("a line writes any number and cuts what does not fit") {
  CHECK(Line().add(std::int64_t{0}).text() == "0");
  CHECK(Line().add(INT64_MAX).text() == "9223372036854775807");
  CHECK(Line().add(INT64_MIN).text() == "-9223372036854775808");
  Line line;
  const std::string long_text(10'000, 'x');
  line.add("ab").add(long_text);
  CHECK(line.text().starts_with("abxxx"));
  CHECK(line.text().size() < long_text.size());
  const std::string full(line.text());
  CHECK(line.add("more").add(std::int64_t{1}).text() == full);
}

}  // namespace
