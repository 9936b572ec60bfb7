// Doubles as JSON numbers: the shortest text that reads back as the same double.

#include <afterglow/attribute.h>
#include <doctest/doctest.h>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include "encode/json_writer.h"
#include "encode/otlp_values.h"

namespace {

std::string format(double value) {
  char digits[32];
  return {digits, afterglow::detail::format_double(value, digits)};
}

// RFC 8259: no plus sign in front, no leading zeros, digits on both sides of a point.
bool is_json_number(const std::string& text) {
  std::size_t at = 0;
  const auto digit = [&] { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
  const auto digits = [&] {
    const std::size_t from = at;
    while (digit()) {
      ++at;
    }
    return at != from;
  };
  if (text[at] == '-') {
    ++at;
  }
  const bool leading_zero =
      text[at] == '0' && at + 1 < text.size() && text[at + 1] >= '0' && text[at + 1] <= '9';
  if (leading_zero || !digits()) {
    return false;
  }
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!digits()) {
      return false;
    }
  }
  if (at < text.size() && text[at] == 'e') {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
      ++at;
    }
    if (!digits()) {
      return false;
    }
  }
  return at == text.size();
}

TEST_CASE("known forms") {
  CHECK(format(0.0) == "0.0");
  CHECK(format(-0.0) == "-0.0");
  CHECK(format(1.0) == "1.0");
  CHECK(format(-1.5) == "-1.5");
  CHECK(format(0.1) == "0.1");
  CHECK(format(1.0 / 3) == "0.3333333333333333");
  CHECK(format(123456789.0) == "123456789.0");
  CHECK(format(1e21) == "1e21");
  CHECK(format(1e-7) == "1e-7");
  CHECK(format(5e-324) == "5e-324");
  CHECK(format(2.2250738585072014e-308) == "2.2250738585072014e-308");
  CHECK(format(std::numeric_limits<double>::max()) == "1.7976931348623157e308");
  CHECK(format(9007199254740993.0) == "9007199254740992.0");
}

TEST_CASE("any finite double reads back as itself, within 25 characters") {
  std::mt19937_64 random(271828);
  for (int i = 0; i < 200'000; ++i) {
    std::uint64_t bits = random();
    if (i % 4 == 0) {
      bits &= 0x800F'FFFF'FFFF'FFFF;  // subnormal
    }
    const auto value = std::bit_cast<double>(bits);
    if (!(value - value == 0)) {
      continue;  // not finite
    }
    const std::string text = format(value);
    REQUIRE(text.size() <= 25);
    REQUIRE_MESSAGE(is_json_number(text), text);
    REQUIRE_MESSAGE(std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)) == bits, text);
  }
}

TEST_CASE("what is no number is a string") {
  const auto written = [](double value) {
    char memory[128];
    afterglow::encode::JsonWriter out(memory);
    afterglow::encode::write_attribute(out, "k", value);
    return std::string(out.text());
  };
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  CHECK(written(kNan) == R"({"key":"k","value":{"doubleValue":"NaN"}})");
  CHECK(written(-kNan) == R"({"key":"k","value":{"doubleValue":"NaN"}})");
  CHECK(written(kInfinity) == R"({"key":"k","value":{"doubleValue":"Infinity"}})");
  CHECK(written(-kInfinity) == R"({"key":"k","value":{"doubleValue":"-Infinity"}})");
  CHECK(written(-0.0) == R"({"key":"k","value":{"doubleValue":-0.0}})");
}

}  // namespace
