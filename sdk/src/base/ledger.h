#pragma once

// The books of one signal: every item that was recorded is in exactly one column, at any moment.
// Each method is one move between columns, so the books cannot get out of balance.

#include <afterglow/flush_report.h>

#include <cstdint>

namespace afterglow::base {

class Ledger {
 public:
  /// Recorded and complete at once.
  void added() {
    ++report_.recorded;
    ++report_.waiting;
  }
  void opened() {
    ++report_.recorded;
    ++report_.open;
  }
  void refused(DropReason reason) {
    ++report_.recorded;
    ++report_.dropped_by_reason[static_cast<std::size_t>(reason)];
  }
  void ended() {
    --report_.open;
    ++report_.waiting;
  }
  void ended_dropped(DropReason reason) {
    --report_.open;
    ++report_.dropped_by_reason[static_cast<std::size_t>(reason)];
  }
  void dropped(DropReason reason, std::uint64_t items) {
    report_.waiting -= items;
    report_.dropped_by_reason[static_cast<std::size_t>(reason)] += items;
  }
  void exported(std::uint64_t items) {
    report_.waiting -= items;
    report_.exported += items;
  }
  /// Not recorded after all: what it stood for is in items to come.
  void withdrawn(std::uint64_t items) {
    report_.recorded -= items;
    report_.waiting -= items;
  }
  void unknown(std::uint64_t items) {
    report_.waiting -= items;
    report_.unknown += items;
  }

  [[nodiscard]] const SignalReport& report() const { return report_; }

 private:
  SignalReport report_;
};

}  // namespace afterglow::base
