// Which modules may run, and what is said of those that may not.

#include <afterglow/embed/wasmtime.h>
#include <doctest/doctest.h>

#include <string>

#include "guest.h"

namespace {

using afterglow::embed::inspect;
using afterglow::embed::ModuleShape;
using embed_test::Guest;

constexpr const char* kMarker = R"((func (export "afterglow_abi_version_1_0")))";
constexpr const char* kMemory = R"((memory (export "memory") 1))";
constexpr const char* kImport =
    R"((import "afterglow_host_v1" "info" (func (param i32) (result i32))))";
constexpr const char* kStart = R"((func (export "_start")))";
constexpr const char* kInitialize = R"((func (export "_initialize")))";
constexpr const char* kHook =
    R"((func (export "afterglow_v1_on_response_sent") (param i64) (result i32) (i32.const 0)))";
constexpr const char* kResultHook =
    R"((func (export "afterglow_v1_on_send_result") (param i64 i32 i32 i32)))";

template <class... Parts>
wasmtime::Module module_of(Parts... parts) {
  const std::string text = (std::string("(module ") + ... + parts) + ")";
  return wasmtime::Module::compile(Guest::engine(), text).unwrap();
}

template <class... Parts>
ModuleShape shape_of(Parts... parts) {
  return inspect(module_of(parts...)).unwrap();
}

template <class... Parts>
std::string fault_of(Parts... parts) {
  const auto shape = inspect(module_of(parts...));
  REQUIRE(!shape);
  return shape.err().message();
}

TEST_CASE("a reactor with hooks") {
  const ModuleShape shape = shape_of(kImport, kMemory, kMarker, kInitialize, kHook, kResultHook);
  CHECK(shape.instrumented);
  CHECK(shape.initialize);
  CHECK_FALSE(shape.command);
  CHECK(shape.response_hook);
  CHECK(shape.result_hook);
}

TEST_CASE("a reactor that keeps its metrics for the host") {
  constexpr const char* kMetrics =
      R"((func (export "afterglow_v1_export_metrics") (result i64) (i64.const 0)))";
  CHECK(shape_of(kMemory, kMarker, kMetrics).metrics);
  CHECK_FALSE(shape_of(kMemory, kMarker, kHook).metrics);
  CHECK_FALSE(shape_of(kMemory, kMarker, kStart, kMetrics).metrics);
  CHECK_FALSE(shape_of(kMemory, kMetrics).metrics);
  CHECK(fault_of(kMarker, kMemory,
                 R"((func (export "afterglow_v1_export_metrics") (param i32 i32) (result i32)
                   (i32.const 0)))") ==
        "this module cannot run here: its export afterglow_v1_export_metrics has another "
        "signature");
}

TEST_CASE("a command has no hooks, whatever it exports") {
  const ModuleShape shape = shape_of(kImport, kMemory, kMarker, kStart, kHook, kResultHook);
  CHECK(shape.instrumented);
  CHECK(shape.command);
  CHECK_FALSE(shape.response_hook);
  CHECK_FALSE(shape.result_hook);
}

TEST_CASE("a module without the ABI is left alone") {
  CHECK_FALSE(shape_of().instrumented);
  CHECK_FALSE(shape_of(kMemory, kStart).instrumented);
  CHECK_FALSE(shape_of(kMemory, kHook).response_hook);
}

TEST_CASE("a later minor version is welcome") {
  CHECK(shape_of(kMemory, R"((func (export "afterglow_abi_version_1_7")))").instrumented);
}

TEST_CASE("refused, with the reason") {
  CHECK(fault_of(kMemory, kMarker, kStart, kInitialize) ==
        "this module cannot run here: it exports both _start and _initialize: it must be a command "
        "or a reactor");
  CHECK(fault_of(kMemory, kStart, kInitialize).find("both") != std::string::npos);
  CHECK(fault_of(kImport, kMemory) ==
        "this module cannot run here: it imports afterglow_host_v1 but does not export "
        "afterglow_abi_version_1_0");
  CHECK(fault_of(kMemory, R"((func (export "afterglow_abi_version_2_0")))") ==
        "this module cannot run here: it speaks afterglow_abi_version_2_0, this host speaks "
        "afterglow_abi_version_1_0");
  CHECK(fault_of(kMarker) == "this module cannot run here: it does not export its memory");
  CHECK(fault_of(kMarker, R"((func (export "memory")))") ==
        "this module cannot run here: it does not export its memory");
  CHECK(fault_of(kMarker, R"((memory (export "memory") i64 1))") ==
        "this module cannot run here: its memory has 64-bit addresses");
  CHECK(fault_of(kMarker, kMemory, R"((func (export "afterglow_v1_on_response_sent")))") ==
        "this module cannot run here: its export afterglow_v1_on_response_sent has another "
        "signature");
  CHECK(fault_of(kMarker, kMemory, R"((global (export "_initialize") i32 (i32.const 0)))") ==
        "this module cannot run here: its export _initialize has another signature");
}

}  // namespace
