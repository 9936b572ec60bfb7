// Each pattern: what it finds, and what it leaves alone.

#include "redact/patterns.h"

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace afterglow;
using namespace afterglow::redact;

/// All matches of one pattern, each in brackets.
std::string marked(ValuePattern pattern, const std::string& text) {
  std::string result;
  std::size_t done = 0;
  if (may_have(possible_patterns(text), pattern)) {
    Finder finder(pattern, text);
    for (Found found = finder.next(); !found.empty(); found = finder.next()) {
      REQUIRE(found.begin >= done);
      REQUIRE(found.end <= text.size());
      result += text.substr(done, found.begin - done) + "<" +
                text.substr(found.begin, found.end - found.begin) + ">";
      done = found.end;
    }
  }
  return result + text.substr(done);
}

void check_same(ValuePattern pattern, std::initializer_list<std::string> texts) {
  for (const std::string& text : texts) {
    CAPTURE(text);
    CHECK(marked(pattern, text) == text);
  }
}

}  // namespace

TEST_CASE("bearer tokens") {
  const auto bearer = [](const std::string& text) {
    return marked(ValuePattern::BearerToken, text);
  };
  CHECK(bearer("Bearer abc") == "Bearer <abc>");
  CHECK(bearer("BEARER  a.b-c_d~e+f/g==, x") == "BEARER  <a.b-c_d~e+f/g>==, x");
  CHECK(bearer("\"bearer\": \"t\"") == "\"bearer\": \"<t>\"");
  CHECK(bearer("xbearer=t bearer\tu") == "xbearer=<t> bearer\t<u>");
  CHECK(bearer("Bearer%20t") == "Bearer%<20t>");
  CHECK(bearer("Bearer Bearer t") == "Bearer Bearer <t>");
  CHECK(bearer("Bearer bearers") == "Bearer <bearers>");
  check_same(ValuePattern::BearerToken, {"Bearer", "Bearer ", "bear er t", "Bearer, t", "Bearert",
                                         "earer t", "r t", "Bearer\nt"});
}

TEST_CASE("JSON Web Tokens") {
  const auto jwt = [](const std::string& text) { return marked(ValuePattern::JsonWebToken, text); };
  CHECK(jwt("t=eyJhbGci.eyJz.sig;") == "t=<eyJhbGci.eyJz.sig>;");
  CHECK(jwt("x.eyJhbGci.eyJz.") == "x.<eyJhbGci.eyJz.>");
  CHECK(jwt("eyJa.b.c.d.e") == "<eyJa.b.c.d.e>");
  CHECK(jwt("tokeneyJa.b") == "token<eyJa.b>");
  CHECK(jwt("eyJa eyJb.c eyJ.d") == "eyJa <eyJb.c> <eyJ.d>");
  check_same(ValuePattern::JsonWebToken, {"eyJhbGci", "eyJhbGci.", "eyjh.b", "ey.Jb.c", "a.eyJ"});
}

TEST_CASE("e-mail addresses") {
  const auto email = [](const std::string& text) { return marked(ValuePattern::Email, text); };
  CHECK(email("a@b") == "<a@b>");
  CHECK(email("<first.last+tag@sub.example.com>") == "<<first.last+tag@sub.example.com>>");
  CHECK(email("mail a_b-c%d@example.com.") == "mail <a_b-c%d@example.com>.");
  CHECK(email("a@b@c") == "<a@b@c>");
  CHECK(email("email=a%40example.com&") == "email=<a%40example.com>&");
  CHECK(email("m\xc3\xbcller@ex\xc3\xa4mple.de") == "<m\xc3\xbcller@ex\xc3\xa4mple.de>");
  CHECK(email("mailto:a@b.c,d@e.f") == "mailto:<a@b.c>,<d@e.f>");
  check_same(ValuePattern::Email,
             {"@", "@user", "user@", "a @ b", "pkg@1.2.3", "%40a", "a%40", "a%4", "@@", "a@."});
}

TEST_CASE("payment cards") {
  const auto card = [](const std::string& text) { return marked(ValuePattern::PaymentCard, text); };
  CHECK(card("4111111111111111") == "<4111111111111111>");
  CHECK(card("x4111111111111111x") == "x<4111111111111111>x");
  CHECK(card(" 4111 1111 1111 1111 ") == " <4111 1111 1111 1111> ");
  CHECK(card("4111-1111-1111-1111.") == "<4111-1111-1111-1111>.");
  CHECK(card("3782 822463 10005") == "<3782 822463 10005>");
  CHECK(card("4222222222222") == "<4222222222222>");
  CHECK(card("6304000000000000000") == "<6304000000000000000>");
  CHECK(card("6304000000000000001") == "6304000000000000001");
  CHECK(card("4000 0000 0000 0000 006") == "<4000 0000 0000 0000 006>");
  // Groups around it go with it.
  CHECK(card("7 4111 1111 1111 1111 2031-12") == "<7 4111 1111 1111 1111 2031-12>");
  CHECK(card("41 - 4111111111111111") == "<41 - 4111111111111111>");
  check_same(ValuePattern::PaymentCard,
             {"4111111111111112", "411111111111", "41111111111111110000", "4111  1111  1111  1111",
              "2024-11-21 2024-11-28", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "- - -", "1 2 3",
              "4111.1111.1111.1111"});
}

TEST_CASE("IPv4 addresses") {
  const auto ip = [](const std::string& text) { return marked(ValuePattern::Ipv4, text); };
  CHECK(ip("203.0.113.7") == "<203.0.113.7>");
  CHECK(ip("v203.0.113.7:80/x 1.1.1.1.") == "v<203.0.113.7>:80/x <1.1.1.1>.");
  CHECK(ip("...1.2.3.4...") == "...<1.2.3.4>...");
  check_same(ValuePattern::Ipv4, {"1.2.3", "1.2.3.4.5", "1.2.3.256", "1..2.3.4", "0001.2.3.4",
                                  ".......", "1.2.3.", "1111111"});
}

TEST_CASE("IPv6 addresses") {
  const auto ip = [](const std::string& text) { return marked(ValuePattern::Ipv6, text); };
  CHECK(ip("2001:db8::1") == "<2001:db8::1>");
  CHECK(ip("[2001:DB8:0:0:0:0:0:1]:80") == "[<2001:DB8:0:0:0:0:0:1>]:80");
  CHECK(ip("from ::1, fe80::1%eth0.") == "from <::1>, <fe80::1>%eth0.");
  CHECK(ip("address:2001:db8::1: refused") == "address:<2001:db8::1>: refused");
  CHECK(ip("code:2001:db8::1:port") == "code:<2001:db8::1>:port");
  CHECK(ip("IPv6:2001:db8::.") == "IPv6:<2001:db8::>.");
  CHECK(ip("::ffff:1.2.3.4") == "<::ffff:1.2.3.4>");
  check_same(ValuePattern::Ipv6,
             {"::", "std::bad_alloc", "a::zebra", "12:34:56", "aa:bb:cc:dd:ee:ff", "x::", ":",
              "x::1", "fe80", "1::2::3", ":::", "12345::1", "t:::", "2024-11-21T14:38:00"});
}

TEST_CASE("long hexadecimal secrets") {
  const std::string hex31 = "0123456789abcdefABCDEF012345678";
  const auto hex = [](const std::string& text) { return marked(ValuePattern::LongHex, text); };
  CHECK(hex(hex31 + "9") == "<" + hex31 + "9>");
  CHECK(hex("x" + hex31 + "9f-") == "x<" + hex31 + "9f>-");
  check_same(ValuePattern::LongHex, {hex31, hex31 + "g", "01234567-89ab-cdef-0123-456789abcdef"});
}

TEST_CASE("long base64 secrets") {
  const std::string key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";  // 40 characters
  const std::string url_key = "abcdefghijklmnopqrstuvwxyz-_ABCDEFGHIJK1";
  const auto base64 = [](const std::string& text) {
    return marked(ValuePattern::LongBase64, text);
  };
  CHECK(base64("secret=" + key + "==") == "secret=<" + key + ">==");
  CHECK(base64(url_key + " ") == "<" + url_key + "> ");
  // In a path the long segments go.
  CHECK(base64("/a/b/c/d/e/f/g/h/" + url_key + "/i/j/" + url_key + "x/k/l/m") ==
        "/a/b/c/d/e/f/g/h/<" + url_key + "/i/j/" + url_key + "x>/k/l/m");
  const std::string no_digit = "abcdefghijklmnopqrstuvwxyz-_ABCDEFGHIJKL";
  check_same(ValuePattern::LongBase64,
             {key.substr(1), no_digit, "ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890ABCDEF",
              "abcdefghijklmnopqrstuvwxyz1234567890abcdef",
              "/api/v1/Users/1234567890/orders/list/something/else"});
}
