// The sink: measuring, writing, and cutting by characters.

#include "redact/sink.h"

#include <doctest/doctest.h>

#include <string>

#include "base/utf8.h"

using afterglow::redact::Sink;

TEST_CASE("a sink measures all, or the first characters of all pieces together") {
  Sink all;
  all.add("abc");
  all.add("");
  all.add("d\xc3\xa9");
  CHECK(all.size() == 6);
  CHECK_FALSE(all.full());
  CHECK(all.measures());

  Sink some(4);
  some.add("abc");
  CHECK_FALSE(some.full());
  some.add("\xc3\xa9x");
  CHECK(some.size() == 5);
  CHECK(some.full());
  some.add("y");
  CHECK(some.size() == 5);

  Sink none(0);
  none.add("a");
  CHECK(none.size() == 0);
  CHECK(none.full());
}

TEST_CASE("cutting in pieces is cutting the whole") {
  const std::string text = "a\xc3\xa9\xff\xe2\x82\xac\xe2\x82|\xf0\x9f\x98\x80z";
  for (std::uint32_t limit = 0; limit < 14; ++limit) {
    Sink sink(limit);
    sink.add(text);
    CHECK(sink.size() == afterglow::text::truncate(text, limit));
  }
}

TEST_CASE("a sink writes what fits") {
  char memory[] = "######";
  Sink sink(std::span<char>(memory, 4));
  sink.add("ab");
  CHECK_FALSE(sink.full());
  sink.add("cde");
  CHECK(sink.full());
  CHECK(sink.size() == 4);
  CHECK_FALSE(sink.measures());
  sink.add("f");
  CHECK(std::string(memory) == "abcd##");
  Sink empty{std::span<char>()};
  empty.add("a");
  CHECK(empty.size() == 0);
}
