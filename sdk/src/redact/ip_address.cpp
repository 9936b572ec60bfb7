#include "redact/ip_address.h"

#include <cstring>

#include "redact/pass.h"
#include "redact/sink.h"

namespace afterglow {
namespace redact {
namespace {

constexpr unsigned kNoGap = 17;
constexpr unsigned kNoNumber = 0x10000;
constexpr char kHex[] = "0123456789abcdef";

/// The value of a hexadecimal digit, 16 for anything else.
unsigned hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return static_cast<unsigned>(c - '0');
  }
  const auto letter = static_cast<unsigned>((c | 0x20) - 'a');
  return letter < 6 ? letter + 10 : 16;
}

/// Reads digits of `base`, moving `at` behind them: their value, or `kNoNumber` when there are none
/// or more than `max_digits`.
unsigned take_number(const char*& at, const char* end, unsigned base, unsigned max_digits) {
  unsigned value = 0;
  unsigned digits = 0;
  for (; at != end && hex_value(*at) < base; ++at) {
    if (++digits > max_digits) {
      return kNoNumber;
    }
    value = value * base + hex_value(*at);
  }
  return digits == 0 ? kNoNumber : value;
}

void write_number(unsigned number, unsigned base, Sink& out) {
  char digits[4];
  std::size_t at = sizeof digits;
  do {
    digits[--at] = kHex[number % base];
    number /= base;
  } while (number != 0);
  out.add(digits + at, sizeof digits - at);
}

/// The bytes that were read, with the zeros that `::` left out.
void set_bytes(const std::uint8_t (&bytes)[16], unsigned count, unsigned gap, IpAddress& address) {
  address = {};
  for (unsigned i = 0; i < count; ++i) {
    address.bytes[i < gap ? i : 16 - count + i] = bytes[i];
  }
  constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  address.is_v4 = std::memcmp(address.bytes, kMapped, sizeof kMapped) == 0;
  if (address.is_v4) {
    std::memcpy(address.bytes, address.bytes + sizeof kMapped, 4);
  }
}

}  // namespace

bool parse_ipv4(const char* text, const char* end, IpAddress& address) {
  address.is_v4 = true;
  for (unsigned part = 0; part < 4; ++part) {
    if (part != 0 && (text == end || *text++ != '.')) {
      return false;
    }
    const unsigned value = take_number(text, end, 10, 3);
    if (value > 255) {
      return false;
    }
    address.bytes[part] = static_cast<std::uint8_t>(value);
  }
  return text == end;
}

bool parse_ipv6(const char* text, const char* end, IpAddress& address) {
  std::uint8_t bytes[16] = {};
  unsigned count = 0;     // of bytes read
  unsigned gap = kNoGap;  // how many of them stand before `::`
  if (end - text >= 2 && text[0] == ':' && text[1] == ':') {
    gap = 0;
    text += 2;
  }
  while (text != end) {
    const char* const group = text;
    const unsigned value = take_number(text, end, 16, 4);
    if (count == 16 || value == kNoNumber) {
      return false;
    }
    if (text != end && *text == '.') {
      IpAddress tail;  // the dotted form that the last two groups may have
      if (count > 12 || !parse_ipv4(group, end, tail)) {
        return false;
      }
      std::memcpy(bytes + count, tail.bytes, 4);
      count += 4;
      break;
    }
    bytes[count++] = static_cast<std::uint8_t>(value >> 8U);
    bytes[count++] = static_cast<std::uint8_t>(value);
    if (text == end) {
      break;
    }
    if (*text++ != ':' || text == end) {
      return false;
    }
    if (*text == ':') {
      if (gap != kNoGap) {
        return false;
      }
      gap = count;
      ++text;
    }
  }
  if ((count == 16) != (gap == kNoGap)) {
    return false;
  }
  set_bytes(bytes, count, gap, address);
  return true;
}

void write_network(const IpAddress& address, Sink& out) {
  if (address.is_v4) {
    for (unsigned i = 0; i < 3; ++i) {
      write_number(address.bytes[i], 10, out);
      out.add('.');
    }
    out.add('0');
    return;
  }
  unsigned groups = 3;
  while (groups != 0 && (address.bytes[2 * groups - 2] | address.bytes[2 * groups - 1]) == 0) {
    --groups;
  }
  for (unsigned i = 0; i < groups; ++i) {
    write_number(address.bytes[2 * i] * 256U + address.bytes[2 * i + 1], 16, out);
    out.add(':');
  }
  out.add("::", groups == 0 ? 2 : 1);
}

}  // namespace redact

void detail::write_ip_prefix(const redact::HmacKey& /*key*/, std::string_view value,
                             redact::Sink& out) {
  redact::IpAddress address;
  const char* const end = value.data() + value.size();
  if (redact::parse_ipv4(value.data(), end, address) ||
      redact::parse_ipv6(value.data(), end, address)) {
    redact::write_network(address, out);
  } else {
    out.add(redact::kMask);
  }
}

}  // namespace afterglow
