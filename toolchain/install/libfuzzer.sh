#!/usr/bin/env bash
# Installs what the fuzz targets are built with from Debian: clang 22 for this machine, with libFuzzer
# and the sanitizers, and CMake, Ninja and RapidJSON.
#
# Usage: libfuzzer.sh [--help]
# Prints the path of the compiler.
source "$(dirname "${BASH_SOURCE[0]}")/prelude.sh"
no_arguments "$@"

"$install_dir/apt.sh" clang-22 libclang-rt-22-dev g++ cmake ninja-build rapidjson-dev doctest-dev
command -v clang++-22
