#pragma once

// Metrics of all instances, added up: what Prometheus gets. Instances come and go; totals do not
// fall when one goes. Every function may be called from any thread.
//
//   counters, histograms  the sum of what live instances tell and what ended ones told last
//   sums that may fall    the sum over live instances: what an ended one held is gone with it
//   gauges                what was set last, whoever set it, also when that one has ended
//
// An instance whose own totals fall, which only a misbehaving module does, is held at the highest.

#include <afterglow/prometheus_text.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "metric_report.h"

namespace edge_host {

class MetricTotals {
 public:
  using InstanceId = std::uint64_t;

  /// What the host counts itself.
  std::atomic<std::uint64_t> requests = 0;

  /// An instance begins.
  InstanceId begin();
  /// It told this, instead of what it told before; none when that was no report.
  void update(InstanceId id, const std::optional<MetricReport>& report);
  /// It ended in order.
  void end(InstanceId id);
  /// It trapped, with this many requests whose measurements it had not told of.
  void trap(InstanceId id, std::uint64_t requests_untold);

  /// The page. Names of the host's own metrics begin with `afterglow_host_`.
  std::string page(afterglow::PrometheusFormat format) const;

  /// Streams kept of ended instances, and of each live one; what is beyond is counted.
  static constexpr std::size_t kMostStreams = 20'000;

 private:
  /// What is known of an instance, or of several.
  struct Kept {
    MetricReport report;
    std::size_t streams = 0;
  };

  void fold(InstanceId id);
  void write_own(afterglow::PrometheusText& page) const;
  void write(afterglow::PrometheusText& page, const MetricReport& report) const;

  mutable std::mutex mutex_;
  InstanceId last_id_ = 0;
  std::map<InstanceId, Kept> live_;
  Kept ended_;
  MetricLabels resource_;
  std::uint64_t trapped_ = 0;
  std::uint64_t untold_ = 0;
  std::uint64_t rejected_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace edge_host
