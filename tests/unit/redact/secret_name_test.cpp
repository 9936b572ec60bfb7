// Names that say their value is a secret.

#include <afterglow/secret_name.h>
#include <doctest/doctest.h>

#include <string_view>

using afterglow::is_secret_name;
using afterglow::is_secret_parameter;

static_assert(is_secret_name("password"), "usable while compiling");

TEST_CASE("secret names, whatever the case and wherever in the name") {
  for (const std::string_view name :
       {"token",          "TOKEN",       "refreshToken", "x-csrf-token",  "client_secret",
        "db.password",    "Passwd",      "passwort",     "PWD",           "credentials",
        "cookie",         "Set-Cookie",  "set_cookie",   "Authorization", "Proxy-Authorization",
        "session.id",     "JSESSIONID",  "phpsessid",    "jwt",           "apikey",
        "api-key",        "X-Api-Key",   "api_key",      "api.key",       "AccessKeyId",
        "aws.access_key", "private-key", "myPrivateKey"}) {
    CAPTURE(name);
    CHECK(is_secret_name(name));
    CHECK(is_secret_parameter(name));
  }
}

TEST_CASE("names of parameters are judged more strictly, but by whole words") {
  for (const std::string_view name :
       {"key", "KEY", "keys", "x-goog-key", "userKey", "keyId", "key2", "auth", "x_auth", "sig",
        "X-Amz-Signature", "sid", "connect.sid", "pass", "pin", "nonce", "otp", "id_sig"}) {
    CAPTURE(name);
    CHECK_FALSE(is_secret_name(name));
    CHECK(is_secret_parameter(name));
  }
}

TEST_CASE("ordinary names") {
  for (const std::string_view name :
       {"", "k", "page", "keyword", "monkey", "author", "design", "inside", "compass", "spin",
        "http.request.method", "user.id", "content-type", "tok en", "signal", "passage"}) {
    CAPTURE(name);
    CHECK_FALSE(is_secret_name(name));
    CHECK_FALSE(is_secret_parameter(name));
  }
}
