// URLs: user info, queries, fragments, and what cannot be told apart.

#include <string>

#include "redact_text.h"

using namespace redact_test;

namespace {

constexpr std::string_view kParameters[] = {"page", "Lang", "token", "key", "q"};
constexpr RedactionPolicy kPolicy{.query_parameters = kParameters};

struct Row {
  std::string_view in;
  std::string_view out;
};

void check(std::initializer_list<Row> rows, std::string_view key = "url.full") {
  for (const Row& row : rows) {
    CAPTURE(row.in);
    CHECK(attribute(kPolicy, key, row.in) == row.out);
  }
}

}  // namespace

TEST_CASE("URLs without secrets stay as they are") {
  for (const std::string_view same : {"",
                                      "/",
                                      "https://example.com",
                                      "https://example.com/",
                                      "http://example.com:8080/cart/7",
                                      "https://[2001:db8::1]:443/x",
                                      "https://203.0.113.7/x",
                                      "//cdn.example.com/a.js",
                                      "/cart?page=2&lang=de",
                                      "file:///etc/hosts",
                                      "https://example.com:/x",
                                      "cart/items",
                                      "https://medium.example/@user/post",
                                      "https://example.com/users/@me/x",
                                      "https://[2001:db8::1]/@user",
                                      "/@scope/a:b/c@",
                                      "/a:b/@c",
                                      "https://b\xc3\xbc"
                                      "cher.example/\xc3\xa9",
                                      "/cart/items;",
                                      "?page=1",
                                      "h2://x/y"}) {
    CAPTURE(same);
    Redactor redactor(kPolicy);
    const Decision decision = redactor.decide(Place::Attribute, "url.full");
    CHECK(redactor.judge(decision, same).verdict == Verdict::Keep);
    CHECK(redactor.counts().total() == 0);
  }
}

TEST_CASE("user info goes") {
  check({{"https://user:pw@example.com/x", "https://example.com/x"},
         {"https://user@example.com", "https://example.com"},
         {"https://@example.com", "https://example.com"},
         {"https://a:b@c:d@example.com/x", "https://example.com/x"},
         {"https://user:p%40w@example.com:80/", "https://example.com:80/"},
         {"https:user:pw@example.com/", "[REDACTED]"},
         {"https:/user:pw@example.com/", "https:/example.com/"},
         {"https:\\\\user:pw@example.com\\x", "https:\\\\example.com\\x"},
         {"https://///user:pw@example.com/", "https://///example.com/"},
         {"//user:pw@example.com/x", "//example.com/x"},
         {"user:pw@example.com/x", "[REDACTED]"},
         {"user@example.com/x", "example.com/x"},
         {"https://user:pw@[::1]:80/", "https://[::1]:80/"},
         {"/proxy/https://user:p!w@example.com/x", "/proxy/https://example.com/x"},
         {"/a:b@c:d@e/f", "/e/f"},
         {"/go/user%3Apw%40example.com", "/go/[REDACTED]"}});
}

TEST_CASE("a port may be the begin of a password: with an @ behind it nothing is kept") {
  check({{"http://u:12/34@h/x", "http://[REDACTED]"},
         {"http://u:12/@h", "http://[REDACTED]"},
         {"http://u:/34@h/x", "http://[REDACTED]"},
         {"http://u:1/2/3\\4@h/x", "http://[REDACTED]"},
         {"http://u:12\\34@h/x", "http://[REDACTED]"},
         {"http://u:12?34@h/x", "http://[REDACTED]"},
         {"http://u:12/3?4@h/x", "http://[REDACTED]"},
         {"http://u:12#34@h/x", "http://[REDACTED]"},
         {"http://u:12/3=4@h/x", "http://[REDACTED]"},
         {"http://u:p@12/34@h/x", "http://[REDACTED]"},
         {"http://u@12/34@h/x", "http://[REDACTED]"},
         {"http://[u]:12/34@h/x", "http://[REDACTED]"},
         {"//u:12/34@h/x", "//[REDACTED]"},
         {"1:12/34@h/x", "[REDACTED]"},
         {"u:12/34@h/x", "[REDACTED]"},
         {"http:u:12/34@h/x", "[REDACTED]"},
         {"http://h:80/?page=a@b&q=@", "http://h:80/?page=[REDACTED]&q=@"},
         {"http://h:80/x?a=b@c", "http://h:80/x?a=REDACTED"}});
}

TEST_CASE("nor in a path what may be such a URL") {
  check({{"/proxy/http://u:12/34@h/x", "/proxy/http://[REDACTED]h/x"},
         {"/proxy/http:/u:12/34@h/x", "/proxy/http:/[REDACTED]h/x"},
         {"/proxy/http://u:1;2/34@h/x", "/proxy/http://[REDACTED]h/x"},
         {"/proxy/http://u@h/x", "/proxy/http://h/x"},
         {"/proxy/http://u:1/2@3/4@h/x", "/proxy/http://[REDACTED]h/x"},
         {"https://h/http://u:12/34@h/x", "https://h/http://[REDACTED]h/x"},
         {"/a:b;c@d/e", "/d/e"}});
  check({{"u:12/34@h/x", "[REDACTED]h/x"}, {"//u:12/34@h/x", "//[REDACTED]h/x"}}, "url.path");
}

TEST_CASE("values of parameters go, unless they are listed and no secret") {
  check({{"/?a=1&b=2", "/?a=REDACTED&b=REDACTED"},
         {"/?a=1;page=2;b=3", "/?a=REDACTED;page=2;b=REDACTED"},
         {"/?page=2&LANG=de&pages=3", "/?page=2&LANG=de&pages=REDACTED"},
         {"/?token=t&key=k&page=", "/?token=REDACTED&key=REDACTED&page="},
         {"/?a=", "/?a=REDACTED"},
         {"/?=v", "/?=REDACTED"},
         {"/?secretvalue", "/?REDACTED"},
         {"/?page", "/?page"},
         {"/?", "/?"},
         {"/?&&", "/?&&"},
         {"/?a=b=c?d=e", "/?a=REDACTED"},
         {"/?p%61ge=1", "/?p%61ge=REDACTED"},
         {"/?page=a@example.com&q=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
          "/?page=[REDACTED]&q=[REDACTED]"},
         {"/?user@example.com=1", "/?[REDACTED]=REDACTED"},
         {"https://example.com?a=1", "https://example.com?a=REDACTED"},
         {"?a=1", "?a=REDACTED"}});
  const std::string long_name(65, 'n');
  CHECK(attribute(kPolicy, "url.full", "/?" + long_name + "=1") == "/?REDACTED=REDACTED");
  const std::string name(64, 'n');
  CHECK(attribute(kPolicy, "url.full", "/?" + name + "=1") == "/?" + name + "=REDACTED");
}

TEST_CASE("fragments and parameters in paths go") {
  check({{"https://example.com/x#access_token=1", "https://example.com/x"},
         {"https://example.com#f", "https://example.com"},
         {"/x?page=1#f?g", "/x?page=1"},
         {"/x#?a=b", "/x"},
         {"#f", ""},
         {"/cart;jsessionid=1A2B/items", "/cart;jsessionid=REDACTED/items"},
         {"/cart;v=1;page=2?a=b", "/cart;v=REDACTED;page=2?a=REDACTED"},
         {"/cart;secret", "/cart;REDACTED"}});
}

TEST_CASE("opaque URLs keep their scheme only, and what cannot be read is masked") {
  check({{"data:text/html;base64,c2VjcmV0", "data:"},
         {"javascript:alert(1)", "javascript:"},
         {"blob:https://example.com/1", "blob:"},
         {"mailto:a@example.com", "[REDACTED]"},
         {"sk-live-1:x", "[REDACTED]"},
         {"abc1:x", "[REDACTED]"},
         {"aaaaaaaaaaaaaaaaa:x", "[REDACTED]"},
         {"aaaaaaaaaaaaaaaaa://host/", "[REDACTED]"},
         {"https:", "https:"},
         {"https://host:pa/ss@example.com", "https://[REDACTED]"},
         {"https://user:p?ss@example.com", "https://[REDACTED]"},
         {"https://user:p#ss@example.com", "https://[REDACTED]"},
         {"https://host:123456/", "https://[REDACTED]"},
         {"https://a b/", "https://[REDACTED]"},
         {"https://user%3Apw%40host/", "https://[REDACTED]"},
         {"https://[::1/x", "https://[REDACTED]"},
         {"https://[::1]x/", "https://[REDACTED]"},
         {" https://user:pw@host/", "[REDACTED]"},
         {"ht\ntps://user:pw@host/", "[REDACTED]"},
         {"not a url", "[REDACTED]"},
         {"1ttp://user:pw@host/", "[REDACTED]"}});
  CHECK(url(std::string_view("https://a\0b/", 12)) == "https://[REDACTED]");
}

TEST_CASE("queries and paths alone, and the older names") {
  check({{"a=1&page=2", "a=REDACTED&page=2"},
         {"?a=1#f", "?a=REDACTED"},
         {"", ""},
         {"secret", "REDACTED"}},
        "url.query");
  check({{"/users/a@example.com/x", "/users/[REDACTED]/x"},
         {"/x?a=1", "/x?a=REDACTED"},
         {"user:pw@x", "x"},
         {"/api/v1/Users/1234567890/orders/list/something/else",
          "/api/v1/Users/1234567890/orders/list/something/else"}},
        "url.path");
  check({{"/x?a=1", "/x?a=REDACTED"}}, "http.target");
  check({{"https://u@h/x?a=1", "https://h/x?a=REDACTED"}}, "http.url");
  check({{"https://u@h/x?a=1", "https://h/x?a=REDACTED"}}, "URL.Original");
  check({{"access_token=1", kDropped}}, "url.fragment");
}

TEST_CASE("what was done is counted by kind") {
  Redactor redactor(kPolicy);
  (void)attribute(redactor, "url.full", "https://u:p@h/;a=1?b=1&c&page=1.2.3.4#f");
  (void)attribute(redactor, "url.path", "/u:p@x");
  CHECK(redactor.counts().of(RedactionKind::UrlUserInfo) == 2);
  CHECK(redactor.counts().of(RedactionKind::QueryParameter) == 3);
  CHECK(redactor.counts().of(RedactionKind::UrlFragment) == 1);
  CHECK(redactor.counts().of(RedactionKind::Ipv4) == 1);
  CHECK(redactor.counts().total() == 7);
  (void)attribute(redactor, "url.full", "data:x");
  (void)attribute(redactor, "url.full", "https://a b");
  CHECK(redactor.counts().of(RedactionKind::UrlUnreadable) == 2);
}

TEST_CASE("without patterns for messages, URLs are scrubbed by their parts only") {
  constexpr RedactionPolicy kPartsOnly{.messages = {}, .query_parameters = kParameters};
  CHECK(url("https://h/a@example.com?a=1&page=1.2.3.4#f", kPartsOnly) ==
        "https://h/a@example.com?a=REDACTED&page=1.2.3.4");
}
