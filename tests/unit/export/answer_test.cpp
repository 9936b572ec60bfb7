// Answers of collectors: what they say, and that nothing in them harms us.

#include "export/answer.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using afterglow::exporter::PartialSuccess;
using afterglow::exporter::read_partial_success;

// A copy of exactly this size, so that the sanitizer sees a read behind the end.
PartialSuccess read(std::string_view body) {
  std::vector<char> copy(body.begin(), body.end());
  return read_partial_success(copy);
}

void check_says_nothing(std::string_view body) {
  CAPTURE(body);
  const PartialSuccess answer = read(body);
  CHECK(answer.rejected == 0);
  CHECK_FALSE(answer.has_message);
}

TEST_CASE("answers without a partial success say nothing") {
  for (const std::string_view body :
       {"", "{", "{}", " { } ", "[]", "null", "true", "7", "\"text\"", "{\"a\":1}",
        "{\"partialSuccess\":{}}", "{\"partialSuccess\":null}", "{\"partialSuccess\":[]}",
        "{\"partialSuccess\":5}", "{\"partialSuccess\":{\"rejectedSpans\":\"0\"}}",
        "{\"partialSuccess\":{\"rejectedSpans\":0,\"errorMessage\":\"\"}}", "<html></html>"}) {
    check_says_nothing(body);
  }
}

TEST_CASE("the count may be a string or a number, and has a name for each signal") {
  for (const std::string_view name :
       {"rejectedSpans", "rejectedDataPoints", "rejectedLogRecords"}) {
    const std::string head = "{\"partialSuccess\":{\"" + std::string(name) + "\":";
    CHECK(read(head + "\"17\"}}").rejected == 17);
    CHECK(read(head + "17}}").rejected == 17);
    CHECK(read(head + "  17  }  }  ").rejected == 17);
    CHECK(read(head + "17}}\n").rejected == 17);
  }
}

TEST_CASE("a message without a count is a warning") {
  const PartialSuccess warning = read("{\"partialSuccess\":{\"errorMessage\":\"slow down\"}}");
  CHECK(warning.rejected == 0);
  CHECK(warning.has_message);
  const PartialSuccess both = read(
      "{\"partialSuccess\":{\"errorMessage\":\"bad \\u0000 \\\" é\",\"rejectedSpans\":\"2\"}}");
  CHECK(both.rejected == 2);
  CHECK(both.has_message);
}

TEST_CASE("members that are not known are ignored at every level") {
  CHECK(read("{\"x\":[1,{\"rejectedSpans\":9}],\"partialSuccess\":{\"y\":{\"rejectedSpans\":8},"
             "\"rejectedSpans\":\"3\",\"z\":[7]},\"rejectedSpans\":6}")
            .rejected == 3);
  check_says_nothing("{\"rejectedSpans\":5,\"errorMessage\":\"x\"}");
  check_says_nothing("{\"other\":{\"rejectedSpans\":5,\"errorMessage\":\"x\"}}");
}

TEST_CASE("what is escaped is what it stands for") {
  CHECK(read(R"({"partial\u0053uccess":{"reject\u0065dSpans":"\u0031\u0037"}})").rejected == 17);
  CHECK(read(R"({"partialSuccess":{"rejectedSpans":"1\u006A"}})").rejected == 0);
  CHECK(read(R"({"a":"\ud83d\ude00 \uDC00 \"\\\/\b","partialSuccess":{"rejectedSpans":2}})")
            .rejected == 2);
  CHECK(read(R"({"partialSuccess":{"error\u004dessage":"no"}})").has_message);
  CHECK(read(R"({"partialSuccess":{"error\u004Dessage":"no"}})").has_message);
  check_says_nothing(R"({"partialSuccess":{"rejectedSpan\u0173":2}})");
  check_says_nothing(R"({"partialSuccess":{"rejected\Spans":2}})");
}

TEST_CASE("of members with one name the last counts, and only text is a message") {
  CHECK(read(R"({"partialSuccess":{"rejectedSpans":1,"rejectedSpans":2}})").rejected == 2);
  check_says_nothing(R"({"partialSuccess":{"rejectedSpans":1,"rejectedSpans":null}})");
  check_says_nothing(R"({"partialSuccess":{"errorMessage":"a","errorMessage":""}})");
  for (const std::string_view none : {"null", "true", "5", "[]", "{}", "[\"a\"]"}) {
    check_says_nothing("{\"partialSuccess\":{\"errorMessage\":" + std::string(none) + "}}");
  }
}

TEST_CASE("only members of an object say something") {
  check_says_nothing(R"({"partialSuccess":[{"rejectedSpans":1},7]})");
  check_says_nothing(R"([{"partialSuccess":{"rejectedSpans":1}}])");
  check_says_nothing(R"({"partialSuccess":{"partialSuccess":{"rejectedSpans":1}}})");
}

TEST_CASE("numbers of any form and white space are passed over") {
  CHECK(read("{\"a\":[0,-1,2.5,1e+3,1E-3,true,false,null],"
             "\n\t\"partialSuccess\"\r\n : {\t\"rejectedSpans\" :\n1 } }")
            .rejected == 1);
  check_says_nothing(R"({"partialSuccess":{"rejectedSpans":1,"errorMessage":"a","b":{},"c":[])");
}

TEST_CASE("a mistake in the structure ends the reading") {
  for (const std::string_view before :
       {"\"a\" 1,", "\"a\":1", "\"a\":,", "a:1,", ",", "\"a\":[1,],", "\"a\":[1 [2]],",
        "\"a\":{\"b\":1,},", "\"a\":{1},", "\"a\":(1),", "\"a\":\"\n\",", "\"a\":\"\\u00g0\",",
        "\"a\":\"\\\n\",", "\"a\":[1},", "\"a\":{\"b\":1],", "\"a\"::1,", "\"a\":\"b\"\"c\",",
        "\"a\":[\v],"}) {
    check_says_nothing("{" + std::string(before) + "\"partialSuccess\":{\"rejectedSpans\":1}}");
  }
  CHECK(read("{\"partialSuccess\":{\"rejectedSpans\":1},}").rejected == 1);  // said before it
}

TEST_CASE("counts that make no sense say nothing, the largest one is read") {
  for (const std::string_view count :
       {"-1", "\"-1\"", "1.5", "\"1e3\"", "\" 1\"", "\"\"", "true", "null", "[1]",
        "\"99999999999999999999999\"", "99999999999999999999999"}) {
    CAPTURE(count);
    const std::string body = "{\"partialSuccess\":{\"rejectedSpans\":" + std::string(count) + "}}";
    CHECK(read(body).rejected == 0);
  }
  CHECK(read("{\"partialSuccess\":{\"rejectedSpans\":\"9223372036854775807\"}}").rejected > 0);
}

TEST_CASE("an answer that was cut anywhere says nothing it did not say whole") {
  const std::string whole =
      "{\"partialSuccess\":{\"errorMessage\":\"too \\\"old\\\" \\u00e9\",\"rejectedSpans\":12345}}";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    const PartialSuccess answer = read(std::string_view(whole).substr(0, length));
    CHECK(answer.rejected == 0);
    CHECK_FALSE(answer.has_message);
  }
  CHECK(read(whole).rejected == 12345);
}

TEST_CASE("NULs end an answer") {
  check_says_nothing(std::string_view("\0\0\0", 3));
  check_says_nothing(std::string_view("{\"partialSuccess\":{\"rejectedSpans\":1\0}}", 38));
  CHECK(read(std::string_view("{\"partialSuccess\":{\"rejectedSpans\":1}}\0junk", 44)).rejected ==
        1);
}

TEST_CASE("deep nesting ends the reading, not the stack") {
  for (const std::string_view one : {"[", "{\"a\":", "[{\"partialSuccess\":", "[[{\"a\":["}) {
    std::string deep;
    for (int i = 0; i < 1000; ++i) {
      deep += one;
    }
    check_says_nothing(deep);
    check_says_nothing("{\"partialSuccess\":{\"rejectedSpans\":" + deep);
  }
  const std::string fifteen(15, '[');
  const std::string closed = fifteen + std::string(15, ']');
  CHECK(read("{\"a\":" + closed + ",\"partialSuccess\":{\"rejectedSpans\":4}}").rejected == 4);
  check_says_nothing("{\"a\":[" + closed + "],\"partialSuccess\":{\"rejectedSpans\":4}}");
  CHECK(read("{\"a\":[[[[[[1]]]]]],\"partialSuccess\":{\"rejectedSpans\":4}}").rejected == 4);
}

TEST_CASE("a megabyte is read like any other answer") {
  const std::string filler(1024 * 1024, 'x');
  CHECK(read("{\"" + filler + "\":\"" + filler + "\",\"partialSuccess\":{\"rejectedSpans\":2}}")
            .rejected == 2);
  const std::string digits(1024 * 1024, '7');
  check_says_nothing("{\"partialSuccess\":{\"rejectedSpans\":" + digits + "}}");
  check_says_nothing(filler);
  check_says_nothing(std::string(1024 * 1024, '['));
}

TEST_CASE("random bytes, and a valid answer with random damage") {
  std::mt19937 random(4711);
  const std::string valid =
      "{\"partialSuccess\":{\"rejectedSpans\":\"3\",\"errorMessage\":\"no\\n\"},\"a\":[1,-2.5e3,{}]"
      "}";
  for (int i = 0; i < 50'000; ++i) {
    std::string body;
    if (i % 2 == 0) {
      body.resize(random() % 200);
      for (char& c : body) {
        c = static_cast<char>(random());
      }
    } else {
      body = valid;
      for (std::uint32_t damage = random() % 4; damage != 0; --damage) {
        body[random() % body.size()] = static_cast<char>(random());
      }
    }
    const PartialSuccess answer = read(body);
    REQUIRE((answer.rejected == 0 || i % 2 == 1));
  }
}

}  // namespace
