// Estimates from exported spans: the sum of adjusted counts over the roots with `th` is the number
// of requests, whatever tail rules kept beside them.

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "exported_spans.h"
#include "fixture.h"

namespace afterglow::test {
namespace {

constexpr TailRule kErrors[] = {keep_errors("errors")};

struct Totals {
  double estimate = 0;         // of all requests
  double error_estimate = 0;   // of those that failed
  std::uint64_t requests = 0;  // the truth
  std::uint64_t errors = 0;
  std::uint64_t roots = 0;        // exported
  std::uint64_t error_roots = 0;  // exported, with an error
  std::uint64_t without_th = 0;   // exported, in no estimate
  std::uint64_t named = 0;        // kept by a rule alone
  std::uint64_t named_with_th = 0;
};

constexpr unsigned kErrorCode = 2;

void add(Totals& totals, const Exported& span) {
  if (span.text("parentSpanId") != "(none)") {
    return;
  }
  const vectors::Json* status = span.json.find("status");
  const bool is_error = status != nullptr && status->find("code")->number == kErrorCode;
  const auto threshold = threshold_in(span.trace_state());
  const bool is_named = span.rule() != "(none)";
  ++totals.roots;
  totals.error_roots += is_error ? 1U : 0U;
  totals.named += is_named ? 1U : 0U;
  totals.named_with_th += is_named && threshold ? 1U : 0U;
  if (!threshold) {
    ++totals.without_th;
    return;
  }
  totals.estimate += adjusted_count(*threshold);
  totals.error_estimate += is_error ? adjusted_count(*threshold) : 0;
}

// Requests of which one in sixteen fails, below no parent.
Totals serve(std::uint64_t count, Sampler sampler, Tail tail, std::uint64_t seed) {
  SeededIds ids(seed);
  std::mt19937_64 random(seed + 1);
  FreshInstance<> fresh({.sampler = sampler, .tail = tail, .id_generator = ids.generator()});
  Totals totals;
  totals.requests = count;
  for (std::uint64_t i = 0; i < count; ++i) {
    Span root = fresh.telemetry.start_span("root", {.kind = SpanKind::Server});
    const bool fails = random() % 16 == 0;
    totals.errors += fails ? 1U : 0U;
    root.start_child("child").end();
    root.set_status(fails ? StatusCode::Error : StatusCode::Unset);
    root.end();
    if (fresh.telemetry.free_pages() < 4 || i + 1 == count) {
      fresh.telemetry.flush();
    }
  }
  for (const Exported& span : spans_of(fresh.host)) {
    add(totals, span);
  }
  CHECK(fresh.telemetry.report().traces.balanced());
  CHECK(fresh.telemetry.report().traces.dropped(DropReason::NoMemory) == 0);
  CHECK(fresh.telemetry.report().traces.waiting == 0);
  return totals;
}

// Three standard errors of an estimate of `count` items that were each kept with `share`.
double margin(std::uint64_t count, double share) {
  return 3 * std::sqrt(static_cast<double>(count) * (1 - share) / share);
}

void check_estimates(const Totals& totals, double share) {
  CHECK(std::abs(totals.estimate - static_cast<double>(totals.requests)) <=
        margin(totals.requests, share));
  CHECK(std::abs(totals.error_estimate - static_cast<double>(totals.errors)) <=
        margin(totals.errors, share));
}

constexpr std::uint64_t kRequests = 8000;

}  // namespace

TEST_CASE("adjusted counts: without tail rules") {
  static constexpr Probability kSampler{0.125};
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    const Totals totals = serve(kRequests, kSampler, {}, seed);
    check_estimates(totals, 0.125);
    CHECK(totals.without_th == 0);
    CHECK(totals.error_roots < totals.errors);
  }
}

TEST_CASE("adjusted counts: every error kept, and the estimates are the same to the last digit") {
  static constexpr Probability kShare{0.125};
  static constexpr AlwaysRecord kSampler{kShare};
  static constexpr TailPolicy kTail{.rules = kErrors};
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    const Totals plain = serve(kRequests, kShare, {}, seed);
    const Totals totals = serve(kRequests, kSampler, kTail, seed);
    CHECK(totals.estimate == plain.estimate);
    CHECK(totals.error_estimate == plain.error_estimate);
    CHECK(totals.error_roots == totals.errors);
    CHECK(totals.without_th == totals.errors - plain.error_roots);
    CHECK(totals.named == totals.without_th);
    CHECK(totals.named_with_th == 0);
  }
}

TEST_CASE("adjusted counts: chance at the start and again at the end") {
  static constexpr Probability kSampler{0.5};
  static constexpr TailPolicy kTail{.rules = kErrors, .threshold = threshold_of(0.125)};
  static constexpr Probability kBoth{0.125};
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    const Totals at_once = serve(kRequests, kBoth, {}, seed);
    const Totals totals = serve(kRequests, kSampler, kTail, seed);
    check_estimates(totals, 0.125);
    CHECK(totals.estimate == at_once.estimate);
    CHECK(totals.named == totals.without_th);
    CHECK(totals.named > 0);
  }
}

TEST_CASE("adjusted counts: everything recorded counts exactly") {
  static constexpr Probability kSampler{1};
  static constexpr TailPolicy kTail{.rules = kErrors};
  const Totals totals = serve(2000, kSampler, kTail, 7);
  CHECK(totals.estimate == 2000.0);
  CHECK(totals.error_estimate == static_cast<double>(totals.errors));
  CHECK(totals.named == 0);
}

TEST_CASE("adjusted counts: where outcomes are dropped nothing pretends to count") {
  static constexpr Probability kSampler{1};
  static constexpr TailRule kRules[] = {drop_instead(keep_errors("errors"))};
  static constexpr TailPolicy kTail{.rules = kRules};
  const Totals totals = serve(2000, kSampler, kTail, 7);
  CHECK(totals.roots == 2000 - totals.errors);
  CHECK(totals.without_th == totals.roots);
  CHECK(totals.estimate == 0.0);
}

}  // namespace afterglow::test
