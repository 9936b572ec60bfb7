#!/usr/bin/env bash
# Tests toolchain/wasm32-wasi.cmake and FindWasmtime.cmake: a wasi-sdk is used when WASI_SDK_PATH names
# one, and what is missing is said in words that help.
#
# Usage: toolchain_test.sh WASI_RUN
# The wasi-sdk is a folder of that shape, made of links to Debian's packages. 77 means skipped.
set -eu
wasi_run=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
if ! clang=$(command -v clang++-22) || ! command -v ninja >/dev/null; then
  echo "skipped: no clang++-22 or no ninja; run toolchain/install/wasm-clang.sh and native.sh"
  exit 77
fi
unset WASI_SDK_PATH WASMTIME_DIR
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# expect_error WORDS… -- COMMAND…: the command fails, and each of the words is in what it prints.
expect_error() {
  local words=()
  while [ "$1" != -- ]; do
    words+=("$1")
    shift
  done
  shift
  if "$@" >log 2>&1; then fail "expected an error of: $*"; fi
  tr -s ' \n' ' ' <log >flat  # CMake wraps its messages
  for word in "${words[@]}"; do
    grep -qF -- "$word" flat || { cat log >&2; fail "no '$word' in the message"; }
  done
}

make_wasi_sdk() {
  local sysroot=wasi-sdk/share/wasi-sysroot
  mkdir -p wasi-sdk/bin "$sysroot"/{include,lib}/wasm32-wasip1
  ln -s "$clang" wasi-sdk/bin/clang++
  ln -s /usr/include/wasm32-wasi/* "$sysroot/include/wasm32-wasip1"
  ln -sfn /usr/lib/llvm-22/include/wasm32-wasi/c++ "$sysroot/include/wasm32-wasip1/c++"
  ln -s /usr/lib/wasm32-wasi/* "$sysroot/lib/wasm32-wasip1"
  ln -sf /usr/lib/llvm-22/lib/wasm32-wasi/* "$sysroot/lib/wasm32-wasip1"
}

make_project() {
  mkdir project
  cat >project/CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(hello LANGUAGES CXX)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
add_executable(hello hello.cpp)
CMAKE
  printf '#include <string_view>\n#include <cstdio>\nint main() { std::puts("hello"); return 7; }\n' \
    >project/hello.cpp
}

configure() { cmake -G Ninja -S project -B "$1" --toolchain "$root/toolchain/wasm32-wasi.cmake" "${@:2}"; }

test_wasi_sdk_is_used() {
  WASI_SDK_PATH=$scratch/wasi-sdk configure from_sdk >log 2>&1 || { cat log; fail "configuring"; }
  cmake --build from_sdk >log 2>&1 || { cat log; fail "building"; }
  grep -q "$scratch/wasi-sdk/bin/clang++ --target=wasm32-wasip1 --sysroot=$scratch/wasi-sdk/share" \
    from_sdk/compile_commands.json || fail "the wasi-sdk was not used"
  local code=0 said
  said=$("$wasi_run" from_sdk/hello.wasm) || code=$?
  [ "$said" = hello ] && [ "$code" -eq 7 ] || fail "hello.wasm said '$said' and exited with $code"
}

test_errors_name_both_ways() {
  mkdir empty tools
  local tool
  for tool in cmake ninja env bash; do ln -s "$(command -v $tool)" tools/$tool; done
  expect_error "no bin/clang++ in it" "toolchain/install/wasm-clang.sh" -- \
    env WASI_SDK_PATH="$scratch/empty" cmake -G Ninja -S project -B bad_sdk \
    --toolchain "$root/toolchain/wasm32-wasi.cmake"
  expect_error "set WASI_SDK_PATH" "toolchain/install/wasm-clang.sh" -- \
    env PATH="$scratch/tools" cmake -G Ninja -S project -B no_compiler \
    --toolchain "$root/toolchain/wasm32-wasi.cmake"
}

test_wasmtime_error() {
  mkdir find
  cat >find/CMakeLists.txt <<CMAKE
cmake_minimum_required(VERSION 3.25)
project(find LANGUAGES NONE)
list(APPEND CMAKE_MODULE_PATH "$root/toolchain")
find_package(Wasmtime REQUIRED)
CMAKE
  expect_error "install/wasmtime.sh" "WASMTIME_DIR" -- cmake -S find -B find/build -DWASMTIME_DIR="$scratch/empty"
}

make_wasi_sdk
make_project
test_wasi_sdk_is_used
test_errors_name_both_ways
test_wasmtime_error
echo "toolchain: all tests passed"
