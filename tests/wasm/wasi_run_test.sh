#!/usr/bin/env bash
# Tests wasi-run and module_golden.py on a module that exits, reads its environment, traps and allocates.
#
# Usage: wasi_run_test.sh RUNNER PROBE.wasm
set -eu
runner=$1
probe=$2
golden=$(dirname "$0")/module_golden.py
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# expect CODE TEXT COMMAND…: the command exits with CODE and prints TEXT somewhere.
expect() {
  local code=0 said
  said=$("${@:3}" 2>&1) || code=$?
  if [ "$code" -ne "$1" ] || [[ $said != *"$2"* ]]; then
    printf 'FAILED: %s\n  exit code %s, expected %s\n  printed: %s\n' "${*:3}" "$code" "$1" "$said" >&2
    exit 1
  fi
}

expect 0 "" "$runner" "$probe" exit 0
expect 42 "" "$runner" "$probe" exit 42
expect 0 "a=b" "$runner" --env KEY=a=b "$probe" env KEY
expect 0 "(unset)" env KEY=outside "$runner" "$probe" env KEY
expect 134 "unreachable" "$runner" "$probe" trap
expect 0 "fuel: " "$runner" --fuel "$probe" exit 0
expect 134 "unreachable" "$runner" --memory "$scratch/memory" "$probe" trap
[ "$(($(stat -c %s "$scratch/memory") % 65536))" -eq 0 ] && [ -s "$scratch/memory" ]
expect 126 "cannot write" "$runner" --memory "$scratch" "$probe" exit 0
expect 126 "cannot read" "$runner" "$scratch/missing.wasm"
expect 126 "cannot read" "$runner" "$scratch"
printf 'no module' >"$scratch/bad.wasm"
expect 126 "bad.wasm" "$runner" "$scratch/bad.wasm"
expect 2 "Usage" "$runner" --env broken "$probe"
expect 2 "Usage" "$runner"
fuel_of() { "$runner" --fuel "$probe" "$@" 2>&1 | tail -n 1; }
[ "$(fuel_of exit 0)" = "$(fuel_of exit 0)" ] || { echo "FAILED: fuel differs" >&2; exit 1; }

# The probe has a heap, which is said; apart from that, golden files compare equal until they change.
expect 1 "the module defines malloc" "$golden" --update "$scratch/probe" "$probe" "$probe"
if "$golden" "$scratch/probe" "$probe" "$probe" | grep '^[-+]'; then exit 1; fi
for list in imports exports size; do
  cp "$scratch/probe.$list" "$scratch/kept"
  echo 1 >>"$scratch/probe.$list"
  expect 1 "-1" "$golden" "$scratch/probe" "$probe" "$probe"
  cp "$scratch/kept" "$scratch/probe.$list"
done
wasm-opt --strip-debug "$probe" -o "$scratch/nameless.wasm"
expect 1 "carries no names" "$golden" "$scratch/probe" "$probe" "$scratch/nameless.wasm"
