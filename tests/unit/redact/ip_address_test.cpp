// IP addresses: what is one, and what is left of it.

#include "redact/ip_address.h"

#include <string>

#include "redact_text.h"

using namespace redact_test;

namespace {

constexpr KeyRule kKeys[] = {{KeyMatch::Exact, "client.address", RedactAction::IpPrefix}};
constexpr RedactionPolicy kPolicy{.keys = kKeys};

std::string prefix(std::string_view address) {
  return attribute(kPolicy, "client.address", address);
}

}  // namespace

TEST_CASE("IP prefix: /24 of IPv4, /48 of IPv6") {
  CHECK(prefix("203.0.113.7") == "203.0.113.0");
  CHECK(prefix("255.255.255.255") == "255.255.255.0");
  CHECK(prefix("0.0.0.0") == "0.0.0.0");
  CHECK(prefix("2001:db8:1:2:3:4:5:6") == "2001:db8:1::");
  CHECK(prefix("2001:DB8::7") == "2001:db8::");
  CHECK(prefix("2001:0db8:0001:ffff::") == "2001:db8:1::");
  CHECK(prefix("1::") == "1::");
  CHECK(prefix("0:0:5::9") == "0:0:5::");
  CHECK(prefix("::1") == "::");
  CHECK(prefix("::") == "::");
  CHECK(prefix("::ffff:203.0.113.7") == "203.0.113.0");
  CHECK(prefix("::ffff:cb00:7107") == "203.0.113.0");
  CHECK(prefix("64:ff9b::203.0.113.7") == "64:ff9b::");
  CHECK(prefix("1:2:3:4:5:6:7.8.9.10") == "1:2:3::");
}

TEST_CASE("IP prefix: what is no address is masked") {
  for (const std::string_view text : {"",
                                      " ",
                                      "203.0.113",
                                      "203.0.113.256",
                                      "203.0.113.7.",
                                      "203.0.113.7 ",
                                      "203.0.113.0007",
                                      ".203.0.113.7",
                                      "203..113.7",
                                      "a.b.c.d",
                                      "1.2.3.4.5",
                                      "localhost",
                                      "1:2:3:4:5:6:7",
                                      "1:2:3:4:5:6:7:8:9",
                                      "1:2:3:4:5:6:7:8::",
                                      "1::2::3",
                                      ":1::2",
                                      "1::2:",
                                      "12345::",
                                      "g::",
                                      ":",
                                      ":::",
                                      "fe80::1%eth0",
                                      "2001:db8::/32",
                                      "1:2:3:4:5:6:7:1.2.3.4",
                                      "::1.2.3",
                                      "[::1]",
                                      "1.2.3.4:80"}) {
    CAPTURE(text);
    CHECK(prefix(text) == "[REDACTED]");
  }
  CHECK(prefix(std::string("203.0.113.7\0", 12)) == "[REDACTED]");
}
