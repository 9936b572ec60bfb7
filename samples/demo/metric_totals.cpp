#include "metric_totals.h"

#include <algorithm>
#include <optional>

namespace demo {

namespace {

/// What tells series apart, but for the instance.
std::vector<std::string> identity_of(const MetricPoint& point) {
  std::vector<std::pair<std::string, std::string>> attributes = point.attributes;
  std::sort(attributes.begin(), attributes.end());
  std::vector<std::string> identity = {point.service, point.name, point.unit};
  for (const auto& [key, value] : attributes) {
    identity.push_back(key);
    identity.push_back(value);
  }
  return identity;
}

template <class Choose>
void choose(std::optional<double>& into, const std::optional<double>& other, Choose&& best) {
  if (other.has_value()) {
    into = into.has_value() ? best(*into, *other) : *other;
  }
}

/// Buckets add up only where both have the same.
void add_distribution(Distribution& into, const Distribution& other) {
  into.count += other.count;
  into.sum += other.sum;
  choose(into.min, other.min, [](double a, double b) { return std::min(a, b); });
  choose(into.max, other.max, [](double a, double b) { return std::max(a, b); });
  if (into.bounds.empty() || into.bounds != other.bounds ||
      into.buckets.size() != other.buckets.size()) {
    into.bounds.clear();
    into.buckets.clear();
    return;
  }
  for (std::size_t i = 0; i < into.buckets.size(); ++i) {
    into.buckets[i] += other.buckets[i];
  }
}

void add_point(MetricPoint& into, const MetricPoint& other) {
  if (into.distribution.has_value() && other.distribution.has_value()) {
    add_distribution(*into.distribution, *other.distribution);
    return;
  }
  // As the integers they mostly are; wrapping is not for a terminal to judge.
  into.integer = static_cast<std::int64_t>(static_cast<std::uint64_t>(into.integer) +
                                           static_cast<std::uint64_t>(other.integer));
  into.real += other.real;
}

}  // namespace

void MetricTotals::add(const std::vector<MetricPoint>& points) {
  for (const MetricPoint& point : points) {
    const Key key{identity_of(point), point.is_delta ? std::string() : point.instance};
    const auto found = series_.find(key);
    if (found == series_.end()) {
      if (series_.size() < kMaxSeries) {
        series_.emplace(key, point);
      } else {
        ++left_out_;
      }
    } else if (point.is_delta) {
      add_point(found->second, point);
    } else {
      found->second = point;
    }
  }
}

std::vector<MetricPoint> MetricTotals::all() const {
  std::vector<MetricPoint> totals;
  const std::vector<std::string>* last = nullptr;
  for (const auto& [key, point] : series_) {
    if (last != nullptr && *last == key.first) {
      add_point(totals.back(), point);
    } else {
      totals.push_back(point);
      last = &key.first;
    }
  }
  return totals;
}

}  // namespace demo
