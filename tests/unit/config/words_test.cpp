// How words of values are read.

#include "config/words.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace {

using afterglow::config::kNoPlace;
using afterglow::config::next_member;
using afterglow::config::parse_number;
using afterglow::config::parse_ratio;
using afterglow::config::place_of;

using afterglow::config::word_at;
using namespace std::string_view_literals;

std::string_view trimmed(std::string_view text) {
  afterglow::config::trim(text);
  return text;
}

TEST_CASE("white space goes at both ends, nothing else does") {
  CHECK(trimmed("") == "");
  CHECK(trimmed(" \t\r\n\v\f") == "");
  CHECK(trimmed("  a b\t") == "a b");
  CHECK(trimmed("\0a\0"sv) == "\0a\0"sv);
  CHECK(trimmed("\xC2\xA0x") == "\xC2\xA0x");  // no-break space is not ASCII white space
}

TEST_CASE("words match whatever their case, and whole") {
  constexpr const char* kList = "false,true,b3,@[`|,otlp/stdout";
  CHECK(place_of("TrUe", kList) == 1);
  CHECK(place_of("B3", kList) == 2);
  CHECK(place_of("OTLP/stdout", kList) == 4);
  CHECK(place_of("false", kList) == 0);
  for (const std::string_view none :
       {"tru"sv, "truee"sv, "true\0"sv, "@[`{"sv, "\x14rue"sv, "true,b3"sv, "b"sv, ""sv, ","sv,
        "stdout"sv, "otlp/stdout\0x"sv, "\xFF"sv}) {
    CAPTURE(none);
    CHECK(place_of(none, kList) == kNoPlace);
  }
  const std::vector<char> exactly = {'t', 'r'};  // the sanitizer sees a read behind the end
  CHECK(place_of({exactly.data(), exactly.size()}, kList) == kNoPlace);
  CHECK(place_of("", ",a") == 0);
  CHECK(place_of("a", ",a") == 1);
  CHECK(word_at(kList, 0) == "false");
  CHECK(word_at(kList, 4) == "otlp/stdout");
  CHECK(word_at(",a", 0).empty());
  CHECK(word_at("none", 0) == "none");
}

TEST_CASE("numbers are digits up to 32 bits") {
  const struct {
    std::string_view text;
    std::uint32_t number;
  } good[] = {{"0", 0}, {"7", 7}, {"000123", 123}, {"4294967295", 4294967295U}};
  for (const auto& one : good) {
    std::uint32_t number = 99;
    CHECK(parse_number(one.text, number));
    CHECK(number == one.number);
  }
  const std::string long_zeros(10'000, '0');
  std::uint32_t number = 99;
  CHECK(parse_number(long_zeros, number));
  CHECK(number == 0);
  number = 99;
  const std::string huge(10'000, '9');
  for (const std::string_view bad :
       {""sv, "-1"sv, "+1"sv, "1.0"sv, "1 2"sv, "0x10"sv, "1e3"sv, "4294967296"sv,
        "18446744073709551617"sv, "12\0"sv, "\xD9\xA1"sv, "nan"sv, std::string_view(huge)}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_number(bad, number));
    CHECK(number == 99);
  }
}

TEST_CASE("ratios are decimal fractions from 0 to 1") {
  const struct {
    std::string_view text;
    double ratio;
  } good[] = {{"0", 0.0},
              {"1", 1.0},
              {"1.0", 1.0},
              {"1.", 1.0},
              {".5", 0.5},
              {"0.25", 0.25},
              {"0.1", 0.1},
              {"0.3", 0.3},
              {"1e-3", 1e-3},
              {"1E-3", 1e-3},
              {"10e-1", 1.0},
              {"0.00001e+5", 1.0},
              {"0.123456789012345", 0.123456789012345},
              {"1e-22", 1e-22},
              {"0e9", 0.0},
              {"0e999999999999999999999", 0.0},
              {"1e-999999999999999999999", 0.0},
              {"00000000000000000000000000000.5", 0.5},
              {"100000000000000000000000e-23", 1.0}};
  for (const auto& one : good) {
    CAPTURE(one.text);
    double ratio = -1;
    CHECK(parse_ratio(one.text, ratio));
    CHECK(ratio == one.ratio);
  }
  const std::string nines = "0." + std::string(10'000, '9');
  double ratio = -1;
  CHECK(parse_ratio(nines, ratio));
  CHECK(ratio > 0.999999999);
  CHECK(ratio <= 1.0);
  const std::string zeros = "0." + std::string(10'000, '0') + "1";
  CHECK(parse_ratio(zeros, ratio));
  CHECK(ratio == 0.0);
}

TEST_CASE("everything else is no ratio") {
  const std::string huge(10'000, '9');
  double ratio = -1;
  for (const std::string_view bad : {""sv,
                                     "."sv,
                                     "e"sv,
                                     ".e1"sv,
                                     "1e"sv,
                                     "1e-"sv,
                                     "1e+"sv,
                                     "1e1.0"sv,
                                     "-0.5"sv,
                                     "-0"sv,
                                     "+0.5"sv,
                                     "1.1"sv,
                                     "2"sv,
                                     "1e1"sv,
                                     "nan"sv,
                                     "NaN"sv,
                                     "inf"sv,
                                     "0,5"sv,
                                     "0.5 "sv,
                                     "0.5%"sv,
                                     "1.0.0"sv,
                                     "0x1p-1"sv,
                                     "5\0"sv,
                                     "1e99999999999999999999"sv,
                                     "1.0000000000000003"sv,
                                     std::string_view(huge)}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_ratio(bad, ratio));
    CHECK(ratio == -1);
  }
}

TEST_CASE("members of a list are trimmed and may be empty") {
  std::string_view list = " a ,, b=c ,";
  std::string_view member;
  for (const std::string_view expected : {"a", "", "b=c", ""}) {
    REQUIRE(next_member(list, member));
    CHECK(member == expected);
  }
  CHECK_FALSE(next_member(list, member));
  std::string_view none;
  CHECK_FALSE(next_member(none, member));
}

}  // namespace
