// Every row of tests/vectors through the whole SDK: the headers of a request are extracted, a child
// of the local root injects its own, and what went wrong is counted.

#include <doctest/doctest.h>

#include <cctype>
#include <string>
#include <utility>

#include "fixture.h"
#include "headers.h"
#include "vectors/vector_file.h"

namespace afterglow::test {
namespace {

constexpr std::pair<Diagnostic, std::string_view> kCounted[] = {
    {Diagnostic::TraceparentInvalid, "TraceparentInvalid"},
    {Diagnostic::TraceparentDuplicated, "TraceparentDuplicated"},
    {Diagnostic::TracestateDiscarded, "TracestateDiscarded"},
    {Diagnostic::TracestateTruncated, "TracestateTruncated"},
    {Diagnostic::B3Invalid, "B3Invalid"},
    {Diagnostic::BaggageInvalid, "BaggageInvalid"},
    {Diagnostic::BaggageTruncated, "BaggageTruncated"},
    {Diagnostic::ConfigurationInvalid, "ConfigurationInvalid"},
};

// Header names match whatever their case.
HeaderLines lines_of(const vectors::VectorRow& row) {
  HeaderLines headers;
  for (const vectors::HeaderLine& line : row.in) {
    std::string name = line.name;
    for (char& c : name) {
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    headers.lines.emplace_back(name, line.value);
  }
  return headers;
}

// The parts of what was written that rows speak of, "(none)" for what is absent.
std::string field(const WrittenHeaders& headers, std::string_view name) {
  const std::string traceparent = headers.at("traceparent");
  const std::string b3 = headers.at("b3");
  if (name == "trace_id") {
    return traceparent != "(none)" ? traceparent.substr(3, 32)
           : b3 != "(none)"        ? b3.substr(0, 32)
                                   : headers.at("x-b3-traceid");
  }
  if (name == "flags") {
    return traceparent == "(none)" ? traceparent : traceparent.substr(53);
  }
  if (name == "b3") {
    return b3 == "(none)" ? b3 : b3.substr(50);
  }
  if (name == "x_b3_sampled") {
    return headers.at("x-b3-sampled");
  }
  return headers.at(name == "x_b3_flags" ? "x-b3-flags" : name);
}

void check_headers(const vectors::VectorRow& row, const WrittenHeaders& headers) {
  for (const auto& [name, expected] : row.out) {
    if (name == "parent_span_id") {
      continue;
    }
    INFO(name);
    const bool is_new = name == "trace_id" && expected == "new";
    const std::string wanted =
        is_new ? "0102030405060708090a0b0c0d0e0f10" : expected.value_or("(none)");
    CHECK(field(headers, name) == wanted);
  }
  for (const auto& line : headers.lines) {
    INFO(line.first);
    CHECK(headers.count(line.first) == 1);
    CHECK(line.first != "x-b3-parentspanid");
  }
}

void check_counts(const vectors::VectorRow& row, const Telemetry& telemetry) {
  if (!row.counts) {
    return;
  }
  for (const auto& [kind, name] : kCounted) {
    INFO(name);
    const auto found = row.counts->find(std::string(name));
    CHECK(telemetry.diagnostic_count(kind) == (found == row.counts->end() ? 0 : found->second));
  }
}

struct ParentSeen {
  SpanId id;
};

void check_parent(const vectors::VectorRow& row, const ParentSeen& seen) {
  const vectors::Expected* expected = row.expected("parent_span_id");
  if (expected == nullptr) {
    return;
  }
  char hex[16];
  seen.id.to_hex(hex);
  CHECK(std::string(hex, sizeof hex) == expected->value_or("0000000000000000"));
}

void run(const vectors::VectorRow& row) {
  INFO(row.id << " (" << row.rule << "): " << row.why);
  ParentSeen seen;
  const SpanHook hooks[] = {{.on_start =
                                 [](void* context, const SpanView& span) {
                                   static_cast<ParentSeen*>(context)->id = span.parent_span_id();
                                 },
                             .context = &seen}};
  const host::Pair environment[] = {{"OTEL_PROPAGATORS", row.propagators}};
  FreshInstance<> fresh({.span_hooks = hooks});
  fresh.host.environment = environment;
  Span root = fresh.telemetry.start_span("r", {.parent = fresh.telemetry.extract(lines_of(row))});
  if (root.is_recording()) {
    check_parent(row, seen);
  }
  const Span child = root.start_child("c", {.kind = SpanKind::Client});
  WrittenHeaders headers;
  child.inject(headers);
  check_headers(row, headers);
  check_counts(row, fresh.telemetry);
}

void run_all(std::string_view name, std::size_t at_least) {
  const auto rows = vectors::load_vectors(name);
  REQUIRE(rows.size() >= at_least);
  for (const vectors::VectorRow& row : rows) {
    run(row);
  }
}

}  // namespace

TEST_CASE("vectors: traceparent") {
  run_all("traceparent", 90);
}

TEST_CASE("vectors: tracestate") {
  run_all("tracestate", 70);
}

TEST_CASE("vectors: baggage") {
  run_all("baggage", 70);
}

TEST_CASE("vectors: b3") {
  run_all("b3", 90);
}

}  // namespace afterglow::test
