#pragma once

// A module that does as it is told: it hands each import through, so that a test passes any pointer
// it likes, and its hooks write down how they were called.

#include <afterglow/embed/wasmtime.h>

#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace embed_test {

inline constexpr std::string_view kImports = R"(
  (import "afterglow_host_v1" "info" (func $info (param i32) (result i32)))
  (import "afterglow_host_v1" "send" (func $send (param i32 i32) (result i32)))
  (import "afterglow_host_v1" "log" (func $log (param i32 i32 i32 i32 i32) (result i32)))
  (import "afterglow_host_v1" "config_get"
    (func $config_get (param i32 i32 i32 i32 i32) (result i32)))
  (import "afterglow_host_v1" "result_body"
    (func $result_body (param i64 i32 i32 i32) (result i32))))";

inline constexpr std::string_view kCalls = R"(
  (memory (export "memory") 1)
  (func (export "afterglow_abi_version_1_0"))
  (func (export "info") (param i32) (result i32) (call $info (local.get 0)))
  (func (export "send") (param i32 i32) (result i32) (call $send (local.get 0) (local.get 1)))
  (func (export "log") (param i32 i32 i32 i32 i32) (result i32)
    (call $log (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4)))
  (func (export "config_get") (param i32 i32 i32 i32 i32) (result i32)
    (call $config_get (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4)))
  (func (export "result_body") (param i64 i32 i32 i32) (result i32)
    (call $result_body (local.get 0) (local.get 1) (local.get 2) (local.get 3))))";

// The response hook answers with global $again and counts its calls at 4096; with $again below zero
// it traps. The result hook appends {ticket, status, http_status, retry_after_ms, body status,
// needed} at 8192 + 32 n, n at 4100, the body at 16384 + 64 n.
inline constexpr std::string_view kHooks = R"(
  (global $again (export "again") (mut i32) (i32.const 0))
  (func (export "afterglow_v1_on_response_sent") (param i64) (result i32)
    (if (i32.lt_s (global.get $again) (i32.const 0)) (then unreachable))
    (i32.store (i32.const 4096) (i32.add (i32.load (i32.const 4096)) (i32.const 1)))
    (i64.store (i32.const 4104) (local.get 0))
    (global.get $again))
  (func (export "afterglow_v1_on_send_result") (param i64 i32 i32 i32)
    (local $n i32) (local $at i32)
    (local.set $n (i32.load (i32.const 4100)))
    (local.set $at (i32.add (i32.const 8192) (i32.mul (local.get $n) (i32.const 32))))
    (i64.store (local.get $at) (local.get 0))
    (i32.store offset=8 (local.get $at) (local.get 1))
    (i32.store offset=12 (local.get $at) (local.get 2))
    (i32.store offset=16 (local.get $at) (local.get 3))
    (i32.store offset=20 (local.get $at)
      (call $result_body (local.get 0)
        (i32.add (i32.const 16384) (i32.mul (local.get $n) (i32.const 64))) (i32.const 64)
        (i32.add (local.get $at) (i32.const 24))))
    (i32.store (i32.const 4100) (i32.add (local.get $n) (i32.const 1)))))";

inline std::string module_text(std::string_view parts, std::string_view more = {}) {
  return "(module " + std::string(kImports) + std::string(kCalls) + std::string(parts) +
         std::string(more) + ")";
}

/// As the result hook wrote it.
struct Told {
  std::uint64_t ticket;
  std::int32_t status;
  std::uint32_t http_status;
  std::uint32_t retry_after_ms;
  std::int32_t body_status;
  std::uint32_t body_length;
  std::uint32_t unused;
};

class Guest {
 public:
  explicit Guest(afterglow::embed::Exporter& exporter,
                 const std::string& text = module_text(kHooks),
                 std::function<void()> on_results = {})
      : module_(wasmtime::Module::compile(engine(), text).unwrap()),
        link(exporter, afterglow::embed::inspect(module_).unwrap(), std::move(on_results)),
        store(engine()),
        instance_(instantiate()) {}

  template <class... Params>
  std::int32_t call(std::string_view name, Params... params) {
    auto function = std::get<wasmtime::Func>(*instance_.get(store, name));
    auto result = function.call(store, {wasmtime::Val(params)...}).unwrap();
    return result.empty() ? 0 : result.front().i32();
  }

  wasmtime::Span<std::uint8_t> memory() {
    return std::get<wasmtime::Memory>(*instance_.get(store, "memory")).data(store);
  }

  template <class T>
  void poke(std::uint32_t address, const T& value) {
    std::memcpy(&memory()[address], &value, sizeof(T));
  }
  void poke_text(std::uint32_t address, std::string_view text) {
    std::memcpy(&memory()[address], text.data(), text.size());
  }
  template <class T>
  T peek(std::uint32_t address) {
    T value;
    std::memcpy(&value, &memory()[address], sizeof(T));
    return value;
  }
  std::string peek_text(std::uint32_t address, std::size_t length) {
    return {reinterpret_cast<const char*>(&memory()[address]), length};
  }

  void set_again(std::int32_t milliseconds) {
    auto global = std::get<wasmtime::Global>(*instance_.get(store, "again"));
    global.set(store, wasmtime::Val(milliseconds)).unwrap();
  }
  std::uint32_t response_calls() { return peek<std::uint32_t>(4096); }
  std::vector<Told> told() {
    std::vector<Told> list(peek<std::uint32_t>(4100));
    for (std::uint32_t i = 0; i < list.size(); ++i)
      list[i] = peek<Told>(8192 + 32 * i);
    return list;
  }

  /// One engine for all: it compiles and keeps no state of instances.
  static wasmtime::Engine& engine() {
    static wasmtime::Engine engine;
    return engine;
  }

 private:
  wasmtime::Instance instantiate() {
    wasmtime::Linker linker(engine());
    link.define_imports(linker).unwrap();
    wasmtime::Instance instance = linker.instantiate(store, module_).unwrap();
    link.start(store, instance).unwrap();
    return instance;
  }

  wasmtime::Module module_;

 public:
  afterglow::embed::Link link;
  wasmtime::Store store;

 private:
  wasmtime::Instance instance_;
};

/// Lays a request out in the guest's memory: the structs at 0 and 64, the texts from 128 on.
class Letter {
 public:
  static constexpr std::uint32_t kRequest = 0;
  static constexpr std::uint32_t kResult = 64;
  static constexpr std::uint32_t kAnswer = 3072;

  explicit Letter(Guest& guest) : guest_(guest) {
    request.size = sizeof(request);
    request.signal = AFTERGLOW_SIGNAL_TRACES;
    put(request.path, request.path_len, "/v1/traces");
    put(request.content_type, request.content_type_len, "application/json");
    request.resp_buf = kAnswer;
    request.resp_cap = 64;
  }

  void put(std::uint32_t& pointer, std::uint32_t& length, std::string_view text) {
    pointer = next_;
    length = static_cast<std::uint32_t>(text.size());
    guest_.poke_text(pointer, text);
    next_ += length;
  }
  void path(std::string_view text) { put(request.path, request.path_len, text); }
  void target(std::string_view text) { put(request.target, request.target_len, text); }
  void headers(std::string_view text) { put(request.headers, request.headers_len, text); }
  void body(std::string_view text) { put(request.body, request.body_len, text); }

  std::int32_t send() {
    guest_.poke(kRequest, request);
    guest_.poke(kResult, afterglow_send_res{.size = sizeof(afterglow_send_res)});
    return guest_.call("send", std::int32_t{kRequest}, std::int32_t{kResult});
  }
  afterglow_send_res result() { return guest_.peek<afterglow_send_res>(kResult); }

  afterglow_send_req request{};

 private:
  Guest& guest_;
  std::uint32_t next_ = 128;
};

}  // namespace embed_test
