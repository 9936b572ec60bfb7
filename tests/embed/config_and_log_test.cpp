// What modules read of the host, and what they write to its log.

#include <afterglow/embed/exporter.h>
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "guest.h"

namespace {

using namespace std::string_literals;
using namespace afterglow::embed;
using embed_test::Guest;
using embed_test::kHooks;
using embed_test::module_text;

constexpr std::int32_t kKey = 0;
constexpr std::int32_t kNeeded = 60;
constexpr std::int32_t kBuffer = 64;

std::int32_t read(Guest& guest, std::string_view key, std::int32_t cap) {
  guest.poke_text(kKey, key);
  return guest.call("config_get", kKey, static_cast<std::int32_t>(key.size()), kBuffer, cap,
                    kNeeded);
}

std::string value(Guest& guest) {
  return guest.peek_text(kBuffer, guest.peek<std::uint32_t>(kNeeded));
}

TEST_CASE("one value, into a buffer that is too small, just fits, or is not there") {
  Options options;
  options.config = {{"OTEL_SERVICE_NAME", "cart"}, {"EMPTY", ""}};
  Exporter exporter(options);
  Guest guest(exporter);
  CHECK(read(guest, "OTEL_SERVICE_NAME", 3) == AFTERGLOW_BUFFER_TOO_SMALL);
  CHECK(guest.peek<std::uint32_t>(kNeeded) == 4);
  CHECK(guest.memory()[kBuffer] == 0);
  CHECK(read(guest, "OTEL_SERVICE_NAME", 0) == AFTERGLOW_BUFFER_TOO_SMALL);
  CHECK(read(guest, "OTEL_SERVICE_NAME", 4) == AFTERGLOW_OK);
  CHECK(value(guest) == "cart");
  CHECK(read(guest, "EMPTY", 0) == AFTERGLOW_OK);
  CHECK(guest.peek<std::uint32_t>(kNeeded) == 0);
  CHECK(read(guest, "OTEL_SERVICE_NAM", 16) == AFTERGLOW_NOT_FOUND);
  CHECK(read(guest, "A\0B"s, 16) == AFTERGLOW_NOT_FOUND);
}

TEST_CASE("all pairs at once leave the secrets out") {
  Options options;
  options.config = {{"b", "2"}, {"a", "1"}};
  options.secrets = {{"token", "t0p"}};
  options.resource = {{"host.name", "edge-1"}};
  Exporter exporter(options);
  Guest guest(exporter);
  CHECK(read(guest, "", 64) == AFTERGLOW_OK);
  CHECK(value(guest) ==
        "a\0"
        "1\0"
        "b\0"
        "2\0"s);
  CHECK(read(guest, "", 7) == AFTERGLOW_BUFFER_TOO_SMALL);
  CHECK(guest.peek<std::uint32_t>(kNeeded) == 8);
  CHECK(read(guest, "token", 64) == AFTERGLOW_OK);
  CHECK(value(guest) == "t0p");
  CHECK(read(guest, "afterglow.resource", 64) == AFTERGLOW_OK);
  CHECK(value(guest) == "host.name\0edge-1\0"s);
}

TEST_CASE("a host that tells nothing") {
  Exporter exporter(Options{});
  Guest guest(exporter);
  CHECK(read(guest, "", 64) == AFTERGLOW_OK);
  CHECK(guest.peek<std::uint32_t>(kNeeded) == 0);
  CHECK(read(guest, "afterglow.resource", 64) == AFTERGLOW_NOT_FOUND);
  CHECK(guest.call("log", 9, 0, 0, 0, 0) == AFTERGLOW_UNSUPPORTED);
}

TEST_CASE("lines reach the sink as they are") {
  std::vector<std::string> lines;
  Options options;
  options.max_log_bytes = 8;
  options.log = [&](const LogLine& line) {
    lines.push_back(std::to_string(line.severity) + " " + std::string(line.stream) + " " +
                    std::string(line.message));
  };
  Exporter exporter(options);
  Guest guest(exporter);
  guest.poke_text(0, "app");
  guest.poke_text(8, "he\xffl\n\x1b[m!!");
  CHECK(guest.call("log", 17, 0, 3, 8, 8) == AFTERGLOW_OK);
  CHECK(guest.call("log", 1, 0, 0, 8, 0) == AFTERGLOW_OK);
  CHECK(guest.call("log", 24, 0, 0, 8, 9) == AFTERGLOW_LIMIT);
  CHECK(guest.call("log", 0, 0, 0, 8, 1) == AFTERGLOW_INVALID_ARGUMENT);
  CHECK(guest.call("log", 25, 0, 0, 8, 1) == AFTERGLOW_INVALID_ARGUMENT);
  CHECK(guest.call("log", -1, 0, 0, 8, 1) == AFTERGLOW_INVALID_ARGUMENT);
  CHECK(lines == std::vector<std::string>{"17 app he\xffl\n\x1b[m", "1  "});
}

TEST_CASE("a sink that throws is INTERNAL to the module") {
  Options options;
  options.log = [](const LogLine&) { throw std::runtime_error("disk full"); };
  Exporter exporter(options);
  Guest guest(exporter);
  CHECK(guest.call("log", 9, 0, 0, 0, 1) == AFTERGLOW_INTERNAL);
  CHECK(guest.call("log", 9, 0, 0, 0, 1) == AFTERGLOW_INTERNAL);
}

TEST_CASE("info") {
  Options options;
  options.max_body_bytes = 1000;
  options.max_log_bytes = 200;
  options.post_response_ms = 300;
  options.max_sends_per_request = 4;
  const auto info_of = [](Exporter& exporter, const std::string& text) {
    Guest guest(exporter, text);
    guest.poke(0, std::uint32_t{32});
    REQUIRE(guest.call("info", 0) == AFTERGLOW_OK);
    return guest.peek<afterglow_info>(0);
  };
  constexpr const char* kCommand = R"((func (export "_start")))";

  SUBCASE("queueing, nowhere to send to") {
    Exporter exporter(options);
    const afterglow_info info = info_of(exporter, module_text(kHooks));
    CHECK(info.abi_minor == 0);
    CHECK(info.reserved == 0);
    CHECK(info.features == 0b011100);
    CHECK(info.max_send_bytes == 1000);
    CHECK(info.max_log_bytes == 200);
    CHECK(info.post_response_ms == 300);
    CHECK(info.max_sends_per_request == 4);
    CHECK(info_of(exporter, module_text(kHooks, kCommand)).features == 0b010000);
    CHECK(info_of(exporter, module_text(kHooks, kCommand)).post_response_ms == 0);
    CHECK(info_of(exporter, module_text("")).features == 0b010000);
  }
  SUBCASE("any URL") {
    options.any_url = true;
    Exporter exporter(options);
    CHECK(info_of(exporter, module_text("")).features == 0b1010001);
  }
  SUBCASE("waiting") {
    options.destinations[""] = {.url = "http://127.0.0.1:1"};
    options.sending = Sending::Wait;
    Exporter exporter(options);
    CHECK(info_of(exporter, module_text(kHooks)).features == 0b010111);
    CHECK(info_of(exporter, module_text(kHooks, kCommand)).features == 0b010011);
  }
}

}  // namespace
