// The example of the README: it is the file that is compiled here, and it works.

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "collector.h"
#include "guest.h"

namespace {

using embed_test::Collector;
using embed_test::kCalls;
using embed_test::kImports;

std::string text_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A request's layout is written down by data segments: the structs at 0 and 64, texts from 128 on.
constexpr std::string_view kSender = R"(
  (data (i32.const 0) "\40\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\80\00\00\00\0a\00\00\00")
  (data (i32.const 40) "\90\00\00\00\02\00\00\00")
  (data (i32.const 64) "\18\00\00\00")
  (data (i32.const 128) "/v1/traces\00\00\00\00\00\00{}")
  (func (export "on_request") (result i32) (i32.const 200))
  (func (export "afterglow_v1_on_response_sent") (param i64) (result i32)
    (if (i32.ne (call $send (i32.const 0) (i32.const 64)) (i32.const 1)) (then unreachable))
    (i32.const 0)))";

TEST_CASE("the README shows the example as it is") {
  const std::string example = text_of(EXAMPLE_SOURCE);
  REQUIRE(example.size() > 1000);
  CHECK(text_of(EXAMPLE_README).find("```cpp\n" + example + "```") != std::string::npos);
}

TEST_CASE("the example sends what a module recorded") {
  std::string path = std::filesystem::temp_directory_path() / "afterglow_example_XXXXXX";
  const int file = mkstemp(path.data());
  REQUIRE(file >= 0);
  const auto wasm = wasmtime::wat2wasm("(module " + std::string(kImports) + std::string(kCalls) +
                                       std::string(kSender) + ")")
                        .unwrap();
  REQUIRE(write(file, wasm.data(), wasm.size()) == static_cast<ssize_t>(wasm.size()));
  close(file);

  Collector collector;
  const std::string command = std::string(EXAMPLE_PROGRAM) + " " + path + " ";
  CHECK(std::system((command + collector.url()).c_str()) == 0);
  unlink(path.c_str());
  REQUIRE(collector.received().size() == 1);
  CHECK(collector.received()[0].path == "/v1/traces");
  CHECK(collector.received()[0].body == "{}");
}

}  // namespace
