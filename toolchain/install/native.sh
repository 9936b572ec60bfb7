#!/usr/bin/env bash
# Installs from Debian what the native side is built with: g++, CMake, Ninja, RapidJSON, doctest,
# cpp-httplib, CLI11 and libcurl; and jq, with which tests read what was logged.
#
# Usage: native.sh [--help]
# Prints the path of cmake.
source "$(dirname "${BASH_SOURCE[0]}")/prelude.sh"
no_arguments "$@"

"$install_dir/apt.sh" g++ cmake ninja-build git python3 rapidjson-dev doctest-dev libcpp-httplib-dev \
  libcli11-dev libcurl4-openssl-dev pkg-config curl ca-certificates jq
command -v cmake
