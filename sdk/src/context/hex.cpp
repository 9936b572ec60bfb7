#include "context/hex.h"

#include <afterglow/context.h>

#include "base/copy.h"

namespace afterglow::context {

namespace {

constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;

// The four bytes of eight digits; `wrong` gets bits where one is none. With letters moved down to
// where digits end, 'a' to 0x3A, each byte is 0x3n for the nibble n, and is at least 0x3A if and
// only if it was a letter.
inline std::uint64_t four_of(std::uint64_t eight, std::uint64_t& wrong) {
  const std::uint64_t in_row = eight - (eight >> 6U & kOnes) * ('a' - '9' - 1);
  wrong |=
      ((in_row ^ kOnes * 0x30) & kOnes * 0xF0) | (((in_row + kOnes * 6) ^ eight) & kOnes * 0x40);
  std::uint64_t lanes =
      (in_row << 4U & 0x00F0'00F0'00F0'00F0) | (in_row >> 8U & 0x000F'000F'000F'000F);
  lanes = (lanes | lanes >> 8U) & 0x0000'FFFF'0000'FFFF;
  return (lanes | lanes >> 16U) & 0xFFFF'FFFF;
}

}  // namespace

bool read_id(const char* digits, std::uint8_t* out, std::size_t count) {
  std::uint64_t wrong = 0;
  std::uint64_t any = 0;
  for (const std::uint8_t* const end = out + count; out != end; out += 8, digits += 16) {
    const std::uint64_t low = four_of(base::load<std::uint64_t>(digits), wrong);
    const std::uint64_t high = four_of(base::load<std::uint64_t>(digits + 8), wrong);
    const std::uint64_t bytes = low | high << 32U;
    any |= bytes;
    base::store(reinterpret_cast<char*>(out), bytes);  // as a whole, as it is going to be loaded
  }
  return wrong == 0 && any != 0;
}

void write_id(const std::uint8_t* id, char* out, std::size_t count) {
  for (std::size_t i = 0; i != count; i += 4) {
    const auto four = base::load<std::uint32_t>(reinterpret_cast<const char*>(id) + i);
    base::store(out + 2 * i, detail::hex_of(four));
  }
}

}  // namespace afterglow::context
