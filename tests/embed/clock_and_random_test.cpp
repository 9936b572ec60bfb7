// WASI's clock and random source as the library serves them: what they answer, and to whom.

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <any>
#include <array>
#include <chrono>
#include <set>
#include <string>

#include "guest.h"

namespace {

using namespace afterglow::embed;
using embed_test::Guest;
using embed_test::module_text;

constexpr std::int32_t kFault = 21;
constexpr std::int32_t kInvalid = 28;
constexpr std::int32_t kNotSupported = 58;
constexpr std::uint32_t kPage = 65536;

constexpr const char* kText = R"((module
  (import "wasi_snapshot_preview1" "clock_time_get"
    (func $clock (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "afterglow_abi_version_1_0"))
  (func (export "clock") (param i32 i32) (result i32)
    (call $clock (local.get 0) (i64.const 1) (local.get 1)))
  (func (export "random") (param i32 i32) (result i32)
    (call $random (local.get 0) (local.get 1)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))))";

/// An engine whose memories move when they grow.
wasmtime::Engine moving_engine() {
  wasmtime::Config config;
  config.memory_reservation(0);
  config.memory_reservation_for_growth(0);
  config.memory_guard_size(kPage);
  return wasmtime::Engine(std::move(config));
}

class Clockwork {
 public:
  Clockwork()
      : module_(wasmtime::Module::compile(engine_, kText).unwrap()),
        link_(exporter_, inspect(module_).unwrap()),
        store_(engine_),
        instance_(instantiate()) {}

  std::int32_t call(const char* name, std::uint32_t a, std::uint32_t b) {
    auto function = std::get<wasmtime::Func>(*instance_.get(store_, name));
    const auto arguments = {wasmtime::Val(static_cast<std::int32_t>(a)),
                            wasmtime::Val(static_cast<std::int32_t>(b))};
    return function.call(store_, arguments).unwrap().front().i32();
  }
  std::int32_t grow(std::uint32_t pages) {
    auto function = std::get<wasmtime::Func>(*instance_.get(store_, "grow"));
    return function.call(store_, {wasmtime::Val(static_cast<std::int32_t>(pages))})
        .unwrap()
        .front()
        .i32();
  }
  wasmtime::Span<std::uint8_t> memory() {
    return std::get<wasmtime::Memory>(*instance_.get(store_, "memory")).data(store_);
  }
  std::uint64_t time(std::uint32_t clock) {
    REQUIRE(call("clock", clock, 8) == 0);
    std::uint64_t nanos = 0;
    std::memcpy(&nanos, &memory()[8], sizeof nanos);
    return nanos;
  }
  std::string random(std::uint32_t length) {
    REQUIRE(call("random", 0, length) == 0);
    return {reinterpret_cast<const char*>(memory().data()), length};
  }

 private:
  wasmtime::Instance instantiate() {
    wasmtime::Linker linker(engine_);
    linker.define_wasi().unwrap();
    linker.allow_shadowing(true);
    link_.define_clock_and_random(linker).unwrap();
    wasmtime::Instance instance = linker.instantiate(store_, module_).unwrap();
    link_.start(store_, instance).unwrap();
    return instance;
  }

  Exporter exporter_{Options{}};
  wasmtime::Engine engine_ = moving_engine();
  wasmtime::Module module_;
  Link link_;
  wasmtime::Store store_;
  wasmtime::Instance instance_;
};

template <class Clock>
std::uint64_t now() {
  return static_cast<std::uint64_t>(
      std::chrono::nanoseconds(Clock::now().time_since_epoch()).count());
}

TEST_CASE("the clocks are those of the system") {
  Clockwork guest;
  const auto check = [&](std::uint32_t clock, auto read) {
    const std::uint64_t before = read();
    const std::uint64_t told = guest.time(clock);
    CHECK(before <= told);
    CHECK(told <= read());
  };
  check(0, now<std::chrono::system_clock>);
  check(1, now<std::chrono::steady_clock>);
  for (const std::uint32_t clock : {2U, 3U, 4U, 0x80000000U, 0xffffffffU}) {
    CAPTURE(clock);
    CHECK(guest.call("clock", clock, 8) == kInvalid);
  }
}

TEST_CASE("random bytes are given once, in any number") {
  Clockwork guest;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    CHECK(seen.insert(guest.random(16)).second);
  }
  for (const std::uint32_t length : {1U, 255U, 256U, 257U, 1000U, kPage}) {
    CAPTURE(length);
    std::string bytes(length, '\0');
    std::array<bool, 256> values{};
    bool last_changed = false;
    for (int i = 0; i < 32; ++i) {
      bytes = guest.random(length);
      last_changed = last_changed || bytes.back() != bytes.front();
    }
    for (const char byte : bytes)
      values[static_cast<unsigned char>(byte)] = true;
    CHECK((length == 1 || last_changed));
    if (length >= 1000)
      CHECK(std::count(values.begin(), values.end(), true) > 200);
  }
  CHECK(guest.call("random", 0xffffffff, 0) == 0);
}

TEST_CASE("pointers that leave the memory are a fault, and nothing is written") {
  Clockwork guest;
  for (const std::uint32_t out : {kPage - 7, kPage, 0x80000000U, 0xfffffff8U, 0xffffffffU}) {
    CAPTURE(out);
    CHECK(guest.call("clock", 0, out) == kFault);
  }
  CHECK(guest.call("clock", 0, kPage - 8) == 0);
  CHECK(guest.call("clock", 1, 3) == 0);
  std::memset(guest.memory().data(), 0xee, kPage);
  for (const auto& [buffer, length] : {std::pair{kPage, 1U},
                                       {kPage - 1, 2U},
                                       {0U, kPage + 1},
                                       {1U, 0xffffffffU},
                                       {0xffffffffU, 0xffffffffU}}) {
    CAPTURE(buffer);
    CAPTURE(length);
    CHECK(guest.call("random", buffer, length) == kFault);
  }
  for (const std::uint8_t byte : guest.memory())
    REQUIRE(byte == 0xee);
}

TEST_CASE("a memory that has grown and moved is found anew") {
  Clockwork guest;
  guest.time(0);
  const std::uint8_t* const before = guest.memory().data();
  for (std::uint32_t pages = 1; pages < 16; ++pages) {
    CHECK(guest.call("random", pages * kPage - 1, 2) == kFault);
    REQUIRE(guest.grow(1) == static_cast<std::int32_t>(pages));
    CHECK(guest.call("random", pages * kPage - 1, 2) == 0);
    CHECK(guest.call("clock", 0, (pages + 1) * kPage - 8) == 0);
    guest.time(1);
  }
  CHECK(guest.memory().data() != before);
}

TEST_CASE("a child of fork does not repeat what its parent gives") {
  Clockwork guest;
  guest.random(16);
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::string bytes = guest.random(16);
    [[maybe_unused]] const ssize_t written = write(ends[1], bytes.data(), bytes.size());
    _exit(0);
  }
  std::string of_child(16, '\0');
  CHECK(read(ends[0], of_child.data(), of_child.size()) == 16);
  waitpid(child, nullptr, 0);
  CHECK(guest.random(16) != of_child);
}

TEST_CASE("in a linker of many instances the calling one's memory is used") {
  Exporter exporter(Options{});
  auto module = wasmtime::Module::compile(Guest::engine(), kText).unwrap();
  wasmtime::Linker linker(Guest::engine());
  define_clock_and_random(linker, [](wasmtime::Caller& caller) {
    return std::any_cast<Link*>(caller.context().get_data());
  }).unwrap();
  const auto clock_status = [&](Link* link, bool start) {
    wasmtime::Store store(Guest::engine());
    store.context().set_data(link);
    wasmtime::Instance instance = linker.instantiate(store, module).unwrap();
    if (start)
      link->start(store, instance).unwrap();
    auto clock = std::get<wasmtime::Func>(*instance.get(store, "clock"));
    const std::int32_t status = clock.call(store, {0, 16}).unwrap().front().i32();
    const auto memory = std::get<wasmtime::Memory>(*instance.get(store, "memory")).data(store);
    CHECK((status == 0) == (memory[21] != 0));  // a byte of the time since 1970
    return status;
  };
  const ModuleShape shape = inspect(module).unwrap();
  Link not_started(exporter, shape);
  CHECK(clock_status(&not_started, false) == 0);
  Link started(exporter, shape);
  CHECK(clock_status(&started, true) == 0);
  CHECK(clock_status(nullptr, false) == kNotSupported);
}

}  // namespace
