// Hooks: when they are called, what they are told, and what becomes of results nobody waits for.

#include <doctest/doctest.h>

#include <algorithm>
#include <any>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "collector.h"
#include "guest.h"

namespace {

using namespace std::chrono_literals;
using namespace afterglow::embed;
using embed_test::Collector;
using embed_test::Guest;
using embed_test::kHooks;
using embed_test::Letter;
using embed_test::module_text;
using embed_test::Received;
using embed_test::Told;

Options options_to(const Collector& collector) {
  Options options;
  options.destinations[""] = {.url = collector.url()};
  return options;
}

/// A letter that asks for its result.
struct Asking : Letter {
  explicit Asking(Guest& guest) : Letter(guest) { request.flags = AFTERGLOW_SEND_WANT_RESULT; }
};

TEST_CASE("results are told in order, with their bodies") {
  Collector collector([](const Received& received, httplib::Response& response) {
    response.status = 200 + received.body.front() - '0';
    if (received.body == "2")
      response.set_header("Retry-After", "4");
    response.set_content("answer " + received.body, "text/plain");
  });
  Options options = options_to(collector);
  options.max_in_flight = 1;  // so that they finish in order
  Exporter exporter(options);
  Guest guest(exporter);
  std::vector<std::uint64_t> tickets;
  for (const char* body : {"1", "2", "3"}) {
    Asking letter(guest);
    letter.body(body);
    CHECK(letter.send() == AFTERGLOW_QUEUED);
    tickets.push_back(letter.result().ticket);
  }
  CHECK_FALSE(guest.link.idle());
  CHECK(guest.told().empty());
  CHECK(guest.link.settle(10s).unwrap());
  const std::vector<Told> told = guest.told();
  REQUIRE(told.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(told[i].ticket == tickets[i]);
    CHECK(told[i].status == AFTERGLOW_OK);
    CHECK(told[i].http_status == 201 + i);
    CHECK(told[i].retry_after_ms == (i == 1 ? 4000 : 0));
    CHECK(told[i].body_status == AFTERGLOW_OK);
    CHECK(guest.peek_text(static_cast<std::uint32_t>(16384 + 64 * i), told[i].body_length) ==
          "answer " + std::to_string(i + 1));
  }
  CHECK(exporter.counts().results_discarded == 0);
}

TEST_CASE("a body too long for the module, and a failure without a body") {
  Collector collector([](const Received&, httplib::Response& response) {
    response.set_content(std::string(65, 'x'), "text/plain");
  });
  Collector silent({}, true);
  Options options = options_to(collector);
  options.destinations["silent"] = {.url = silent.url()};
  Exporter exporter(options);
  Guest guest(exporter);
  Asking letter(guest);
  CHECK(letter.send() == AFTERGLOW_QUEUED);
  CHECK(guest.link.settle(10s).unwrap());
  letter.target("silent");
  letter.request.timeout_ms = 20;
  CHECK(letter.send() == AFTERGLOW_QUEUED);
  CHECK(guest.link.settle(10s).unwrap());
  const std::vector<Told> told = guest.told();
  REQUIRE(told.size() == 2);
  CHECK(told[0].body_status == AFTERGLOW_BUFFER_TOO_SMALL);
  CHECK(told[0].body_length == 65);
  CHECK(guest.memory()[16384] == 0);
  CHECK(told[1].status == AFTERGLOW_TIMEOUT);
  CHECK(told[1].http_status == 0);
  CHECK(told[1].body_status == AFTERGLOW_OK);
  CHECK(told[1].body_length == 0);
}

TEST_CASE("who does not ask is not told") {
  Collector collector;
  Exporter exporter(options_to(collector));
  Guest guest(exporter);
  Letter letter(guest);
  CHECK(letter.send() == AFTERGLOW_QUEUED);
  CHECK(guest.link.idle());
  exporter.drain(10s);
  REQUIRE(guest.link.deliver_results());
  CHECK(guest.told().empty());
  CHECK(exporter.counts().delivered == 1);
  CHECK(exporter.counts().results_discarded == 0);
}

TEST_CASE("the response hook is called once, or again as it asks") {
  Exporter exporter(Options{});
  Guest guest(exporter);
  REQUIRE(guest.link.on_response_sent(0x1'0000'0007));
  CHECK(guest.response_calls() == 1);
  CHECK(guest.peek<std::uint64_t>(4104) == 0x1'0000'0007);
  CHECK(guest.link.idle());
  CHECK_FALSE(guest.link.next_due());

  guest.set_again(1);
  REQUIRE(guest.link.on_response_sent(8));
  REQUIRE(guest.link.next_due());
  CHECK_FALSE(guest.link.idle());
  guest.set_again(0);
  CHECK(guest.link.settle(10s).unwrap());
  CHECK(guest.response_calls() == 3);
  CHECK(guest.peek<std::uint64_t>(4104) == 8);

  guest.set_again(3'600'000);
  REQUIRE(guest.link.on_response_sent(9));
  CHECK(guest.link.idle());  // an hour is beyond post_response_ms
}

TEST_CASE("repeated calls of several requests, each in its time") {
  Options options;
  options.post_response_ms = 0;
  Exporter exporter(options);
  Guest guest(exporter);
  guest.set_again(3'600'000);
  REQUIRE(guest.link.on_response_sent(1));
  const auto far = guest.link.next_due();
  guest.set_again(1);
  REQUIRE(guest.link.on_response_sent(2));
  REQUIRE(guest.link.next_due());
  CHECK(*guest.link.next_due() < *far);
  guest.set_again(0);
  CHECK_FALSE(guest.link.settle(std::chrono::milliseconds(100)).unwrap());  // the far one is left
  CHECK(guest.link.next_due() == far);
  CHECK(guest.response_calls() == 3);
}

TEST_CASE("after a trap the link says so and does nothing") {
  Collector collector({}, true);
  Exporter exporter(options_to(collector));
  {
    Guest guest(exporter);
    Asking letter(guest);
    CHECK(letter.send() == AFTERGLOW_QUEUED);
    guest.set_again(-1);
    const auto trap = guest.link.on_response_sent(1);
    REQUIRE_FALSE(trap);
    CHECK(trap.err().message().find("unreachable") != std::string::npos);
    CHECK(guest.link.trapped());
    CHECK(guest.link.deliver_results().err().message() ==
          "the instance has trapped and must be discarded");
    CHECK_FALSE(guest.link.settle(1ms));
  }
  collector.release();
  exporter.drain(10s);
  CHECK(exporter.counts().delivered == 1);
  CHECK(exporter.counts().results_discarded == 1);
}

TEST_CASE("results of an instance that is gone are counted, before and after they arrive") {
  Collector collector({}, true);
  Exporter exporter(options_to(collector));
  std::atomic<int> arrivals{0};
  {
    Guest guest(exporter, module_text(kHooks), [&] { ++arrivals; });
    Asking letter(guest);
    for (int i = 0; i < 3; ++i)
      CHECK(letter.send() == AFTERGLOW_QUEUED);
  }
  collector.release();
  CHECK(exporter.drain(10s) == 0);
  CHECK(arrivals == 0);
  CHECK(exporter.counts().delivered == 3);
  CHECK(exporter.counts().results_discarded == 3);

  Exporter second(options_to(collector));
  {
    Guest guest(second, module_text(kHooks), [&] { ++arrivals; });
    Asking letter(guest);
    for (int i = 0; i < 2; ++i)
      CHECK(letter.send() == AFTERGLOW_QUEUED);
    second.drain(10s);
    CHECK(arrivals == 2);
  }
  CHECK(second.counts().results_discarded == 2);
}

TEST_CASE("a module is never entered twice") {
  Link* link = nullptr;
  std::string refused;
  Options options;
  options.log = [&](const LogLine&) { refused = link->on_response_sent(1).err().message(); };
  Exporter exporter(options);
  Guest guest(exporter);
  link = &guest.link;
  CHECK(guest.call("log", 9, 0, 0, 0, 0) == AFTERGLOW_OK);
  CHECK(refused == "a call into the instance is on the stack");
  CHECK(guest.response_calls() == 0);
  {
    const Link::CallMark mark(guest.link);
    CHECK_FALSE(guest.link.deliver_results());
  }
  CHECK(guest.link.deliver_results());
}

TEST_CASE("_initialize runs once and may use the imports; a command is left to the program") {
  int lines = 0;
  Options options;
  options.log = [&](const LogLine&) { ++lines; };
  Exporter exporter(options);
  constexpr const char* kLogs =
      "(drop (call $log (i32.const 9) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 4))))";
  Guest reactor(exporter,
                module_text(kHooks, std::string(R"((func (export "_initialize") )") + kLogs));
  CHECK(lines == 1);
  Guest command(exporter, module_text(kHooks, std::string(R"((func (export "_start") )") + kLogs));
  CHECK(lines == 1);
  command.call("_start");
  CHECK(lines == 2);
  CHECK(command.link.on_response_sent(1));
  CHECK(command.response_calls() == 0);
}

TEST_CASE("one linker for many instances, links found by the store's data") {
  Collector collector;
  Exporter exporter(options_to(collector));
  auto module = wasmtime::Module::compile(Guest::engine(), module_text(kHooks)).unwrap();
  const ModuleShape shape = inspect(module).unwrap();
  wasmtime::Linker linker(Guest::engine());
  define_imports(linker, [](wasmtime::Caller& caller) -> Link* {
    return std::any_cast<Link*>(caller.context().get_data());
  }).unwrap();
  const auto log_status = [&](Link* link) {
    wasmtime::Store store(Guest::engine());
    store.context().set_data(link);
    wasmtime::Instance instance = linker.instantiate(store, module).unwrap();
    auto log = std::get<wasmtime::Func>(*instance.get(store, "result_body"));
    return log.call(store, {std::int64_t{1}, 0, 0, 0}).unwrap().front().i32();
  };
  Link link(exporter, shape);
  CHECK(log_status(&link) == AFTERGLOW_NOT_FOUND);
  CHECK(log_status(nullptr) == AFTERGLOW_UNSUPPORTED);
}

TEST_CASE("many instances on many threads, each told of its own") {
  constexpr int kThreads = 4;
  constexpr std::uint32_t kSends = 50;
  Collector collector([](const Received& received, httplib::Response& response) {
    response.set_content(received.body, "text/plain");
  });
  Exporter exporter(options_to(collector));
  Guest::engine();
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Guest guest(exporter);
      const std::string mine = "thread " + std::to_string(t);
      Asking letter(guest);
      letter.body(mine);
      for (std::uint32_t i = 0; i < kSends; ++i)
        letter.send();
      if (!guest.link.settle(30s).unwrap() || guest.told().size() != kSends)
        return;
      for (std::uint32_t i = 0; i < kSends; ++i) {
        right += guest.peek_text(16384 + 64 * i, guest.told()[i].body_length) == mine ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(right == kThreads * static_cast<int>(kSends));
  CHECK(exporter.counts().delivered == kThreads * kSends);
}

}  // namespace
