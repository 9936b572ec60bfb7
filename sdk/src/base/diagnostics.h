#pragma once

// What the SDK noticed about itself since the instance began. Noticing only counts; telling happens
// at a flush, after the response.

#include <afterglow/hooks.h>

#include <cstdint>

namespace afterglow::base {

class Diagnostics {
 public:
  /// `detail` is the number that explains the latest case: a host status, an HTTP status, a count.
  void notice(Diagnostic kind, std::int32_t detail = 0) {
    Entry& entry = entries_[static_cast<std::size_t>(kind)];
    ++entry.count;
    entry.detail = detail;
  }

  [[nodiscard]] std::uint32_t count(Diagnostic kind) const {
    return entries_[static_cast<std::size_t>(kind)].count;
  }

  /// Everything of this kind was told, in better words than `tell` has.
  void told(Diagnostic kind) {
    Entry& entry = entries_[static_cast<std::size_t>(kind)];
    entry.told = entry.count;
  }

  /// Tell each kind whose count has passed a power of two since it was last told.
  void tell(const DiagnosticHandler& handler);

 private:
  struct Entry {
    std::uint32_t count = 0;
    std::uint32_t told = 0;
    std::int32_t detail = 0;
  };

  Entry entries_[kDiagnosticCount];
};

/// Hand one line to the handler, or to the host's log when there is none.
void tell_line(const DiagnosticHandler& handler, Diagnostic kind, std::string_view line);

}  // namespace afterglow::base
