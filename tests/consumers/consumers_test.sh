#!/usr/bin/env bash
# Builds a project that finds an installed Afterglow, and one that fetches it, for each backend, and
# runs what a plain WASI runtime can run.
#
# Usage: consumers_test.sh BUILD_DIRECTORY    (a WebAssembly build of Afterglow)
set -euo pipefail
build=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  echo "consumers: $*" >&2
  exit 1
}

# Run a command whose output only matters when it fails.
quietly() {
  "$@" >"$scratch/log" 2>&1 || { cat "$scratch/log" && fail "'$1 $2' failed"; }
}

# consume NAME OPTION…: configure, build and run tests/consumers/NAME.
consume() {
  local name=$1 tree=$scratch/$1
  shift
  quietly cmake -S "$root/tests/consumers/$name" -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE=MinSizeRel \
    --toolchain "$root/toolchain/wasm32-wasi.cmake" "$@"
  quietly cmake --build "$tree"
  for host in custom wasi fastly; do
    [ -f "$tree/handler-$host.wasm" ] || fail "$name made no handler-$host.wasm"
  done
  "$root/toolchain/run-wasm.sh" "$tree/handler-wasi.wasm" 2>"$scratch/telemetry" || fail "$name: handler-wasi exited with $?"
  grep -q '"stringValue":"elsewhere"' "$scratch/telemetry" || fail "$name: handler-wasi sent nothing"
  echo "$name: built for each host, and run"
}

quietly cmake --install "$build" --prefix "$scratch/installed"
consume find_package "-Dafterglow_DIR=$(dirname "$(find "$scratch/installed" -name afterglow-config.cmake)")"
consume fetch_content "-DAFTERGLOW_SOURCE=$root"
