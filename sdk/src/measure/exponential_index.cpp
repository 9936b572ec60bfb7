#include "measure/exponential_index.h"

#include <bit>

namespace afterglow::measure {
namespace {

// A number in [1, 2) with 127 bits after the point, the lowest limb first.
struct Fixed {
  std::uint32_t limbs[4];
};

// Squares the number; true when the square is 2 or more: then half of it is what stays.
// Truncation loses less than 2^-126 a time and each later squaring doubles that, so after 20 of
// them the error is below 2^-104. No double is that close to a bound of scale 20 or less, unless it
// is a power of two, which never comes here: the 2^20 irrational bounds of an octave lie among 2^52
// doubles, the closest pair about 2^-73 apart.
bool square(Fixed& number) {
  std::uint32_t product[8] = {};
  for (int i = 0; i < 4; ++i) {
    std::uint64_t carry = 0;
    for (int j = 0; j < 4; ++j) {
      carry += std::uint64_t{number.limbs[i]} * number.limbs[j] + product[i + j];
      product[i + j] = static_cast<std::uint32_t>(carry);
      carry >>= 32U;
    }
    product[i + 4] = static_cast<std::uint32_t>(carry);
  }
  const bool two_or_more = (product[7] >> 31U) != 0;
  for (int i = 0; i < 4; ++i) {
    number.limbs[i] = two_or_more ? product[i + 4] : product[i + 4] << 1U | product[i + 3] >> 31U;
  }
  return two_or_more;
}

}  // namespace

std::int32_t exponential_index(double value, std::int32_t scale) {
  constexpr std::uint64_t kFractionBits = 52;
  constexpr std::uint64_t kFraction = (std::uint64_t{1} << kFractionBits) - 1;
  const auto bits = std::bit_cast<std::uint64_t>(value);
  std::uint64_t fraction = bits & kFraction;
  auto exponent = static_cast<std::int32_t>(bits >> kFractionBits & 0x7FF) - 1023;
  if (exponent == -1023) {  // subnormal: move its highest bit to where the others have theirs
    const int shift = std::countl_zero(fraction) - 11;
    fraction = fraction << static_cast<unsigned>(shift) & kFraction;
    exponent = -1022 - shift;
  }
  if (scale <= 0) {
    return (fraction == 0 ? exponent - 1 : exponent) >> -scale;
  }
  if (fraction == 0) {  // a power of two is the upper bound of its bucket
    return (exponent << scale) - 1;
  }
  const std::uint64_t top = (fraction | (kFraction + 1)) << 11U;
  Fixed number{{0, 0, static_cast<std::uint32_t>(top), static_cast<std::uint32_t>(top >> 32U)}};
  std::int32_t index = exponent;  // each squaring gives one more bit of the logarithm
  for (std::int32_t i = 0; i < scale; ++i) {
    index = index * 2 + (square(number) ? 1 : 0);
  }
  return index;
}

}  // namespace afterglow::measure
