// Who does what of an instance, and when: requests on its own thread, what can wait on the flush
// thread, and on the own one where somebody waits for the instance. Modules tell through their log,
// and the test holds a module where it logs.

#include "instance.h"

#include <afterglow/embed/exporter.h>
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "backends.h"
#include "exchange.h"
#include "flush_thread.h"
#include "pool.h"
#include "program.h"

namespace {

using namespace edge_host;
using namespace std::chrono_literals;
namespace embed = afterglow::embed;

constexpr auto kPatience = 30s;

// It logs "q" for a request, which it answers at once, "h" for the hook and "r" for a result. The
// last byte of the request's target says what its hook does: 't' traps, 's' sends a body and asks
// for the result.
constexpr const char* kModule = R"((module
  (import "edge_host_v1" "respond"
    (func $respond (param i64 i32 i32 i32 i32 i32) (result i32)))
  (import "edge_host_v1" "request_target"
    (func $target (param i64 i32 i32 i32) (result i32)))
  (import "afterglow_host_v1" "log" (func $log (param i32 i32 i32 i32 i32) (result i32)))
  (import "afterglow_host_v1" "send" (func $send (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "qhr")
  (data (i32.const 64) "\40\00\00\00\01\00\00\00")  ;; a request of 64 bytes: wants its result
  (func (export "afterglow_abi_version_1_0"))
  (func $say (param i32)
    (drop (call $log (i32.const 9) (i32.const 0) (i32.const 0) (local.get 0) (i32.const 1))))
  (func (export "edge_on_request") (param i64)
    (drop (call $target (local.get 0) (i32.const 16) (i32.const 2) (i32.const 32)))
    (call $say (i32.const 0))
    (drop (call $respond (local.get 0) (i32.const 200) (i32.const 0) (i32.const 0)
                         (i32.const 0) (i32.const 0))))
  (func (export "edge_on_backend_response") (param i64 i64))
  (func (export "afterglow_v1_on_response_sent") (param i64) (result i32)
    (call $say (i32.const 1))
    (if (i32.eq (i32.load8_u (i32.const 17)) (i32.const 0x74)) (then unreachable))
    (if (i32.eq (i32.load8_u (i32.const 17)) (i32.const 0x73))
      (then
        (i32.store (i32.const 128) (i32.const 24))
        (drop (call $send (i32.const 64) (i32.const 128)))))
    (i32.const 0))
  (func (export "afterglow_v1_on_send_result") (param i64 i32 i32 i32)
    (call $say (i32.const 2)))))";

/// The module as a file, for as long as this lives.
class ModuleFile {
 public:
  ModuleFile() {
    const auto bytes = wasmtime::wat2wasm(kModule).unwrap();
    const int file = mkstemp(path_.data());
    REQUIRE(file >= 0);
    REQUIRE(write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    ::close(file);
  }
  ~ModuleFile() { unlink(path_.c_str()); }
  ModuleFile(const ModuleFile&) = delete;
  ModuleFile& operator=(const ModuleFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_ = std::filesystem::temp_directory_path() / "instance_test_XXXXXX";
};

/// What modules logged, with the threads they did it on.
class Log {
 public:
  void add(char what) {
    std::unique_lock lock(mutex_);
    text_ += what;
    threads_.push_back(std::this_thread::get_id());
    changed_.notify_all();
    if (what == held_ && holds_ > 0) {
      --holds_;
      changed_.wait(lock, [this] { return held_ == '\0'; });
    }
  }
  /// The next `count` modules that log `what` wait until `release`.
  void hold(char what, int count) {
    const std::lock_guard lock(mutex_);
    held_ = what;
    holds_ = count;
  }
  void release() {
    const std::lock_guard lock(mutex_);
    held_ = '\0';
    changed_.notify_all();
  }
  bool wait_for(char what, std::size_t count, std::chrono::milliseconds patience = kPatience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return number_of(what) >= count; });
  }
  [[nodiscard]] std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  [[nodiscard]] std::vector<std::thread::id> threads_of(char what) {
    const std::lock_guard lock(mutex_);
    std::vector<std::thread::id> threads;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (text_[i] == what) {
        threads.push_back(threads_[i]);
      }
    }
    return threads;
  }

 private:
  [[nodiscard]] std::size_t number_of(char what) const {
    return static_cast<std::size_t>(std::count(text_.begin(), text_.end(), what));
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  std::vector<std::thread::id> threads_;
  char held_ = '\0';
  int holds_ = 0;
};

enum class Flushing { OnItsThread, OnTheInstances };

/// A pool of instances with everything around it but the network.
class House {
 public:
  explicit House(const PoolOptions& options, Flushing flushing = Flushing::OnItsThread)
      : exporter_(exporter_options()),
        program_(file_.path(), {.instances = options.instances}),
        flush_thread_(1),
        pool_(options, [this, flushing](const Pool::RequestDone& done) {
          InstanceOptions limits;
          limits.flush_thread = flushing == Flushing::OnItsThread ? &flush_thread_ : nullptr;
          return std::make_shared<Instance>(program_, backends_, exporter_, limits, done);
        }) {}

  /// Have a request served; its answer has left when this returns. Returns the status.
  int ask(const std::string& target) {
    const auto exchange = std::make_shared<Exchange>(
        ++last_id_, ClientRequest{"GET", target, {}, {}}, Clock::now() + kPatience);
    pool_.dispatch(exchange);
    const int status = exchange->wait().status;
    exchange->mark_left();
    return status;
  }
  void close() { pool_.close(); }

  Log log;

 private:
  embed::Options exporter_options() {
    embed::Options options;
    options.destinations[""] = {.url = "http://127.0.0.1:1"};  // nobody listens there
    options.log = [this](const embed::LogLine& line) { log.add(line.message.front()); };
    return options;
  }

  ModuleFile file_;
  std::atomic<std::uint64_t> last_id_ = 0;
  embed::Exporter exporter_;
  Program program_;
  Backends backends_{{}};
  FlushThread flush_thread_;
  Pool pool_;
};

std::size_t number_of(const std::string& text, char what) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), what));
}

TEST_CASE("a module flushes away from the threads that serve") {
  House house({.instances = 1});
  CHECK(house.ask("/1") == 200);
  REQUIRE(house.log.wait_for('h', 1));
  const auto flushed_on = house.log.threads_of('h').front();
  CHECK(flushed_on != house.log.threads_of('q').front());
  CHECK(flushed_on != std::this_thread::get_id());
}

TEST_CASE("without a flush thread its own does") {
  House house({.instances = 1}, Flushing::OnTheInstances);
  CHECK(house.ask("/1") == 200);
  REQUIRE(house.log.wait_for('h', 1));
  CHECK(house.log.threads_of('h') == house.log.threads_of('q'));
}

TEST_CASE("an instance flushes between two requests") {
  House house({.instances = 1});
  for (int i = 0; i < 5; ++i) {
    CHECK(house.ask("/1") == 200);
  }
  house.close();
  CHECK(house.log.text() == "qhqhqhqhqh");
}

TEST_CASE("a request for an instance that flushes waits until nobody is in it") {
  House house({.instances = 1, .concurrent_per_instance = 2});
  house.log.hold('h', 1);
  CHECK(house.ask("/1") == 200);
  REQUIRE(house.log.wait_for('h', 1));
  std::thread client([&] { CHECK(house.ask("/2") == 200); });
  CHECK_FALSE(house.log.wait_for('q', 2, 100ms));  // a bound for what must not happen
  house.log.release();
  client.join();
  house.close();
  CHECK(house.log.text() == "qhqh");
}

TEST_CASE("a flush thread that is stuck keeps no request waiting") {
  House house({.instances = 2});
  house.log.hold('h', 1);
  CHECK(house.ask("/1") == 200);
  REQUIRE(house.log.wait_for('h', 1));
  CHECK(house.ask("/2") == 200);  // by another instance, which then waits for the flush thread
  CHECK(house.log.text() == "qhq");
  CHECK(house.ask("/3") == 200);  // by that one, once it has flushed by itself
  CHECK(house.log.text() == "qhqhq");
  const auto served_on = house.log.threads_of('q');
  const auto flushed_on = house.log.threads_of('h');
  CHECK(served_on[0] != served_on[1]);
  CHECK(served_on[1] == served_on[2]);
  CHECK(flushed_on[0] != served_on[0]);
  CHECK(flushed_on[1] == served_on[1]);
  house.log.release();
  house.close();
  CHECK(house.log.text() == "qhqhqh");
}

TEST_CASE("at the end every instance flushes, with or without the flush thread") {
  House house({.instances = 3});
  house.log.hold('h', 1);
  for (int i = 0; i < 3; ++i) {
    CHECK(house.ask("/1") == 200);
    REQUIRE(house.log.wait_for('h', 1));
  }
  CHECK(house.log.text() == "qhqq");
  std::thread closing([&] { house.close(); });
  CHECK(house.log.wait_for('h', 3));
  house.log.release();
  closing.join();
  CHECK(house.log.text() == "qhqqhh");
}

TEST_CASE("a trap on the flush thread costs its instance only") {
  House house({.instances = 1});
  for (int i = 0; i < 3; ++i) {
    CHECK(house.ask("/t") == 200);
    CHECK(house.ask("/1") == 200);
  }
  house.close();
  CHECK(house.log.text() == "qhqhqhqhqhqh");
}

TEST_CASE("results are told when no request is there to tell them, each once") {
  House house({.instances = 1});
  CHECK(house.ask("/s") == 200);
  CHECK(house.log.wait_for('r', 1));
  constexpr std::size_t kMore = 20;
  for (std::size_t i = 0; i < kMore; ++i) {
    CHECK(house.ask("/s") == 200);
  }
  CHECK(house.log.wait_for('r', 1 + kMore));
  house.close();
  CHECK(number_of(house.log.text(), 'r') == 1 + kMore);
}

void put_load(House& house) {
  constexpr std::size_t kClients = 8;
  constexpr std::size_t kEach = 100;
  std::atomic<std::size_t> served = 0;
  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.emplace_back([&, i] {
      for (std::size_t n = 0; n < kEach; ++n) {
        served += house.ask((n + i) % 5 == 0 ? "/s" : "/1") == 200 ? 1 : 0;
      }
    });
  }
  for (std::thread& client : clients) {
    client.join();
  }
  house.close();
  CHECK(served == kClients * kEach);
  CHECK(number_of(house.log.text(), 'q') == kClients * kEach);
  CHECK(number_of(house.log.text(), 'h') == kClients * kEach);
}

TEST_CASE("many at once, in few instances that are thrown away often") {
  House several({.requests_per_instance = 7, .instances = 3, .concurrent_per_instance = 2});
  put_load(several);
  House one_each({.requests_per_instance = 1, .instances = 2});
  put_load(one_each);
}

}  // namespace
