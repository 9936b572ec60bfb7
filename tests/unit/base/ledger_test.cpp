// The books of one signal balance after every move.

#include "base/ledger.h"

#include <doctest/doctest.h>

#include <cstring>
#include <random>

namespace {

using afterglow::DropReason;
using afterglow::SignalReport;
using afterglow::base::Ledger;

TEST_CASE("a ledger begins empty and balanced") {
  const Ledger ledger;
  CHECK(ledger.report().recorded == 0);
  CHECK(ledger.report().dropped() == 0);
  CHECK(ledger.report().balanced());
}

TEST_CASE("each move goes from one column to another") {
  Ledger ledger;
  for (int i = 0; i < 10; ++i) {
    ledger.opened();
  }
  CHECK(ledger.report().open == 10);
  ledger.refused(DropReason::NoMemory);
  CHECK(ledger.report().recorded == 11);
  CHECK(ledger.report().dropped(DropReason::NoMemory) == 1);
  for (int i = 0; i < 8; ++i) {
    ledger.ended();
  }
  ledger.ended_dropped(DropReason::NotSampled);
  CHECK(ledger.report().open == 1);
  CHECK(ledger.report().waiting == 8);
  ledger.exported(3);
  ledger.unknown(2);
  ledger.dropped(DropReason::Refused, 2);
  const SignalReport& report = ledger.report();
  CHECK(report.recorded == 11);
  CHECK(report.exported == 3);
  CHECK(report.unknown == 2);
  CHECK(report.open == 1);
  CHECK(report.waiting == 1);
  CHECK(report.dropped(DropReason::NotSampled) == 1);
  CHECK(report.dropped(DropReason::Refused) == 2);
  CHECK(report.dropped() == 4);
  CHECK(report.balanced());
}

TEST_CASE("any sequence of moves balances") {
  std::mt19937 random(20240501);
  Ledger ledger;
  for (int step = 0; step < 100'000; ++step) {
    const SignalReport& now = ledger.report();
    const auto reason = static_cast<DropReason>(random() % afterglow::kDropReasonCount);
    switch (random() % 7) {
      case 0:
        ledger.opened();
        break;
      case 1:
        ledger.refused(reason);
        break;
      case 2:
        now.open != 0 ? ledger.ended() : ledger.opened();
        break;
      case 3:
        now.open != 0 ? ledger.ended_dropped(reason) : ledger.opened();
        break;
      case 4:
        ledger.exported(now.waiting / 2);
        break;
      case 5:
        ledger.unknown(now.waiting / 3);
        break;
      default:
        ledger.dropped(reason, now.waiting / 4);
        break;
    }
    REQUIRE(ledger.report().balanced());
    REQUIRE(ledger.report().waiting <= ledger.report().recorded);
    REQUIRE(ledger.report().open <= ledger.report().recorded);
  }
}

TEST_CASE("a report that lost an item is not balanced") {
  SignalReport report;
  report.recorded = 2;
  report.exported = 1;
  CHECK_FALSE(report.balanced());
  report.dropped_by_reason[0] = 1;
  CHECK(report.balanced());
}

TEST_CASE("every reason has a name of its own") {
  const char* const expected[] = {"no_memory",    "trace_full", "parent_ended", "not_sampled",
                                  "tail_dropped", "too_large",  "send_failed",  "refused",
                                  "rejected",     "shutdown",   "disabled",     "no_exporter",
                                  "rate_limited", "residency"};
  static_assert(std::size(expected) == afterglow::kDropReasonCount);
  for (std::size_t i = 0; i < afterglow::kDropReasonCount; ++i) {
    CHECK(std::strcmp(afterglow::drop_reason_name(static_cast<DropReason>(i)), expected[i]) == 0);
  }
}

}  // namespace
