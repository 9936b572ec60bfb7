#pragma once

// Which bucket of an exponential histogram a value falls into. Bucket i of scale s is
// (base^i, base^(i+1)] with base = 2^(2^-s). Specification: metrics data model, "Exponential
// buckets".

#include <cstdint>

namespace afterglow::measure {

/// The bucket of a finite value above zero, subnormal ones included, for a scale from -10 to 20.
/// Exact: no value is put beyond a bound it does not pass.
std::int32_t exponential_index(double value, std::int32_t scale);

}  // namespace afterglow::measure
