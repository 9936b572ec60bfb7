#include "metric_document.h"

#include <cstdio>
#include <utility>

#include "otlp_json.h"

namespace demo {

namespace {

constexpr int kDelta = 1;
constexpr int kCumulative = 2;

std::string number_text(double number) {
  char out[32];
  std::snprintf(out, sizeof out, "%.6g", number);
  return out;
}

std::string value_text(const Json& value) {
  if (member(value, "stringValue") != nullptr) {
    return text_of(value, "stringValue");
  }
  if (member(value, "intValue") != nullptr) {
    return std::to_string(integer_of(value, "intValue"));
  }
  if (member(value, "doubleValue") != nullptr) {
    return number_text(real_of(value, "doubleValue"));
  }
  const Json* flag = member(value, "boolValue");
  return flag == nullptr || !flag->IsBool() ? "?" : flag->GetBool() ? "true" : "false";
}

void read_attributes(const Json& item, MetricPoint& point) {
  for_each(item, "attributes", [&point](const Json& attribute) {
    const Json* value = member(attribute, "value");
    point.attributes.emplace_back(text_of(attribute, "key"),
                                  value == nullptr ? std::string() : value_text(*value));
  });
}

void read_number(const Json& item, MetricPoint& point) {
  point.is_real = member(item, "asDouble") != nullptr;
  if (point.is_real) {
    point.real = real_of(item, "asDouble");
  } else {
    point.integer = integer_of(item, "asInt");
  }
}

void read_summary(const Json& item, Distribution& into) {
  into.count = count_of(item, "count");
  if (member(item, "sum") != nullptr) {
    into.sum = real_of(item, "sum");
  }
  if (member(item, "min") != nullptr) {
    into.min = real_of(item, "min");
  }
  if (member(item, "max") != nullptr) {
    into.max = real_of(item, "max");
  }
}

void add_buckets(const Json& item, const char* name, Distribution& into) {
  for_each(item, name, [&into, name](const Json& count) {
    into.buckets.push_back(count_of(count, std::string(name)));
  });
}

void check_sum(const Distribution& distribution) {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : distribution.buckets) {
    sum += count;
  }
  if (!distribution.buckets.empty() && sum != distribution.count) {
    refuse("the buckets hold " + std::to_string(sum) + ", the count says " +
           std::to_string(distribution.count));
  }
}

void read_histogram(const Json& item, MetricPoint& point) {
  Distribution& distribution = point.distribution.emplace();
  read_summary(item, distribution);
  add_buckets(item, "bucketCounts", distribution);
  for_each(item, "explicitBounds", [&distribution](const Json& bound) {
    if (!bound.IsNumber() ||
        (!distribution.bounds.empty() && !(distribution.bounds.back() < bound.GetDouble()))) {
      refuse("explicitBounds are not ascending numbers");
    }
    distribution.bounds.push_back(bound.GetDouble());
  });
  if (distribution.buckets.size() != distribution.bounds.size() + 1 &&
      !(distribution.buckets.empty() && distribution.bounds.empty())) {
    refuse("bucketCounts is not one longer than explicitBounds");
  }
  check_sum(distribution);
}

/// Negative buckets stand before the zeros, the largest first.
void read_exponential(const Json& item, MetricPoint& point) {
  Distribution& distribution = point.distribution.emplace();
  read_summary(item, distribution);
  if (const Json* negative = member(item, "negative")) {
    add_buckets(*negative, "bucketCounts", distribution);
    distribution.buckets = {distribution.buckets.rbegin(), distribution.buckets.rend()};
  }
  if (member(item, "zeroCount") != nullptr) {
    distribution.buckets.push_back(count_of(item, "zeroCount"));
  }
  if (const Json* positive = member(item, "positive")) {
    add_buckets(*positive, "bucketCounts", distribution);
  }
  check_sum(distribution);
}

struct Kind {
  const char* name;
  bool has_temporality;
  void (*read)(const Json& item, MetricPoint& point);
};
constexpr Kind kKinds[] = {{"sum", true, read_number},
                           {"gauge", false, read_number},
                           {"histogram", true, read_histogram},
                           {"exponentialHistogram", true, read_exponential}};

void read_metric(const Json& metric, MetricPoint base, std::vector<MetricPoint>& points) {
  base.name = text_of(metric, "name");
  base.unit = text_of(metric, "unit");
  for (const Kind& kind : kKinds) {
    const Json* data = member(metric, kind.name);
    if (data == nullptr) {
      continue;
    }
    const int temporality = small_number_of(*data, "aggregationTemporality");
    if (kind.has_temporality && temporality != kDelta && temporality != kCumulative) {
      refuse("metric \"" + base.name + "\" has no aggregationTemporality");
    }
    base.is_delta = temporality == kDelta;
    for_each(*data, "dataPoints", [&](const Json& item) {
      (void)count_of(item, "timeUnixNano");
      MetricPoint point = base;
      read_attributes(item, point);
      kind.read(item, point);
      points.push_back(std::move(point));
    });
    return;
  }
  refuse("metric \"" + base.name + "\" has no data");
}

}  // namespace

std::optional<std::vector<MetricPoint>> parse_metrics(std::string_view json, std::string& error) {
  std::vector<MetricPoint> points;
  const bool good = read_document(json, error, [&points](const Json& document) {
    for_each(document, "resourceMetrics", [&points](const Json& resource_metrics) {
      MetricPoint base;
      base.service = resource_text(resource_metrics, "service.name", "unknown_service");
      base.instance = resource_text(resource_metrics, "service.instance.id", "");
      for_each(resource_metrics, "scopeMetrics", [&](const Json& scope_metrics) {
        for_each(scope_metrics, "metrics",
                 [&](const Json& metric) { read_metric(metric, base, points); });
      });
    });
  });
  return good ? std::optional(std::move(points)) : std::nullopt;
}

}  // namespace demo
