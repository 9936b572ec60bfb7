#pragma once

// One measurement into a histogram with explicit bounds: bucket i counts (bounds[i-1], bounds[i]].

#include <cstddef>
#include <limits>

#include "measure/aggregation.h"

namespace afterglow::measure {

/// The first bound that is not below the value; the bucket after all bounds for what is above. In
/// strides, whose branches are foreseen more often than those of a search by halves.
inline std::size_t bucket_of(std::span<const double> bounds, double value) {
  const double* const end = bounds.data() + bounds.size();
  const double* first = bounds.data();
  for (std::ptrdiff_t stride = 16; stride != 0; stride /= 4) {
    while (end - first >= stride && first[stride - 1] < value) {
      first += stride;
    }
  }
  return static_cast<std::size_t>(first - bounds.data());
}

/// Add a value where that takes no care: false, and nothing done, when it is not finite, the
/// summary is empty or full, or the sum leaves the range.
inline bool add_simply(Summary& summary, double value) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  const double sum = summary.sum + value;
  if (summary.count - 1U >= kMaxCount - 1U || !(sum <= kLargest && sum >= -kLargest)) {
    return false;
  }
  summary.sum = sum;
  summary.min = value < summary.min ? value : summary.min;
  summary.max = value > summary.max ? value : summary.max;
  ++summary.count;
  return true;
}

}  // namespace afterglow::measure
