// Percent-encoded lists, whole or not at all.

#include "config/pairs.h"

#include <doctest/doctest.h>
#include <fake_host.h>

#include <string>
#include <string_view>
#include <vector>

#include "config/variables.h"

namespace {

using afterglow::config::are_headers;
using afterglow::config::decode_pairs;
using afterglow::config::find_pair;
using afterglow::config::next_pair;
using namespace std::string_view_literals;

// The pairs, or "malformed". The memory is exactly as large as promised.
std::string decoded(std::string_view list) {
  std::vector<char> memory(list.begin(), list.end());
  memory.push_back('#');
  std::size_t length = 0;
  if (!decode_pairs(memory, length)) {
    return "malformed";
  }
  REQUIRE(length <= memory.size());
  return {memory.data(), length};
}

TEST_CASE("lists become pairs") {
  CHECK(decoded("a=b") == "a\0b\0"sv);
  CHECK(decoded("a=b,c=d") == "a\0b\0c\0d\0"sv);
  CHECK(decoded(" a = b , c = d ") == "a\0b\0c\0d\0"sv);
  CHECK(decoded(",a=b,, ,") == "a\0b\0"sv);
  CHECK(decoded("a=b=c") == "a\0b=c\0"sv);
  CHECK(decoded("a=") == "a\0\0"sv);
  CHECK(decoded("a=,b=") == "a\0\0b\0\0"sv);
  CHECK(decoded("a%2Cb=%3D%2c%25") == "a,b\0=,%\0"sv);
  CHECK(decoded("a=%20b%20") == "a\0 b \0"sv);  // white space that was escaped stays
  CHECK(decoded("a=\xC3\xA4,b=%C3%A4") == "a\0\xC3\xA4\0b\0\xC3\xA4\0"sv);
  CHECK(decoded("a=1,a=2") == "a\0001\0a\0002\0"sv);
  CHECK(decoded(",").empty());
}

TEST_CASE("one error spoils the list") {
  for (const std::string_view bad :
       {"a"sv, "a,b=c"sv, "b=c,a"sv, "=b"sv, " =b"sv, "a=%"sv, "a=%2"sv, "a=%2,b=c"sv, "a=%zz"sv,
        "%=a"sv, "a=%00"sv, "a=\0"sv, "\0=a"sv, "a=\xFF"sv, "a=%FF"sv, "a=%C3"sv, "%FF=a"sv,
        "a=%ED%A0%80"sv, "a=b,c=%"sv}) {
    CAPTURE(bad);
    CHECK(decoded(bad) == "malformed");
  }
}

TEST_CASE("a name is cut at its escapes only, not joined with its neighbour") {
  CHECK(decoded("a=%43%2C,d=e") == "a\0C,\0d\0e\0"sv);
  const std::string many = [] {
    std::string list;
    for (int i = 0; i < 10'000; ++i) {
      list += "k=v,";
    }
    return list;
  }();
  CHECK(decoded(many).size() == 40'000);
}

TEST_CASE("pairs are taken off one by one, and found by name") {
  std::string_view pairs = "a\0001\0b\0\0a\0002\0"sv;
  CHECK(find_pair(pairs, "a") == "2");
  CHECK(find_pair(pairs, "b") == "");
  CHECK(find_pair(pairs, "c") == "");
  CHECK(find_pair("", "a") == "");
  std::string_view name;
  std::string_view value;
  CHECK(next_pair(pairs, name, value));
  CHECK(name == "a");
  CHECK(value == "1");
  CHECK(next_pair(pairs, name, value));
  CHECK(name == "b");
  CHECK(value == "");
  CHECK(next_pair(pairs, name, value));
  CHECK(value == "2");
  CHECK_FALSE(next_pair(pairs, name, value));
}

TEST_CASE("headers are tokens and values without control characters") {
  CHECK(are_headers(""));
  CHECK(are_headers("x-a!#$%&'*+.^_`|~9\0a\tb \xC3\xA4\0"sv));
  for (const std::string_view bad :
       {"a b\0v\0"sv, "a:\0v\0"sv, "\x7F\0v\0"sv, "\xC3\xA4\0v\0"sv, "a\0v\r\n\0"sv, "a\0\x01\0"sv,
        "a\0\x7F\0"sv, "ok\0ok\0a(b\0v\0"sv}) {
    CHECK_FALSE(are_headers(bad));
  }
}

TEST_CASE("texts are kept whole with a byte to spare, or not at all") {
  using namespace afterglow::config;
  using afterglow::host::fake_host;
  const afterglow::host::Pair pairs[] = {{"OTEL_SERVICE_NAME", "12345678"},
                                         {"OTEL_EXPORTER_OTLP_HEADERS", "1234567"},
                                         {"OTEL_EXPORTER_OTLP_ENDPOINT", "x"}};
  fake_host().reset();
  fake_host().environment = pairs;
  std::vector<char> memory(8);
  std::vector<char> scratch(1024);
  Variables variables(Purpose::Export, memory, false);
  CHECK(variables.read(scratch) == afterglow::host::Status::Ok);
  CHECK(variables.fault(Text::ServiceName) == Fault::NoRoom);
  CHECK(variables.text(Text::ServiceName).empty());
  CHECK(variables.fault(Text::Headers) == Fault::None);
  const std::span<char> headers = variables.text(Text::Headers);
  CHECK(std::string_view(headers.data(), headers.size() - 1) == "1234567");
  CHECK(variables.fault(Text::Endpoint) == Fault::NoRoom);
  CHECK(variables.fault(Text::LogsHeaders) == Fault::NotGiven);
  CHECK(variables.faults() == 2);
  variables.judge(Text::Headers, Fault::NoList);
  variables.judge(Text::LogsHeaders, Fault::NoList);  // which nobody gave
  CHECK(variables.text(Text::Headers).empty());
  CHECK(variables.faults() == 3);
}

TEST_CASE("an environment is wiped after it was read, and nothing beside it is touched") {
  using namespace afterglow::config;
  using afterglow::host::fake_host;
  using afterglow::host::Status;
  for (const std::string_view name : {""sv, "O"sv, "OTEL_"sv, "OTEL_SD"sv, "OTEL_SDK_DISABLED"sv}) {
    CAPTURE(name);
    const afterglow::host::Pair pairs[] = {{name, ""}};
    fake_host().reset();
    fake_host().environment = pairs;
    for (std::size_t size = 0;; ++size) {  // the last one is as large as it must be
      std::vector<char> scratch(size, '#');
      Variables variables(Purpose::Recording, {}, false);
      if (variables.read(scratch) == Status::Ok) {
        CHECK(scratch == std::vector<char>(size));
        break;
      }
    }
  }
}

}  // namespace
