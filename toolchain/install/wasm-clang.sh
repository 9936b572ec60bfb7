#!/usr/bin/env bash
# Installs the C++ to WebAssembly compiler from Debian: clang 22 with lld, wasi-libc, libc++ and the
# compiler runtime for wasm32, the tools that optimise and inspect modules (binaryen, wabt), and the
# header-only libraries that modules and their tests use (RapidJSON, doctest).
#
# Usage: wasm-clang.sh [--help]
# Prints the path of the compiler. Not needed by those who set WASI_SDK_PATH.
source "$(dirname "${BASH_SOURCE[0]}")/prelude.sh"
no_arguments "$@"

"$install_dir/apt.sh" clang-22 lld-22 wasi-libc libc++-22-dev-wasm32 libc++abi-22-dev-wasm32 \
  libclang-rt-22-dev-wasm32 binaryen wabt rapidjson-dev doctest-dev
command -v clang++-22
