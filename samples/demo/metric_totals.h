#pragma once

// What metrics have told so far: deltas added up, of totals and values the latest, each over all
// instances of a service.

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "metric_document.h"

namespace demo {

class MetricTotals {
 public:
  /// Series that are kept at most; points of others are left out and counted.
  static constexpr std::size_t kMaxSeries = 1000;

  void add(const std::vector<MetricPoint>& points);

  /// One for each service, metric and attribute set, in this order; without their instances.
  [[nodiscard]] std::vector<MetricPoint> all() const;
  [[nodiscard]] std::size_t left_out() const { return left_out_; }

 private:
  /// Of each instance, since totals of one replace each other. Deltas are all kept under one.
  using Key = std::pair<std::vector<std::string>, std::string>;

  std::map<Key, MetricPoint> series_;
  std::size_t left_out_ = 0;
};

}  // namespace demo
