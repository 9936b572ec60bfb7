#pragma once

// Reports as instances tell them, in few words.

#include <string>
#include <string_view>

#include "metric_totals.h"

namespace edge_host::test {

/// A document with these metrics.
inline std::string document(std::string_view metrics) {
  return R"({"resourceMetrics":[{"resource":{"attributes":[)"
         R"({"key":"service.name","value":{"stringValue":"cart"}}]},"scopeMetrics":[{"metrics":[)" +
         std::string(metrics) + "]}]}]}";
}

/// A metric whose points hold these members.
inline std::string metric(std::string_view name, std::string_view kind, std::string_view points) {
  const std::string begin = R"({"name":")" + std::string(name) + R"(",")";
  if (kind == "gauge") {
    return begin + R"(gauge":{"dataPoints":[)" + std::string(points) + "]}}";
  }
  const bool is_sum = kind == "counter" || kind == "changing";
  return begin + std::string(is_sum ? "sum" : kind) + R"(":{"aggregationTemporality":2,)" +
         (kind == "counter" ? R"("isMonotonic":true,)" : "") + R"("dataPoints":[)" +
         std::string(points) + "]}}";
}

inline std::string counter(std::int64_t value, std::string_view attributes = {}) {
  return metric("c", "counter",
                R"({"attributes":[)" + std::string(attributes) + R"(],"asInt":")" +
                    std::to_string(value) + R"("})");
}

inline std::optional<MetricReport> report(std::string_view metrics) {
  return read_report({document(metrics)});
}

/// The samples of the module's metrics, without the host's own and without comments.
inline std::string samples_of(const MetricTotals& totals, afterglow::PrometheusFormat format = {}) {
  const std::string page = totals.page(format);
  std::string samples;
  for (std::size_t at = 0; at < page.size();) {
    const std::size_t end = page.find('\n', at) + 1;
    const std::string line = page.substr(at, end - at);
    const bool is_own = line.starts_with("afterglow_host_") || line.starts_with("target_info");
    samples += line.starts_with("#") || is_own ? "" : line;
    at = end;
  }
  return samples;
}

/// One of the host's own.
inline std::string own(const MetricTotals& totals, std::string_view name) {
  const std::string page = totals.page({});
  const std::string begin = "\nafterglow_host_" + std::string(name) + " ";
  const std::size_t at = page.find(begin) + begin.size();
  return page.substr(at, page.find('\n', at) - at);
}

}  // namespace edge_host::test
