#pragma once

// What tests of measured requests look for in a document of metrics.

#include <string>
#include <string_view>

#include "metric_fixture.h"

namespace afterglow::test {

inline constexpr std::string_view kServerDuration = "http.server.request.duration";
inline constexpr std::string_view kClientDuration = "http.client.request.duration";
inline constexpr std::string_view kActiveRequests = "http.server.active_requests";
inline constexpr std::string_view kColdStarts = "faas.coldstarts";

/// An instance whose clock stands still unless the test moves it.
struct StillInstance : FreshInstance<> {
  explicit StillInstance(const Config& config) : FreshInstance<>(config) { host.step_nano = 0; }
};

/// All of one metric in `document`; empty where it has none.
inline std::string_view metric_of(std::string_view document, std::string_view name) {
  const std::string begin = R"({"name":")" + std::string(name) + '"';
  const std::size_t from = document.find(begin);
  if (from == std::string_view::npos) {
    return {};
  }
  const std::size_t next = document.find(R"({"name":")", from + begin.size());
  return document.substr(from, next == std::string_view::npos ? next : next - from);
}

/// The attributes of each point of a metric, as `key=value,…;`.
inline std::string sets_of(std::string_view metric) {
  std::string sets;
  constexpr std::string_view kBegin = R"("attributes":[)";
  for (std::size_t at = 0; (at = metric.find(kBegin, at)) != std::string_view::npos;) {
    const std::size_t end = metric.find(']', at);
    std::string_view list = metric.substr(at, end - at);
    for (std::size_t key = 0; (key = list.find(R"({"key":")", key)) != std::string_view::npos;) {
      key += 8;
      const std::size_t quote = list.find('"', key);
      const std::size_t value = list.find(R"(Value":")", quote) + 8;
      sets += sets.empty() || sets.back() == ';' ? "" : ",";
      sets += std::string(list.substr(key, quote - key)) + "=" +
              std::string(list.substr(value, list.find('"', value) - value));
    }
    sets += ";";
    at = end;
  }
  return sets;
}

/// The last body sent for metrics; empty where there is none.
inline std::string_view last_metrics(const FakeHost& host) {
  std::string_view body;
  for (std::size_t i = 0; i < host.sent_count(); ++i) {
    if (host.sent(i).signal == Signal::Metrics) {
      body = host.sent(i).body;
    }
  }
  return body;
}

}  // namespace afterglow::test
