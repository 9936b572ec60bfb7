#include "redact/ip_address.h"

#include "redact/pass.h"
#include "redact/sink.h"

namespace afterglow {
namespace redact {
namespace {

constexpr unsigned kGroups = 8;
constexpr unsigned kNoGap = kGroups + 1;
constexpr char kHex[] = "0123456789abcdef";

/// The value of a hexadecimal digit, 16 for anything else.
unsigned hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return static_cast<unsigned>(c - '0');
  }
  const auto letter = static_cast<unsigned>((c | 0x20) - 'a');
  return letter < 6 ? letter + 10 : 16;
}

/// The groups of an IPv6 address, and where zeros were left out.
struct Groups {
  std::uint16_t values[kGroups] = {};
  unsigned count = 0;
  unsigned gap = kNoGap;  // how many stand before `::`
};

/// Reads one group, removing it; false when there is none or it has more than four digits.
bool take_group(std::string_view& text, std::uint16_t& group) {
  unsigned value = 0;
  unsigned digits = 0;
  for (; !text.empty() && hex_value(text.front()) < 16; text.remove_prefix(1)) {
    if (++digits > 4) {
      return false;
    }
    value = value * 16 + hex_value(text.front());
  }
  group = static_cast<std::uint16_t>(value);
  return digits != 0;
}

bool take_separator(std::string_view& text, Groups& groups) {
  if (text.empty()) {
    return true;
  }
  if (text.front() != ':' || text.size() == 1) {
    return false;
  }
  text.remove_prefix(1);
  if (text.front() == ':') {
    if (groups.gap != kNoGap) {
      return false;
    }
    groups.gap = groups.count;
    text.remove_prefix(1);
  }
  return true;
}

/// The dotted form that the last two groups may have.
bool take_dotted_tail(std::string_view& text, Groups& groups) {
  IpAddress tail;
  if (groups.count > kGroups - 2 || !parse_ipv4(text, tail)) {
    return false;
  }
  for (unsigned i = 0; i < 4; i += 2) {
    groups.values[groups.count++] =
        static_cast<std::uint16_t>(tail.bytes[i] << 8U | tail.bytes[i + 1]);
  }
  text = {};
  return true;
}

bool take_groups(std::string_view text, Groups& groups) {
  if (text.size() >= 2 && text[0] == ':' && text[1] == ':') {
    groups.gap = 0;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    const std::string_view from_group = text;
    std::uint16_t group = 0;
    if (groups.count == kGroups || !take_group(text, group)) {
      return false;
    }
    if (!text.empty() && text.front() == '.') {
      text = from_group;
      return take_dotted_tail(text, groups);
    }
    groups.values[groups.count++] = group;
    if (!take_separator(text, groups)) {
      return false;
    }
  }
  return true;
}

void write_number(unsigned number, unsigned base, Sink& out) {
  char digits[4];
  std::size_t at = sizeof digits;
  do {
    digits[--at] = kHex[number % base];
    number /= base;
  } while (number != 0);
  out.add({digits + at, sizeof digits - at});
}

}  // namespace

bool parse_ipv4(std::string_view text, IpAddress& address) {
  address.is_v4 = true;
  for (unsigned part = 0; part < 4; ++part) {
    if (part != 0) {
      if (text.empty() || text.front() != '.') {
        return false;
      }
      text.remove_prefix(1);
    }
    unsigned value = 0;
    unsigned digits = 0;
    for (; digits < 4 && !text.empty() && hex_value(text.front()) < 10; ++digits) {
      value = value * 10 + hex_value(text.front());
      text.remove_prefix(1);
    }
    if (digits == 0 || digits == 4 || value > 255) {
      return false;
    }
    address.bytes[part] = static_cast<std::uint8_t>(value);
  }
  return text.empty();
}

bool parse_ipv6(std::string_view text, IpAddress& address) {
  Groups groups;
  if (!take_groups(text, groups) || (groups.count == kGroups) != (groups.gap == kNoGap)) {
    return false;
  }
  std::uint16_t all[kGroups] = {};
  for (unsigned i = 0; i < groups.count; ++i) {
    all[i < groups.gap ? i : kGroups - groups.count + i] = groups.values[i];
  }
  const bool mapped =
      (all[0] | all[1] | all[2] | all[3] | all[4]) == 0 && all[5] == 0xffff;  // ::ffff:0:0/96
  for (unsigned i = 0; i < kGroups; ++i) {
    address.bytes[2 * i] = static_cast<std::uint8_t>(all[i] >> 8U);
    address.bytes[2 * i + 1] = static_cast<std::uint8_t>(all[i]);
  }
  for (unsigned i = 0; mapped && i < 4; ++i) {
    address.bytes[i] = address.bytes[12 + i];
  }
  address.is_v4 = mapped;
  return true;
}

void write_network(const IpAddress& address, Sink& out) {
  if (address.is_v4) {
    for (unsigned i = 0; i < 3; ++i) {
      write_number(address.bytes[i], 10, out);
      out.add(".");
    }
    out.add("0");
    return;
  }
  unsigned groups = 3;
  while (groups != 0 && (address.bytes[2 * groups - 2] | address.bytes[2 * groups - 1]) == 0) {
    --groups;
  }
  for (unsigned i = 0; i < groups; ++i) {
    write_number(address.bytes[2 * i] * 256U + address.bytes[2 * i + 1], 16, out);
    out.add(i + 1 == groups ? "" : ":");
  }
  out.add("::");
}

}  // namespace redact

void detail::write_ip_prefix(const redact::HmacKey& /*key*/, std::string_view value,
                             redact::Sink& out) {
  redact::IpAddress address;
  if (redact::parse_ipv4(value, address) || redact::parse_ipv6(value, address)) {
    redact::write_network(address, out);
  } else {
    out.add(redact::kMask);
  }
}

}  // namespace afterglow
