// The books as they stand: what a program can ask an instance at any time.

#include <afterglow/telemetry.h>

#include "base/line.h"
#include "telemetry_instance.h"

namespace afterglow {

// A disabled SDK says so once, and why.
FlushReport Telemetry::report_disabled() {
  if (!disabled_told_ && memory_layout(size_).usable == false) {
    base::Line line;
    line.add("afterglow: the lent buffer of ").add(static_cast<std::int64_t>(size_));
    line.add(" bytes is below ").add(static_cast<std::int64_t>(kMinimumBufferBytes));
    line.add(": telemetry is disabled");
    base::tell_line(config_.diagnostics, Diagnostic::BufferTooSmall, line.text());
  }
  disabled_told_ = true;
  return report();
}

FlushReport Telemetry::report() const {
  FlushReport result;
  const bool is_off = disabled_ || (instance_ != nullptr && instance_->settings.sdk_disabled);
  if (instance_ != nullptr && !is_off) {
    result.traces = instance_->recorder.spans.report();
    result.logs = instance_->recorder.logs.report();
    result.redactions = instance_->recorder.redactor.counts();
  } else if (is_off) {
    result.status = FlushStatus::Disabled;
    result.traces.recorded = disabled_spans_;
    result.traces.dropped_by_reason[static_cast<std::size_t>(DropReason::Disabled)] =
        disabled_spans_;
    if (instance_ != nullptr) {
      result.logs = instance_->recorder.logs.report();
    }
  }
  if (instance_ != nullptr) {
    report_measurements(result);
  }
  result.measurements.recorded += disabled_measurements_;
  result.measurements.rejected_by_reason[static_cast<std::size_t>(RejectReason::Disabled)] +=
      disabled_measurements_;
  result.logs.recorded += disabled_logs_;
  result.logs.dropped_by_reason[static_cast<std::size_t>(DropReason::Disabled)] += disabled_logs_;
  return result;
}

void Telemetry::report_measurements(FlushReport& result) const {
  const auto reject = [&result](RejectReason reason, std::uint64_t count) {
    result.measurements.recorded += count;
    result.measurements.rejected_by_reason[static_cast<std::size_t>(reason)] += count;
  };
  if (instance_->metric_work != nullptr) {
    instance_->metric_work->report(*this, result);
  }
  reject(RejectReason::NoMemory, instance_->measured_without_memory);
  reject(RejectReason::Shutdown, instance_->measured_after_shutdown);
}

std::uint32_t Telemetry::diagnostic_count(Diagnostic kind) const {
  if (instance_ != nullptr) {
    return instance_->recorder.diagnostics.count(kind);
  }
  return disabled_ && kind == Diagnostic::BufferTooSmall && !memory_layout(size_).usable ? 1 : 0;
}

std::size_t Telemetry::page_count() const {
  return instance_ == nullptr ? 0 : instance_->recorder.pages.page_count();
}

std::size_t Telemetry::free_pages() const {
  return instance_ == nullptr ? 0 : instance_->recorder.pages.free_pages();
}

}  // namespace afterglow
