#include "encode/json_parts.h"

#include <bit>

namespace afterglow::encode {
namespace {

constexpr std::uint64_t kPowers[] = {1,
                                     10,
                                     100,
                                     1'000,
                                     10'000,
                                     100'000,
                                     1'000'000,
                                     10'000'000,
                                     100'000'000,
                                     1'000'000'000,
                                     10'000'000'000,
                                     100'000'000'000,
                                     1'000'000'000'000,
                                     10'000'000'000'000,
                                     100'000'000'000'000,
                                     1'000'000'000'000'000,
                                     10'000'000'000'000'000,
                                     100'000'000'000'000'000,
                                     1'000'000'000'000'000'000,
                                     10'000'000'000'000'000'000U};

// Eight digits of a number below 10^8 at once, the first of them in the lowest byte: halves, then
// quarters, then digits, each in a lane of its own. Multiplications stand for the divisions.
constexpr std::uint64_t eight_digits(std::uint32_t value) {
  const std::uint64_t upper = std::uint64_t{value} * 109'951'163 >> 40U;  // / 10,000
  std::uint64_t lanes = upper | (value - upper * 10'000) << 32U;
  const std::uint64_t hundreds = lanes * 10'486 >> 20U & 0x0000'007F'0000'007F;
  lanes = hundreds | (lanes - hundreds * 100) << 16U;
  const std::uint64_t tens = lanes * 103 >> 10U & 0x000F'000F'000F'000F;
  lanes = tens | (lanes - tens * 10) << 8U;
  return lanes + 0x3030'3030'3030'3030;
}
static_assert(eight_digits(99'999'999) == 0x39'39'39'39'39'39'39'39);
static_assert(eight_digits(12'345'678) == 0x38'37'36'35'34'33'32'31);
static_assert(eight_digits(90'009'999) == 0x39'39'39'39'30'30'30'39);

}  // namespace

std::size_t Decimal::count(std::uint64_t value) {
  value |= 1;  // 0 has a digit, too
  const auto bits = static_cast<std::uint32_t>(std::bit_width(value));
  const std::uint32_t least = bits * 1233 >> 12U;  // log10(2)
  return least + (value >= kPowers[least] ? 1U : 0U);
}

char* Decimal::write(char* out) const {
  constexpr std::uint64_t kEightDigits = 100'000'000;
  char* const end = out + size_;
  char* at = end;
  std::uint64_t rest = value_;
  while (rest >= kEightDigits) {
    const std::uint64_t above = rest / kEightDigits;
    at -= 8;
    base::store(at, eight_digits(static_cast<std::uint32_t>(rest - above * kEightDigits)));
    rest = above;
  }
  while (at != out) {
    const std::uint64_t tenth = rest * 0xCCCC'CCCD >> 35U;  // of 32 bits
    *--at = static_cast<char>('0' + (rest - tenth * 10));
    rest = tenth;
  }
  return end;
}

}  // namespace afterglow::encode
