// The exporter by itself: outcomes, limits, isolation, draining; and its books, which always
// balance.

#include <afterglow/embed/exporter.h>
#include <doctest/doctest.h>

#include <chrono>
#include <ctime>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "collector.h"

namespace {

using namespace std::chrono_literals;
using namespace afterglow::embed;
using embed_test::Collector;
using embed_test::Received;

Options options_to(const std::string& url) {
  Options options;
  options.destinations[""] = {.url = url};
  return options;
}

/// A URL nobody listens on any more.
std::string dead_url() {
  const int port = [] {
    httplib::Server server;
    const int bound = server.bind_to_any_port("127.0.0.1");
    std::thread thread([&] { server.listen_after_bind(); });
    while (!server.is_running())
      std::this_thread::yield();
    server.stop();
    thread.join();
    return bound;
  }();
  return "http://127.0.0.1:" + std::to_string(port);
}

Outcome outcome_of(Collector::Answer answer) {
  Collector collector(std::move(answer));
  Exporter exporter(options_to(collector.url()));
  return exporter.submit_and_wait({.path = "/v1/traces", .body = "{}"});
}

void check_balance(const ExportCounts& counts) {
  CHECK(counts.accepted ==
        counts.delivered + counts.pending + counts.lost_by(LossReason::Rejected) +
            counts.lost_by(LossReason::Timeout) + counts.lost_by(LossReason::Unavailable) +
            counts.lost_by(LossReason::Abandoned));
}

TEST_CASE("a URL is no destination, unless the host says so") {
  Collector collector;
  Options options;
  options.max_urls = 2;
  SUBCASE("refused") {
    Exporter exporter(options);
    CHECK(exporter.submit_and_wait({.destination = collector.url()}).status == AFTERGLOW_NOT_FOUND);
    CHECK(exporter.counts().accepted == 0);
  }
  SUBCASE("taken, up to a number of them") {
    options.any_url = true;
    Exporter exporter(options);
    for (const char* bad : {"", "collector", "ftp://h", "http://", "http:///x", "http://h?q",
                            "http://h#f", "http://h i", "http://h\n"}) {
      CAPTURE(bad);
      CHECK(exporter.submit_and_wait({.destination = bad}).status == AFTERGLOW_NOT_FOUND);
    }
    for (int i = 0; i < 3; ++i) {
      const Outcome outcome = exporter.submit_and_wait(
          {.destination = collector.url(), .path = "/v1/traces", .body = "{}"});
      CHECK(outcome.status == AFTERGLOW_OK);
      CHECK(outcome.http_status == 200);
    }
    CHECK(collector.received().at(2).path == "/v1/traces");
    CHECK(exporter.submit_and_wait({.destination = dead_url()}).status == AFTERGLOW_UNAVAILABLE);
    CHECK(exporter.submit_and_wait({.destination = "http://third"}).status == AFTERGLOW_NOT_FOUND);
    check_balance(exporter.counts());
  }
}

TEST_CASE("answers of a collector") {
  for (const int status : {200, 202, 400, 413, 500}) {
    CAPTURE(status);
    const Outcome outcome = outcome_of([=](const Received&, httplib::Response& response) {
      response.status = status;
      response.set_content("said", "text/plain");
    });
    CHECK(outcome.status == AFTERGLOW_OK);
    CHECK(outcome.http_status == static_cast<std::uint32_t>(status));
    CHECK(outcome.retry_after_ms == 0);
    CHECK(outcome.body == "said");
  }
}

TEST_CASE("Retry-After in seconds, as a date, and as nonsense") {
  const auto retry_after_ms = [](const std::string& value) {
    return outcome_of([=](const Received&, httplib::Response& response) {
             response.status = 429;
             response.set_header("Retry-After", value);
           })
        .retry_after_ms;
  };
  CHECK(retry_after_ms("3") == 3000);
  CHECK(retry_after_ms("soon") == 0);
  CHECK(retry_after_ms("-5") == 0);
  const std::time_t in_a_minute = std::time(nullptr) + 60;
  std::tm parts{};
  gmtime_r(&in_a_minute, &parts);
  char date[64];
  std::strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  const std::uint32_t from_date = retry_after_ms(date);
  CHECK(from_date > 0);
  CHECK(from_date <= 60'000);
  CHECK(retry_after_ms("Mon, 01 Jan 2001 00:00:00 GMT") == 0);
}

TEST_CASE("redirects are answers like others, and long answers are cut") {
  Collector target;
  const Outcome outcome = outcome_of([&](const Received&, httplib::Response& response) {
    response.status = 307;
    response.set_header("Location", target.url());
    response.set_content(std::string(100'000, 'x'), "text/plain");
  });
  CHECK(outcome.http_status == 307);
  CHECK(outcome.body.size() == 64 * 1024);
  CHECK(target.received().empty());
}

TEST_CASE("a collector that is down, and one that never answers") {
  std::vector<std::string> losses;
  Collector silent({}, true);
  Options options = options_to(dead_url());
  options.destinations["silent"] = {.url = silent.url(), .timeout = 50ms};
  options.on_loss = [&](const Loss& loss) {
    losses.push_back(std::string(name(loss.reason)) + " " + std::string(loss.destination) + " " +
                     std::to_string(loss.signal) + " " + std::to_string(loss.body_bytes));
    CHECK_FALSE(loss.detail.empty());
  };
  Exporter exporter(options);
  CHECK(exporter.submit_and_wait({.body = "123", .signal = 1}).status == AFTERGLOW_UNAVAILABLE);
  CHECK(exporter.submit_and_wait({.destination = "silent", .body = "12345", .signal = 3}).status ==
        AFTERGLOW_TIMEOUT);
  exporter.drain(10s);
  CHECK(losses == std::vector<std::string>{"unavailable  1 3", "timeout silent 3 5"});
  check_balance(exporter.counts());
  CHECK(exporter.submit_and_wait({.destination = "nowhere"}).status == AFTERGLOW_NOT_FOUND);
}

TEST_CASE("a full queue refuses, reports, and leaves other destinations alone") {
  Collector held({}, true);
  Collector open;
  std::vector<LossReason> losses;
  Options options = options_to(held.url());
  options.destinations["open"] = {.url = open.url()};
  options.queue_entries = 3;
  options.queue_bytes = 100;
  options.max_in_flight = 1;
  options.on_loss = [&](const Loss& loss) { losses.push_back(loss.reason); };
  Exporter exporter(options);

  CHECK(exporter.submit({.body = std::string(60, 'a')}).status == AFTERGLOW_QUEUED);
  CHECK(exporter.submit({.body = std::string(41, 'b')}).status == AFTERGLOW_LIMIT);
  CHECK(exporter.submit({.body = std::string(40, 'c')}).status == AFTERGLOW_QUEUED);
  CHECK(exporter.submit({.body = ""}).status == AFTERGLOW_QUEUED);
  CHECK(exporter.submit({.body = ""}).status == AFTERGLOW_LIMIT);
  CHECK(exporter.submit_and_wait({.destination = "open"}).http_status == 200);
  CHECK(losses == std::vector{LossReason::QueueFull, LossReason::QueueFull});
  CHECK(exporter.counts().pending == 3);
  check_balance(exporter.counts());

  held.release();
  CHECK(exporter.drain(10s) == 0);
  CHECK(exporter.counts().delivered == 4);
  CHECK(exporter.counts().pending == 0);
  const auto received = held.received();
  REQUIRE(received.size() == 3);
  CHECK(received[0].body == std::string(60, 'a'));
  CHECK(received[1].body == std::string(40, 'c'));
}

TEST_CASE("draining waits, then abandons, and takes nothing afterwards") {
  Collector held({}, true);
  std::vector<LossReason> losses;
  Options options = options_to(held.url());
  options.max_in_flight = 2;
  options.on_loss = [&](const Loss& loss) { losses.push_back(loss.reason); };
  Exporter exporter(options);
  auto mailbox = std::make_shared<Mailbox>();
  for (int i = 0; i < 5; ++i)
    exporter.submit({.answer = mailbox});
  held.wait_for(2);
  CHECK(exporter.drain(1ms) == 5);
  CHECK(losses == std::vector(5, LossReason::Abandoned));
  check_balance(exporter.counts());
  int told = 0;
  while (const auto outcome = mailbox->take()) {
    CHECK(outcome->status == AFTERGLOW_UNAVAILABLE);
    ++told;
  }
  CHECK(told == 5);
  CHECK(mailbox->idle());
  CHECK(exporter.submit({}).status == AFTERGLOW_UNAVAILABLE);
  CHECK(exporter.submit_and_wait({}).status == AFTERGLOW_UNAVAILABLE);
  CHECK(exporter.counts().lost_by(LossReason::Stopped) == 2);
  CHECK(exporter.drain(1ms) == 5);
}

TEST_CASE("connections are kept open") {
  std::vector<int> ports;
  httplib::Server server;
  server.Post("/", [&](const httplib::Request& request, httplib::Response&) {
    ports.push_back(request.remote_port);
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread thread([&] { server.listen_after_bind(); });
  while (!server.is_running())
    std::this_thread::yield();
  {
    Exporter exporter(options_to("http://127.0.0.1:" + std::to_string(port)));
    for (int i = 0; i < 3; ++i) {
      CHECK(exporter.submit_and_wait({.path = "/"}).http_status == 200);
    }
  }
  server.stop();
  thread.join();
  REQUIRE(ports.size() == 3);
  CHECK(ports[0] == ports[1]);
  CHECK(ports[1] == ports[2]);
}

TEST_CASE("unusable options are refused with the value named, secrets kept") {
  const auto fault_of = [](Options options) -> std::string {
    try {
      const Exporter exporter(std::move(options));
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "taken";
  };
  CHECK(fault_of(options_to("collector:4318")) ==
        "destination \"\": \"collector:4318\" is not a base URL such as http://collector:4318");
  Options options = options_to("http://collector:4318");
  CHECK(fault_of(options) == "taken");
  options.destinations[""].headers = {{"Authorization", "t0p\r\nx: y"}};
  CHECK(fault_of(options) == "destination \"\": the value of header Authorization is not clean");
  options.destinations[""].headers = {{"a b", "c"}};
  CHECK(fault_of(options) == "destination \"\": \"a b\" is not a header name");
  options.destinations[""].headers.clear();
  options.destinations[""].timeout = 0ms;
  CHECK(fault_of(options) == "destination \"\": the timeout must be positive");
  options = {};
  options.config = {{"key", std::string("a\0b", 3)}};
  CHECK(fault_of(options) == "config: empty key, or NUL, in key");
  options = {};
  options.max_in_flight = 0;
  CHECK(fault_of(options) == "max_in_flight must not be 0");
}

}  // namespace
