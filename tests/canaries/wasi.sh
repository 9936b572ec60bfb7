#!/usr/bin/env bash
# Runs the module of canaries on plain WASI: no secret in its memory, nor after a trap, nor in what it
# writes; and planted ones are found in all three.
#
# Usage: wasi.sh RUNNER CANARIES.wasm
set -euo pipefail
runner=$1
module=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
marks='cAnArY\|dec0dedc\|40071337'
variables=(--env "OTEL_RESOURCE_ATTRIBUTES=deploy.token=cAnArYtx1,team=x"
  --env "OTEL_BSP_EXPORT_TIMEOUT=" --env "OTHER_PASSWORD=cAnArYtx2")

# run CODE ARGUMENT…: the module ends with CODE; leaves memory, out and err in the scratch folder.
run() {
  local code=0
  "$runner" --memory "$scratch/memory" "${variables[@]}" "$module" "${@:2}" \
    >"$scratch/out" 2>"$scratch/err" || code=$?
  if [ "$code" -ne "$1" ]; then
    echo "FAILED: canaries ${*:2} ended with $code, expected $1: $(cat "$scratch/out")" >&2
    exit 1
  fi
}

# found FILE: how often a mark is in it.
found() { { grep -a -o "$marks" "$scratch/$1" || true; } | wc -l; }

# expect FILE OPERATOR COUNT: as of test(1).
expect() {
  local count
  count=$(found "$1")
  if ! test "$count" "$2" "$3"; then
    echo "FAILED: $count canaries in $1, expected $2 $3" >&2
    exit 1
  fi
}

run 0
expect memory -eq 0
expect err -eq 0
grep -q '"resourceSpans"' "$scratch/err"
grep -q 'deploy.token.*REDACTED' "$scratch/err"

# In the middle of a request: what travels is there, one member with both its marks.
run 134 trap
expect memory -eq 2
expect err -eq 0

run 1 plant
expect memory -gt 0
expect err -gt 0
run 134 plant trap
expect memory -gt 2
