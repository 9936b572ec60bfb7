// Asking a module what it has measured.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "guest.h"

namespace {

using namespace afterglow::embed;
using embed_test::Guest;
using embed_test::module_text;

// Answers with what lies in memory at 512, eight bytes a call, from the beginning again after a 0.
constexpr const char* kAnswers = R"(
  (global $next (mut i32) (i32.const 512))
  (func (export "afterglow_v1_export_metrics") (result i64)
    (local $part i64)
    (local.set $part (i64.load (global.get $next)))
    (global.set $next (i32.add (global.get $next) (i32.const 8)))
    (if (i64.eqz (local.get $part)) (then (global.set $next (i32.const 512))))
    (local.get $part)))";

std::uint64_t part(std::uint64_t address, std::uint64_t length) {
  return address << 32U | length;
}

struct Asked {
  Exporter exporter{Options{}};
  Guest guest;

  explicit Asked(const char* metrics = kAnswers) : guest(exporter, module_text(metrics)) {}
};

TEST_CASE("a report is all parts up to a zero, as often as one asks") {
  Asked asked;
  asked.guest.poke_text(1024, "first");
  asked.guest.poke_text(2048, "second part");
  asked.guest.poke(512, part(1024, 5));
  asked.guest.poke(520, part(2048, 11));
  for (int i = 0; i < 3; ++i) {
    CHECK(asked.guest.link.export_metrics().unwrap() ==
          std::vector<std::string>{"first", "second part"});
  }
}

TEST_CASE("nothing measured, and modules that do not tell") {
  Asked asked;
  CHECK(asked.guest.link.export_metrics().unwrap().empty());
  Asked silent("");
  CHECK(silent.guest.link.export_metrics().unwrap().empty());
}

TEST_CASE("a part that leaves the memory is an error, and the module goes on") {
  for (const std::uint64_t outside :
       {part(65536 - 4, 5), part(0xFFFF'FFFF, 0xFFFF'FFFF), part(65537, 1), part(0, 65537)}) {
    Asked asked;
    asked.guest.poke(512, outside);
    const auto told = asked.guest.link.export_metrics();
    REQUIRE_FALSE(told);
    CHECK(told.err().message() == "its report of metrics leaves its memory");
    CHECK_FALSE(asked.guest.link.trapped());
    CHECK(asked.guest.link.run_due());
  }
  Asked whole;
  whole.guest.poke(512, part(65536 - 4, 4));
  CHECK(whole.guest.link.export_metrics().unwrap().size() == 1);
}

TEST_CASE("parts without an end") {
  Asked empty(R"((func (export "afterglow_v1_export_metrics") (result i64)
    (i64.const 0x100000000)))");  // of no bytes
  const auto told = empty.guest.link.export_metrics();
  REQUIRE_FALSE(told);
  CHECK(told.err().message() == "its report of metrics is too long");
  CHECK_FALSE(empty.guest.link.trapped());
  Asked large(R"((func (export "afterglow_v1_export_metrics") (result i64) (i64.const 65536)))");
  CHECK_FALSE(large.guest.link.export_metrics());
}

TEST_CASE("a trap, and a call on the stack") {
  Asked trap(R"((func (export "afterglow_v1_export_metrics") (result i64) unreachable))");
  {
    const Link::CallMark mark(trap.guest.link);
    CHECK_FALSE(trap.guest.link.export_metrics());
    CHECK_FALSE(trap.guest.link.trapped());
  }
  CHECK_FALSE(trap.guest.link.export_metrics());
  CHECK(trap.guest.link.trapped());
  CHECK(trap.guest.link.export_metrics().err().message() ==
        "the instance has trapped and must be discarded");
}

}  // namespace
