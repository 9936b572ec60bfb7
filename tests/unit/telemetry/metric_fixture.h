#pragma once

// What tests of metrics share: instruments, and how the books must look.

#include <doctest/doctest.h>

#include <string_view>

#include "fixture.h"
#include "log_fixture.h"

namespace afterglow::test {

inline constexpr std::uint64_t kMillisecond = 1'000'000;

inline constexpr Counter kLookups{"cart.cache.lookups", "{lookup}", "Lookups in the cache."};
inline constexpr Counter<double> kCost{"cart.cost", "EUR"};
inline constexpr UpDownCounter kOpen{"cart.open", "{cart}"};
inline constexpr Gauge kTemperature{"cart.temperature", "Cel"};
inline constexpr double kItemBounds[] = {1, 5, 10};
inline constexpr Histogram kItems{"cart.items", "{item}", {.bounds = kItemBounds}};
inline constexpr ExponentialHistogram kSizes{"cart.sizes", "By", {.max_size = 4}};

/// Exports at every flush.
inline constexpr Config kEveryFlush{.metrics = {.every_requests = 1}};

inline void check_books(const FlushReport& report) {
  CHECK(report.metrics.balanced());
  CHECK(report.metrics.open == 0);
  CHECK(report.metrics_returned <= report.metrics.waiting);
  CHECK(report.measurements.balanced());
}

/// The `asInt` values in a document, each with a space behind it.
inline std::string integers_of(std::string_view document) {
  std::string values;
  constexpr std::string_view kMember = R"("asInt":")";
  for (std::size_t at = 0; (at = document.find(kMember, at)) != std::string_view::npos;) {
    at += kMember.size();
    values += std::string(document.substr(at, document.find('"', at) - at)) + " ";
  }
  return values;
}

/// The values of a member that holds a quoted number, each with a space behind it.
inline std::string quoted_of(std::string_view document, std::string_view member) {
  std::string values;
  const std::string begin = "\"" + std::string(member) + "\":\"";
  for (std::size_t at = 0; (at = document.find(begin, at)) != std::string_view::npos;) {
    at += begin.size();
    values += std::string(document.substr(at, document.find('"', at) - at)) + " ";
  }
  return values;
}

}  // namespace afterglow::test
