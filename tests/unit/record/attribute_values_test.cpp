// Values of every type, from the call to the text that leaves.

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "record/recording.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;

// The attributes of the only span of a trace that set them by `set`.
template <class Set>
std::string attributes_of(Set set, const Config& config = {}) {
  Recording r(config);
  Span span = r.telemetry.start_span("s");
  set(span);
  span.end();
  return tail_of_span(r.sent());
}

std::string one(const Value& value, const Config& config = {}) {
  const std::string tail =
      attributes_of([&](Span& span) { span.set_attribute("k", value); }, config);
  constexpr std::string_view kHead = R"(,"attributes":[{"key":"k","value":)";
  constexpr std::string_view kEnd = "}]";
  CHECK(tail.starts_with(kHead));
  CHECK(tail.ends_with(kEnd));
  return tail.size() < kHead.size() + kEnd.size()
             ? tail
             : tail.substr(kHead.size(), tail.size() - kHead.size() - kEnd.size());
}

TEST_CASE("without attributes there is no list") {
  CHECK(attributes_of([](Span&) {}).empty());
}

TEST_CASE("single values") {
  CHECK(one({}) == "{}");
  CHECK(one(true) == R"({"boolValue":true})");
  CHECK(one(false) == R"({"boolValue":false})");
  CHECK(one(0) == R"({"intValue":"0"})");
  CHECK(one(INT64_MAX) == R"({"intValue":"9223372036854775807"})");
  CHECK(one(INT64_MIN) == R"({"intValue":"-9223372036854775808"})");
  CHECK(one(UINT64_MAX) == R"({"intValue":"9223372036854775807"})");
  CHECK(one(static_cast<signed char>(-5)) == R"({"intValue":"-5"})");
  CHECK(one(1e21) == R"({"doubleValue":1e21})");
  CHECK(one(2.0F) == R"({"doubleValue":2.0})");
  CHECK(one(-0.0) == R"({"doubleValue":-0.0})");
  CHECK(one(std::nan("")) == R"({"doubleValue":"NaN"})");
  CHECK(one(-std::numeric_limits<double>::infinity()) == R"({"doubleValue":"-Infinity"})");
  CHECK(one("text") == R"({"stringValue":"text"})");
  CHECK(one("") == R"({"stringValue":""})");
  CHECK(one(static_cast<const char*>(nullptr)) == R"({"stringValue":""})");
  CHECK(one(std::string("own\0ed", 6)) == R"({"stringValue":"own\u0000ed"})");
}

TEST_CASE("bytes of each length modulo three") {
  const std::byte bytes[] = {std::byte{0xFB}, std::byte{0xFF}, std::byte{0xBF}, std::byte{0}};
  const char* const expected[] = {"", "+w==", "+/8=", "+/+/", "+/+/AA=="};
  for (std::size_t length = 0; length <= 4; ++length) {
    CHECK(one(Value::bytes(std::span(bytes).first(length))) ==
          "{\"bytesValue\":\"" + std::string(expected[length]) + "\"}");
  }
}

TEST_CASE("arrays of each element type") {
  const bool bools[] = {true, false};
  const std::int64_t ints[] = {1, -2};
  const double doubles[] = {0.5, std::nan("")};
  const std::string_view texts[] = {"a", "", "\""};
  CHECK(one(bools) == R"({"arrayValue":{"values":[{"boolValue":true},{"boolValue":false}]}})");
  CHECK(one(ints) == R"({"arrayValue":{"values":[{"intValue":"1"},{"intValue":"-2"}]}})");
  CHECK(one(doubles) == R"({"arrayValue":{"values":[{"doubleValue":0.5},{"doubleValue":"NaN"}]}})");
  CHECK(one(texts) == R"({"arrayValue":{"values":[{"stringValue":"a"},{"stringValue":""},)"
                      R"({"stringValue":"\""}]}})");
  CHECK(one(std::span<const std::int64_t>()) == R"({"arrayValue":{"values":[]}})");
}

TEST_CASE("mixed arrays and maps, nested") {
  const std::int64_t ints[] = {7};
  const Attribute inner[] = {{"b", true}, {DynamicKey("dyn\"amic"), "v"}};
  const Value mixed[] = {1, "two", 3.5, {}, ints, std::span<const Attribute>(inner)};
  CHECK(one(mixed) ==
        R"({"arrayValue":{"values":[{"intValue":"1"},{"stringValue":"two"},{"doubleValue":3.5},{},)"
        R"({"arrayValue":{"values":[{"intValue":"7"}]}},)"
        R"({"kvlistValue":{"values":[{"key":"b","value":{"boolValue":true}},)"
        R"({"key":"dyn\"amic","value":{"stringValue":"v"}}]}}]}})");
  CHECK(one(std::span<const Attribute>()) == R"({"kvlistValue":{"values":[]}})");
}

TEST_CASE("a double that is only found inside a nested value is written") {
  const Value inner[] = {2.5};
  const Value outer[] = {inner};
  CHECK(one(outer) ==
        R"({"arrayValue":{"values":[{"arrayValue":{"values":[{"doubleValue":2.5}]}}]}})");
}

TEST_CASE("eight levels are kept, the ninth is null") {
  Value levels[10][1] = {{1}};
  for (std::size_t i = 1; i < 10; ++i) {
    levels[i][0] = std::span<const Value>(levels[i - 1]);
  }
  const auto nested = [](std::size_t depth, const std::string& innermost) {
    std::string text = innermost;
    for (std::size_t i = 0; i < depth; ++i) {
      text.insert(0, R"({"arrayValue":{"values":[)");
      text += "]}}";
    }
    return text;
  };
  CHECK(one(levels[7]) == nested(8, R"({"intValue":"1"})"));
  CHECK(one(levels[8]) == nested(8, "{}"));
  CHECK(one(levels[9]) == nested(8, "{}"));
}

TEST_CASE("maps nest by the same rule") {
  Attribute levels[10][1] = {{{"k", 1}}, {{"k", 1}}, {{"k", 1}}, {{"k", 1}}, {{"k", 1}},
                             {{"k", 1}}, {{"k", 1}}, {{"k", 1}}, {{"k", 1}}, {{"k", 1}}};
  for (std::size_t i = 1; i < 10; ++i) {
    levels[i][0].value = std::span<const Attribute>(levels[i - 1]);
  }
  CHECK(count_of(one(std::span<const Attribute>(levels[7])), "kvlistValue") == 8);
  CHECK(contains(one(std::span<const Attribute>(levels[7])), "intValue"));
  CHECK(count_of(one(std::span<const Attribute>(levels[8])), "kvlistValue") == 8);
  CHECK_FALSE(contains(one(std::span<const Attribute>(levels[8])), "intValue"));
}

TEST_CASE("the value length limit cuts between code points, in arrays and maps too") {
  const Config config{.limits = {.attribute_value_length = 3}};
  CHECK(one("abc", config) == R"({"stringValue":"abc"})");
  CHECK(one("abcd", config) == R"({"stringValue":"abc"})");
  CHECK(one("äöüß", config) == R"({"stringValue":"äöü"})");
  CHECK(one("\xF0\x9F\x8C\x99\xF0\x9F\x8C\x99\xF0\x9F\x8C\x99\xF0\x9F\x8C\x99", config) ==
        "{\"stringValue\":\"\xF0\x9F\x8C\x99\xF0\x9F\x8C\x99\xF0\x9F\x8C\x99\"}");
  const std::string_view texts[] = {"äöüß", "ab"};
  CHECK(one(texts, config) ==
        R"({"arrayValue":{"values":[{"stringValue":"äöü"},{"stringValue":"ab"}]}})");
  const Value mixed[] = {"abcd", 12345};
  CHECK(one(mixed, config) ==
        R"({"arrayValue":{"values":[{"stringValue":"abc"},{"intValue":"12345"}]}})");
  const Attribute entries[] = {{"longer key", "abcd"}};
  CHECK(one(std::span<const Attribute>(entries), config) ==
        R"({"kvlistValue":{"values":[{"key":"longer key","value":{"stringValue":"abc"}}]}})");
  CHECK(one("abc", {.limits = {.attribute_value_length = 0}}) == R"({"stringValue":""})");
}

TEST_CASE("values over several pages arrive whole") {
  const std::string text(20'000, 't');
  CHECK(one(text) == "{\"stringValue\":\"" + text + "\"}");
  std::int64_t ints[1000];
  for (std::int64_t i = 0; i < 1000; ++i) {
    ints[i] = i;
  }
  const std::string array = one(std::span<const std::int64_t>(ints));
  CHECK(count_of(array, "intValue") == 1000);
  CHECK(array.ends_with(R"({"intValue":"999"}]}})"));
}

}  // namespace
