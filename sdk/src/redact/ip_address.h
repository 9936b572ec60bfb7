#pragma once

// IP addresses as text: read strictly, and written shortened so that they name a network only.

#include <cstdint>

namespace afterglow::redact {

class Sink;

struct IpAddress {
  std::uint8_t bytes[16] = {};  ///< IPv4 in the first four.
  bool is_v4 = false;
};

/// Four numbers of one to three digits up to 255, and nothing else.
bool parse_ipv4(const char* text, const char* end, IpAddress& address);

/// Any form of RFC 4291 section 2.2, without zone and prefix length. An IPv4-mapped address is read
/// as IPv4.
bool parse_ipv6(const char* text, const char* end, IpAddress& address);

/// The first 24 bits of an IPv4 address (`203.0.113.0`) or 48 of an IPv6 address (`2001:db8:1::`).
void write_network(const IpAddress& address, Sink& out);

}  // namespace afterglow::redact
