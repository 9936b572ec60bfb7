// The import `send`, from the module's memory to the collector and back.

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "collector.h"
#include "guest.h"

namespace {

using namespace std::string_view_literals;
using namespace std::chrono_literals;
using namespace afterglow::embed;
using embed_test::Collector;
using embed_test::Guest;
using embed_test::kHooks;
using embed_test::Letter;
using embed_test::module_text;
using embed_test::Received;

Options options_to(const Collector& collector, Sending sending) {
  Options options;
  options.destinations[""] = {.url = collector.url() + "/base/",
                              .headers = {{"Authorization", "Bearer t0p"}}};
  options.sending = sending;
  return options;
}

TEST_CASE("queued: the collector gets the body as it was at the call") {
  Collector collector({}, true);
  collector.release();
  Exporter exporter(options_to(collector, Sending::Queue));
  Guest guest(exporter);
  Letter letter(guest);
  letter.body("{\"resourceSpans\":[]}\0\xff"sv);
  letter.headers("x-tenant\0blue\0authorization\0mine\0"sv);
  CHECK(letter.send() == AFTERGLOW_QUEUED);
  CHECK(letter.result().size == 24);
  CHECK(letter.result().ticket == 1);
  CHECK(letter.result().http_status == 0);
  guest.poke_text(letter.request.body, "overwritten");
  exporter.drain(10s);
  REQUIRE(collector.received().size() == 1);
  const Received received = collector.received().front();
  CHECK(received.path == "/base/v1/traces");
  CHECK(received.body == "{\"resourceSpans\":[]}\0\xff"sv);
  CHECK(received.header("Content-Type") == "application/json");
  CHECK(received.header("x-tenant") == "blue");
  CHECK(received.headers.count("Authorization") == 1);
  CHECK(received.header("Authorization") == "Bearer t0p");
  CHECK(received.headers.count("Expect") == 0);
  CHECK(received.headers.count("Content-Encoding") == 0);
}

TEST_CASE("a gzip body is announced, a missing content type is not invented") {
  Collector collector;
  Exporter exporter(options_to(collector, Sending::Queue));
  Guest guest(exporter);
  Letter letter(guest);
  letter.body("");
  letter.request.content_type_len = 0;
  letter.request.flags = AFTERGLOW_SEND_GZIP;
  CHECK(letter.send() == AFTERGLOW_QUEUED);
  exporter.drain(10s);
  CHECK(collector.received().at(0).header("Content-Encoding") == "gzip");
  CHECK(collector.received().at(0).headers.count("Content-Type") == 0);
}

TEST_CASE("refused, each with its status, and nothing leaves") {
  Collector collector;
  Options options = options_to(collector, Sending::Queue);
  options.max_body_bytes = 8;
  Exporter exporter(options);
  Guest guest(exporter);
  const auto send = [&](auto change) {
    Letter letter(guest);
    change(letter);
    return letter.send();
  };
  CHECK(send([](Letter& l) { l.target("elsewhere"); }) == AFTERGLOW_NOT_FOUND);
  CHECK(send([](Letter& l) { l.path("/../admin"); }) == AFTERGLOW_INVALID_ARGUMENT);
  CHECK(send([](Letter& l) { l.path("@evil"); }) == AFTERGLOW_INVALID_ARGUMENT);
  CHECK(send([](Letter& l) { l.headers("x\0a\r\nb: c\0"sv); }) == AFTERGLOW_INVALID_ARGUMENT);
  CHECK(send([](Letter& l) { l.headers("x\0a"sv); }) == AFTERGLOW_INVALID_ARGUMENT);
  CHECK(send([](Letter& l) { l.headers("Host\0other\0"sv); }) == AFTERGLOW_DENIED);
  CHECK(send([](Letter& l) {
          l.put(l.request.content_type, l.request.content_type_len, "a\nb");
        }) == AFTERGLOW_INVALID_ARGUMENT);
  CHECK(send([](Letter& l) { l.request.flags = 4; }) == AFTERGLOW_UNSUPPORTED);
  CHECK(send([](Letter& l) { l.body("123456789"); }) == AFTERGLOW_LIMIT);
  CHECK(exporter.counts().accepted == 0);
  CHECK(exporter.counts().lost_by(LossReason::TooLarge) == 1);
  CHECK(send([](Letter& l) { l.body("12345678"); }) == AFTERGLOW_QUEUED);
  exporter.drain(10s);
  CHECK(collector.received().size() == 1);
}

TEST_CASE("waiting: status, answer and Retry-After come back") {
  Collector collector([](const Received&, httplib::Response& response) {
    response.status = 503;
    response.set_header("Retry-After", "7");
    response.set_content(std::string(100, 'x'), "application/json");
  });
  Exporter exporter(options_to(collector, Sending::Wait));
  Guest guest(exporter);
  Letter letter(guest);
  guest.poke(Letter::kAnswer + 64, 'o');
  CHECK(letter.send() == AFTERGLOW_OK);
  CHECK(letter.result().http_status == 503);
  CHECK(letter.result().retry_after_ms == 7000);
  CHECK(letter.result().resp_len == 64);
  CHECK(letter.result().ticket == 0);
  CHECK(guest.peek_text(Letter::kAnswer, 65) == std::string(64, 'x') + "o");
  letter.request.resp_cap = 0;
  CHECK(letter.send() == AFTERGLOW_OK);
  CHECK(letter.result().resp_len == 0);
}

TEST_CASE("waiting for a collector that never answers ends with the module's timeout") {
  Collector collector({}, true);
  Exporter exporter(options_to(collector, Sending::Wait));
  Guest guest(exporter, module_text(kHooks, R"((func (export "_start")))"));
  Letter letter(guest);
  letter.request.timeout_ms = 50;
  CHECK(letter.send() == AFTERGLOW_TIMEOUT);
  CHECK(letter.result().http_status == 0);
  exporter.drain(10s);
  CHECK(exporter.counts().lost_by(LossReason::Timeout) == 1);
  CHECK(exporter.counts().results_discarded == 0);
}

TEST_CASE("waiting behind a full wire ends with the timeout too") {
  Collector collector({}, true);
  Options options = options_to(collector, Sending::Wait);
  options.max_in_flight = 1;
  Exporter exporter(options);
  exporter.submit({.path = "/first"});
  collector.wait_for(1);
  Guest guest(exporter);
  Letter letter(guest);
  letter.request.timeout_ms = 50;
  CHECK(letter.send() == AFTERGLOW_TIMEOUT);
  collector.release();
  exporter.drain(10s);
  CHECK(collector.received().size() == 1);
  CHECK(exporter.counts().delivered == 1);
  CHECK(exporter.counts().lost_by(LossReason::Timeout) == 1);
}

TEST_CASE("sends are counted per request served") {
  Collector collector;
  Options options = options_to(collector, Sending::Queue);
  options.max_sends_per_request = 2;
  Exporter exporter(options);
  Guest guest(exporter);
  Letter letter(guest);
  for (const std::uint64_t request : {1U, 2U}) {
    REQUIRE(guest.link.on_response_sent(request));
    CHECK(letter.send() == AFTERGLOW_QUEUED);
    CHECK(letter.send() == AFTERGLOW_QUEUED);
    CHECK(letter.send() == AFTERGLOW_LIMIT);
  }
  CHECK(exporter.counts().accepted == 4);
  CHECK(exporter.counts().lost_by(LossReason::TooManySends) == 2);
}

}  // namespace
