// Every import with pointers and sizes that are wrong: the module gets a status, never a trap, and
// nothing happens.

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "collector.h"
#include "guest.h"

namespace {

using namespace afterglow::embed;
using embed_test::Collector;
using embed_test::Guest;
using embed_test::Letter;

constexpr std::int32_t kEnd = 65536;  // the module has one page
constexpr std::int32_t kMinusOne = -1;

Options options_to(const Collector& collector) {
  Options options;
  options.destinations[""] = {.url = collector.url()};
  options.config = {{"a", "1"}};
  options.log = [](const LogLine&) {};
  return options;
}

struct Field {
  const char* name;
  std::uint32_t afterglow_send_req::* pointer;
  std::uint32_t afterglow_send_req::* length;
};

constexpr Field kFields[] = {
    {"target", &afterglow_send_req::target, &afterglow_send_req::target_len},
    {"path", &afterglow_send_req::path, &afterglow_send_req::path_len},
    {"content_type", &afterglow_send_req::content_type, &afterglow_send_req::content_type_len},
    {"headers", &afterglow_send_req::headers, &afterglow_send_req::headers_len},
    {"body", &afterglow_send_req::body, &afterglow_send_req::body_len},
    {"resp_buf", &afterglow_send_req::resp_buf, &afterglow_send_req::resp_cap},
};

TEST_CASE("info writes as much as the module knows, and says how much") {
  const Collector collector;
  Exporter exporter(options_to(collector));
  Guest guest(exporter);
  for (const std::uint32_t size : {4U, 6U, 16U, 31U, 32U, 33U, 4096U, 0xffffffffU}) {
    CAPTURE(size);
    for (std::uint32_t i = 0; i < 64; ++i)
      guest.memory()[i] = 0xee;
    guest.poke(0, size);
    REQUIRE(guest.call("info", 0) == AFTERGLOW_OK);
    const std::uint32_t written = std::min(size, 32U);
    CHECK(guest.peek<std::uint32_t>(0) == written);
    CHECK(guest.memory()[written] == 0xee);
    CHECK(guest.memory()[written - 1] != 0xee);
  }
  for (const std::uint32_t size : {0U, 1U, 3U}) {
    CAPTURE(size);
    guest.poke(0, size);
    CHECK(guest.call("info", 0) == AFTERGLOW_INVALID_ARGUMENT);
    CHECK(guest.peek<std::uint32_t>(0) == size);
  }
}

TEST_CASE("info at any address that is inside") {
  const Collector collector;
  Exporter exporter(options_to(collector));
  Guest guest(exporter);
  for (const std::int32_t address : {1, 3, 7, kEnd - 32}) {
    CAPTURE(address);
    guest.poke(static_cast<std::uint32_t>(address), std::uint32_t{32});
    CHECK(guest.call("info", address) == AFTERGLOW_OK);
  }
  guest.poke(kEnd - 31, std::uint32_t{32});
  for (const std::int32_t address : {kEnd - 31, kEnd - 3, kEnd, kMinusOne, -32}) {
    CAPTURE(address);
    CHECK(guest.call("info", address) == AFTERGLOW_MEMORY_FAULT);
  }
}

TEST_CASE("send checks each pointer before it does anything") {
  Collector collector;
  Exporter exporter(options_to(collector));
  Guest guest(exporter);
  struct Range {
    std::uint32_t pointer, length;
  };
  constexpr Range kHostile[] = {{kEnd, 1},
                                {kEnd - 1, 2},
                                {0, kEnd + 1},
                                {0xffffffff, 1},
                                {1, 0xffffffff},
                                {0xffffffff, 0xffffffff},
                                {0x80000000, 0x80000000}};
  for (const Field& field : kFields) {
    for (const Range& range : kHostile) {
      CAPTURE(field.name);
      CAPTURE(range.pointer);
      CAPTURE(range.length);
      Letter letter(guest);
      letter.request.*field.pointer = range.pointer;
      letter.request.*field.length = range.length;
      CHECK(letter.send() == AFTERGLOW_MEMORY_FAULT);
    }
    Letter letter(guest);  // of length 0, a pointer means nothing
    letter.request.*field.pointer = 0xffffffff;
    letter.request.*field.length = 0;
    CAPTURE(field.name);
    CHECK(letter.send() == AFTERGLOW_QUEUED);
  }
  CHECK(exporter.counts().accepted == std::size(kFields));
}

TEST_CASE("send with structs that are outside, too short, or of a later version") {
  Collector collector;
  Exporter exporter(options_to(collector));
  Guest guest(exporter);
  Letter letter(guest);
  guest.poke(Letter::kRequest, letter.request);
  guest.poke(Letter::kResult, afterglow_send_res{.size = 24});
  constexpr std::int32_t kRequest = Letter::kRequest;
  constexpr std::int32_t kResult = Letter::kResult;
  for (const std::int32_t address : {kEnd, kEnd - 3, kMinusOne}) {
    CHECK(guest.call("send", address, kResult) == AFTERGLOW_MEMORY_FAULT);
    CHECK(guest.call("send", kRequest, address) == AFTERGLOW_MEMORY_FAULT);
  }
  guest.poke(kEnd - 63, std::uint32_t{64});
  CHECK(guest.call("send", kEnd - 63, kResult) == AFTERGLOW_MEMORY_FAULT);
  guest.poke(kEnd - 23, std::uint32_t{24});
  CHECK(guest.call("send", kRequest, kEnd - 23) == AFTERGLOW_MEMORY_FAULT);
  for (const std::uint32_t size : {0U, 4U, 63U}) {
    letter.request.size = size;
    CHECK(letter.send() == AFTERGLOW_INVALID_ARGUMENT);
  }
  CHECK(exporter.counts().accepted == 0);

  for (const std::uint32_t size : {64U, 65U, 0xffffffffU}) {
    letter.request.size = size;
    CHECK(letter.send() == AFTERGLOW_QUEUED);
  }
  letter.request.size = 64;
  guest.poke(Letter::kRequest, letter.request);
  guest.poke(Letter::kResult, std::uint32_t{8});  // knows size and http_status only
  guest.poke(Letter::kResult + 8, std::uint64_t{0xeeeeeeeeeeeeeeee});
  CHECK(guest.call("send", kRequest, kResult) == AFTERGLOW_QUEUED);
  CHECK(guest.peek<std::uint32_t>(Letter::kResult) == 8);
  CHECK(guest.peek<std::uint64_t>(Letter::kResult + 8) == 0xeeeeeeeeeeeeeeee);
}

TEST_CASE("an unaligned request, and structs on top of each other") {
  Collector collector;
  Exporter exporter(options_to(collector));
  Guest guest(exporter);
  Letter letter(guest);
  letter.body("{}");
  guest.poke(4097, letter.request);
  guest.poke(5001, afterglow_send_res{.size = 24});
  CHECK(guest.call("send", 4097, 5001) == AFTERGLOW_QUEUED);
  guest.poke(4097, letter.request);
  CHECK(guest.call("send", 4097, 4097) == AFTERGLOW_QUEUED);  // the request was read whole before
  collector.wait_for(2);
  for (const auto& received : collector.received())
    CHECK(received.body == "{}");
}

TEST_CASE("log and config_get") {
  const Collector collector;
  Exporter exporter(options_to(collector));
  Guest guest(exporter);
  CHECK(guest.call("log", 9, 0, 1, 0, 1) == AFTERGLOW_OK);
  CHECK(guest.call("log", 9, kEnd, 1, 0, 1) == AFTERGLOW_MEMORY_FAULT);
  CHECK(guest.call("log", 9, 0, 1, kEnd - 1, 2) == AFTERGLOW_MEMORY_FAULT);
  CHECK(guest.call("log", 9, 0, 1, kMinusOne, kMinusOne) == AFTERGLOW_MEMORY_FAULT);
  guest.poke_text(0, "a");
  guest.poke(8, std::uint32_t{77});
  CHECK(guest.call("config_get", 0, 1, 16, 16, kEnd - 3) == AFTERGLOW_MEMORY_FAULT);
  CHECK(guest.call("config_get", 0, 1, kEnd - 1, 2, 8) == AFTERGLOW_MEMORY_FAULT);
  CHECK(guest.call("config_get", kEnd, 1, 16, 16, 8) == AFTERGLOW_MEMORY_FAULT);
  CHECK(guest.call("config_get", 0, kMinusOne, 16, 16, 8) == AFTERGLOW_MEMORY_FAULT);
  CHECK(guest.peek<std::uint32_t>(8) == 77);
  CHECK(guest.call("config_get", 0, 1, 16, 16, 9) == AFTERGLOW_OK);
  CHECK(guest.peek<std::uint32_t>(9) == 1);
}

TEST_CASE("result_body") {
  const Collector collector;
  Exporter exporter(options_to(collector));
  Guest guest(exporter);
  CHECK(guest.call("result_body", std::int64_t{1}, 0, 16, 32) == AFTERGLOW_NOT_FOUND);
  CHECK(guest.call("result_body", std::int64_t{0}, 0, 16, 32) == AFTERGLOW_NOT_FOUND);
  CHECK(guest.call("result_body", std::int64_t{1}, kEnd, 1, 32) == AFTERGLOW_MEMORY_FAULT);
  CHECK(guest.call("result_body", std::int64_t{1}, 0, 16, kEnd) == AFTERGLOW_MEMORY_FAULT);
}

}  // namespace
