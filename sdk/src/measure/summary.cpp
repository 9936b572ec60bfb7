// Count, sum, minimum and maximum of finite numbers.

#include <limits>

#include "measure/aggregation.h"

namespace afterglow::measure {

double add_saturating(double a, double b, std::uint32_t& saturated) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  const double sum = a + b;
  if (sum > kLargest) {
    ++saturated;
    return kLargest;
  }
  if (sum < -kLargest) {
    ++saturated;
    return -kLargest;
  }
  return sum;
}

void add(Summary& summary, double value, std::uint32_t& saturated) {
  add(summary, {.sum = value, .min = value, .max = value, .count = 1}, saturated);
}

void add(Summary& summary, const Summary& older, std::uint32_t& saturated) {
  if (summary.count == 0) {
    summary = older;
    return;
  }
  summary.sum = add_saturating(summary.sum, older.sum, saturated);
  summary.min = older.min < summary.min ? older.min : summary.min;
  summary.max = older.max > summary.max ? older.max : summary.max;
  summary.count += older.count;
}

}  // namespace afterglow::measure
